import { isTidegateError } from '../domain/errors.ts';
import { EXIT_CODES } from '../hook/exit-codes.ts';

/** Thrown by a command that has said everything and ends with a code of its own. */
export class CommandEnd extends Error {
  readonly exitCode: number;

  constructor(exitCode: number) {
    super(`ends with ${exitCode}`);
    this.exitCode = exitCode;
  }
}

/** Codes of errors that mean "the call was wrong" and not "it did not work". */
const USAGE_CODES = ['config/', 'definition/', 'signal/', 'bundle/', 'input/', 'usage/'];

/**
 * The one place of the CLI that turns errors into words and exit codes: what is ours is printed as its sentence, anything
 * else is a defect and printed with its stack.
 */
export function endWith(error: unknown, print: (line: string) => void): number {
  if (error instanceof CommandEnd) return error.exitCode;
  if (isTidegateError(error)) {
    print(`tidegate: ${error.message} [${error.code}]`);
    return USAGE_CODES.some((prefix) => error.code.startsWith(prefix)) ? EXIT_CODES.usage : 1;
  }
  print(
    `tidegate: this is a defect of tidegate, please report it:\n${error instanceof Error ? error.stack : error}`,
  );
  return 70;
}
