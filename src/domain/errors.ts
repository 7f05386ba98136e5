/**
 * Every error that tidegate throws on purpose. A verdict is a value and never stands here.
 * `http/problem.ts` and `cli/exit.ts` are the two places that translate them.
 */
abstract class TidegateError extends Error {
  readonly code: string;

  constructor(code: string, message: string, options?: ErrorOptions) {
    super(message, options);
    this.code = code;
    this.name = new.target.name;
  }
}

/** A definition that can't mean what its author wanted: a signal, an expression, an SLO. */
export class DefinitionError extends TidegateError {}

/** One thing that is wrong in a configuration file, with the path to it. */
export interface ConfigProblem {
  readonly path: string;
  readonly message: string;
}

/** A configuration that was refused whole; it lists every problem. */
export class ConfigError extends TidegateError {
  readonly problems: readonly ConfigProblem[];

  constructor(source: string, problems: readonly ConfigProblem[]) {
    const lines = problems.map(({ path, message }) => `  ${path}: ${message}`);
    const count = problems.length === 1 ? '1 problem' : `${problems.length} problems`;
    super('config/invalid', [`${source} has ${count}:`, ...lines].join('\n'));
    this.problems = problems;
  }
}

/** What a caller sent can't be understood or does not fit; `field` names the place. */
export class InputError extends TidegateError {
  readonly field: string | undefined;

  constructor(code: string, message: string, field?: string, options?: ErrorOptions) {
    super(code, message, options);
    this.field = field;
  }
}

/** The caller is not known, or may not do this. */
export class IdentityError extends TidegateError {
  readonly status: 401 | 403;
  /** Who it is, where that was proved and is not enough. */
  readonly caller: string | undefined;

  constructor(
    code: string,
    message: string,
    status: 401 | 403,
    options: ErrorOptions & { readonly caller?: string } = {},
  ) {
    super(code, message, options);
    this.status = status;
    this.caller = options.caller;
  }
}

/** A cluster, app, run or page that does not exist here. */
export class NotFoundError extends TidegateError {}

/** What was asked contradicts what the ledger holds. */
export class ConflictError extends TidegateError {}

/** The gate can't decide now: the store, the listener or a file of ours fails. Asking again later may work. */
export class UnavailableError extends TidegateError {}

/** Every error above, for the places that translate them. */
export function isTidegateError(error: unknown): error is TidegateError {
  return error instanceof TidegateError;
}
