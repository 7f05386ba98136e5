import { type Command, InvalidArgumentError, Option } from 'commander';
import { type ChangeTarget, releaseOf } from '../domain/change-target.ts';
import { isDuration, milliseconds } from '../domain/duration.ts';
import { readBearerFile } from './bearer-file.ts';

/** Flags that every hook has. */
export interface GateFlags {
  readonly gateUrl: string;
  readonly tokenFile?: string;
  readonly terminationLog?: string;
  readonly json?: true;
}

/** Adds where the gate is, and who asks it. */
export function addGateAddress(command: Command): Command {
  return command
    .addOption(
      new Option('--gate-url <url>', 'address of the gate')
        .env('TIDEGATE_URL')
        .argParser(parseGateUrl)
        .default('http://127.0.0.1:8080'),
    )
    .addOption(
      new Option('--token-file <file>', 'bearer token for the gate, read before every request').env(
        'TIDEGATE_TOKEN_FILE',
      ),
    );
}

/** Adds where the gate is, who asks it, and how the end is told. */
export function addGateOptions(command: Command): Command {
  return addGateAddress(command)
    .addOption(
      new Option('--termination-log <file>', 'where Kubernetes reads how it ended: /dev/termination-log').env(
        'TIDEGATE_TERMINATION_LOG',
      ),
    )
    .option('--json', 'print the answer as JSON');
}

/** The token of a request, which may have been replaced since the last one. */
export function tokenOf({ tokenFile }: Pick<GateFlags, 'tokenFile'>): () => Promise<string | undefined> {
  return async () => (tokenFile === undefined ? undefined : readBearerFile(tokenFile, '--token-file'));
}

/** A length of time, in milliseconds. */
export function parseWait(text: string): number {
  if (!isDuration(text))
    throw new InvalidArgumentError('write a whole number and a unit, such as 90s or 30m.');
  return milliseconds(text);
}

/** The address of a gate. */
export function parseGateUrl(text: string): string {
  if (!/^https?:$/.test(URL.parse(text)?.protocol ?? ''))
    throw new InvalidArgumentError('write an http or https address, such as https://tidegate.example.com.');
  return text;
}

/** `kubernetes=1.35,addon/karpenter=1.6.0` as what a change brings. */
export function parseChange(text: string): ChangeTarget {
  const wrong = (part: string) =>
    new InvalidArgumentError(
      `"${part}" is no part of a change; write kubernetes=1.35, nodes=<image or kubelet version> or addon/<name>=<version>, separated by commas.`,
    );
  const target: { kubernetes?: string; nodes?: string; addons?: Record<string, string> } = {};
  for (const part of text.split(',').map((one) => one.trim())) {
    const [, name = '', version = ''] = /^([a-z0-9/-]+)=(\S.*)$/.exec(part) ?? [];
    if (name === 'kubernetes' && releaseOf(version)) target.kubernetes = version;
    else if (name === 'nodes') target.nodes = version;
    else if (/^addon\/[a-z0-9]([a-z0-9-]*[a-z0-9])?$/.test(name)) {
      target.addons = { ...target.addons, [name.slice('addon/'.length)]: version };
    } else throw wrong(part);
  }
  return target;
}
