import { type Command, Option } from 'commander';
import type { GateAddress } from '../call-gate.ts';

/** Flags that every person's word has. */
export interface WordFlags {
  readonly gateUrl: string;
  readonly tokenFile?: string;
  readonly reason: string;
  readonly actor?: string;
  readonly json?: true;
}

/** Adds the flags of a person's word to a command. */
export function withWordOptions(command: Command): Command {
  return command
    .requiredOption('--reason <text>', 'why; it stands in the audit log and is shown to everybody')
    .option('--actor <name>', 'in whose name, where the token is shared; by default whose token it is')
    .addOption(
      new Option('--gate-url <url>', 'address of the gate')
        .env('TIDEGATE_URL')
        .default('http://127.0.0.1:8080'),
    )
    .addOption(
      new Option('--token-file <file>', 'bearer token, read before the request').env('TIDEGATE_TOKEN_FILE'),
    )
    .option('--json', 'print the answer as JSON');
}

/** The gate that the flags name. */
export function gateOf({ gateUrl, tokenFile }: WordFlags): GateAddress {
  return { gateUrl, ...(tokenFile !== undefined && { tokenFile }) };
}

/** The word itself, as every route takes it. */
export function wordOf({ reason, actor }: WordFlags): { readonly reason: string; readonly actor?: string } {
  return { reason, ...(actor !== undefined && { actor }) };
}

/** Prints an answer: as JSON, or as the sentence that a person reads. */
export function print(answer: unknown, { json }: Pick<WordFlags, 'json'>, sentence: string): void {
  process.stdout.write(`${json ? JSON.stringify(answer) : sentence}\n`);
}
