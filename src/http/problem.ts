import { STATUS_CODES } from 'node:http';
import {
  ConfigError,
  ConflictError,
  IdentityError,
  InputError,
  isTidegateError,
  NotFoundError,
  UnavailableError,
} from '../domain/errors.ts';
import { type FieldError, RequestError } from './request-error.ts';

/** An error as callers see it: RFC 9457 with a stable code. */
export interface Problem {
  /** Names the code as a URI; there is nothing to fetch. */
  readonly type: string;
  readonly title: string;
  readonly status: number;
  readonly code: string;
  readonly detail: string;
  readonly field?: string;
  readonly errors?: readonly FieldError[];
}

/** A problem and the headers it is sent with. */
export interface ProblemAnswer {
  readonly problem: Problem;
  readonly headers: Readonly<Record<string, string>>;
}

/** Largest body that is read. */
export const MAX_BODY_BYTES = 256 * 1024;

/** When a caller may ask again after a 503. */
const RETRY_AFTER_SECONDS = 5;

/** How body-parser and the router name what they refuse. */
const TRANSPORT: Readonly<Record<string, readonly [RequestError['status'], string, string]>> = {
  'entity.parse.failed': [400, 'input/malformed-json', 'The body is not JSON.'],
  'entity.too.large': [
    413,
    'input/too-large',
    `The body is larger than ${MAX_BODY_BYTES / 1024} KB, which is the most that is read.`,
  ],
  'request.aborted': [400, 'input/incomplete', 'The body ended before it was complete.'],
  'request.size.invalid': [400, 'input/incomplete', 'The body is not as long as Content-Length says.'],
  'encoding.unsupported': [
    415,
    'input/encoding',
    'The body is compressed in a way that is not read; use gzip or none.',
  ],
  'charset.unsupported': [415, 'input/encoding', 'The body is not UTF-8.'],
};

/**
 * The one place that translates errors for HTTP.
 *
 * @param error     whatever was thrown
 * @param requestId under which the log holds what a 500 does not tell
 */
export function problemOf(error: unknown, requestId: string): ProblemAnswer {
  const known = transportError(error) ?? error;
  if (!isTidegateError(known)) return unexpected(requestId);
  const { code, message } = known;
  if (known instanceof RequestError) {
    const { field, errors } = known;
    const more = { ...(field && { field }), ...(errors.length > 0 && { errors }) };
    return answer(known.status, code, message, { more, headers: known.headers });
  }
  if (known instanceof InputError) {
    return answer(422, code, message, { more: known.field ? { field: known.field } : {} });
  }
  if (known instanceof IdentityError) {
    return answer(known.status, code, message, { headers: challenge(known) });
  }
  if (known instanceof NotFoundError) return answer(404, code, message);
  if (known instanceof ConflictError) return answer(409, code, message);
  if (known instanceof UnavailableError || known instanceof ConfigError) {
    return answer(503, code, message, { headers: { 'retry-after': String(RETRY_AFTER_SECONDS) } });
  }
  return unexpected(requestId);
}

function transportError(error: unknown): RequestError | undefined {
  if (!(error instanceof Error)) return undefined;
  if ('type' in error && typeof error.type === 'string') {
    const [status, code, message] = TRANSPORT[error.type] ?? [];
    if (status && code && message) return new RequestError(status, code, message);
  }
  // The router could not decode a percent sign in the path.
  if (error instanceof URIError || ('status' in error && error.status === 400)) {
    return new RequestError(
      400,
      'input/malformed-request',
      'The request can not be read; check its path for stray percent signs.',
    );
  }
  return undefined;
}

function challenge({ status, code }: IdentityError): Record<string, string> {
  const error =
    code === 'identity/missing' ? '' : `, error="${status === 401 ? 'invalid_token' : 'insufficient_scope'}"`;
  return { 'www-authenticate': `Bearer realm="tidegate"${error}` };
}

function unexpected(requestId: string): ProblemAnswer {
  const detail = `The gate failed in a way nobody foresaw; its log holds the cause under requestId ${requestId}.`;
  return answer(500, 'internal/unexpected', detail);
}

function answer(
  status: number,
  code: string,
  detail: string,
  { more = {}, headers = {} }: { more?: Partial<Problem>; headers?: Readonly<Record<string, string>> } = {},
): ProblemAnswer {
  const title = STATUS_CODES[status] ?? 'Error';
  return { problem: { type: `urn:tidegate:problem:${code}`, title, status, code, detail, ...more }, headers };
}
