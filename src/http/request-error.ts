import type { z } from 'zod';
import { InputError } from '../domain/errors.ts';
import { parseWith, type SchemaProblem } from './schema-problems.ts';

/** One field of a request that is wrong. */
export interface FieldError {
  /** `change.components[0]`; absent when the whole is meant. */
  readonly field?: string;
  readonly code: string;
  readonly detail: string;
}

/** A request that HTTP itself or a schema refuses, before any use case sees it. */
export class RequestError extends InputError {
  readonly status: 400 | 403 | 405 | 413 | 415 | 422;
  readonly errors: readonly FieldError[];
  readonly headers: Readonly<Record<string, string>>;

  constructor(
    status: RequestError['status'],
    code: string,
    message: string,
    more: {
      readonly errors?: readonly FieldError[];
      readonly headers?: Readonly<Record<string, string>>;
    } = {},
  ) {
    super(code, message, more.errors?.find(({ field }) => field !== undefined)?.field);
    this.status = status;
    this.errors = more.errors ?? [];
    this.headers = more.headers ?? {};
  }
}

/** Parts of a request that schemas describe. */
export type RequestPart = 'path' | 'query' | 'body';

const CODES = {
  missing: 'input/missing-field',
  unknown: 'input/unknown-field',
  invalid: 'input/invalid-field',
} as const satisfies Record<SchemaProblem['kind'], string>;

/**
 * One part of a request as its schema describes it.
 *
 * @throws RequestError 422 with every field that is wrong
 */
export function validPart<T extends z.ZodType>(schema: T, part: RequestPart, input: unknown): z.output<T> {
  const parsed = parseWith(schema, input);
  if ('value' in parsed) return parsed.value;
  const errors = parsed.problems.map(({ path, message, kind }) => ({
    ...(path === '' ? {} : { field: path }),
    code: CODES[kind],
    detail: `${path === '' ? `the ${part}` : path} ${message}`,
  }));
  const codes = new Set(errors.map(({ code }) => code));
  const code = codes.size === 1 ? (errors[0]?.code ?? 'input/invalid') : 'input/invalid';
  const message = `The ${part} does not fit: ${errors.map(({ detail }) => detail).join('; ')}.`;
  throw new RequestError(422, code, message, { errors });
}
