import type { z } from 'zod';
import {
  ConflictError,
  IdentityError,
  InputError,
  NotFoundError,
  UnavailableError,
} from '../domain/errors.ts';
import { EXIT_CODES, type HookEnd } from '../hook/exit-codes.ts';
import { readBearerFile } from './bearer-file.ts';
import { CommandEnd } from './exit.ts';

/** A gate, and how it is called. */
export interface GateAddress {
  readonly gateUrl: string;
  /** Read anew at every call. */
  readonly tokenFile?: string;
  readonly aborted?: AbortSignal;
}

/** One call of a gate's API; a parameter that is undefined is left out. */
export interface GateCall<T extends z.ZodType> {
  readonly method: 'GET' | 'POST' | 'DELETE';
  readonly path: string;
  readonly query?: Readonly<Record<string, string | undefined>>;
  readonly body?: Readonly<Record<string, unknown>>;
  /** What a good answer is. */
  readonly answer: T;
}

const TIMEOUT_MS = 10_000;

/**
 * Calls a gate once.
 *
 * @throws UnavailableError `gate/no-answer`; IdentityError, NotFoundError, ConflictError and InputError with the gate's own
 * code and words; InputError `input/bearer-file`, `input/gate-url`
 */
export async function callGate<T extends z.ZodType>(
  gate: GateAddress,
  { method, path, query = {}, body, answer }: GateCall<T>,
): Promise<z.output<T>> {
  const url = addressOf(gate.gateUrl, path);
  for (const [key, value] of Object.entries(query)) if (value !== undefined) url.searchParams.set(key, value);
  const token = gate.tokenFile === undefined ? undefined : readBearerFile(gate.tokenFile, '--token-file');
  const { status, text } = await fetchText(url, {
    method,
    headers: {
      accept: 'application/json',
      ...(body && { 'content-type': 'application/json' }),
      ...(token !== undefined && { authorization: `Bearer ${token}` }),
    },
    ...(body && { body: JSON.stringify(body) }),
    redirect: 'manual',
    signal: AbortSignal.any([AbortSignal.timeout(TIMEOUT_MS), ...(gate.aborted ? [gate.aborted] : [])]),
  });
  const said = parseJson(text);
  if (status < 200 || status > 299) throw refusalOf(url, status, said);
  const parsed = answer.safeParse(said);
  if (parsed.success) return parsed.data;
  throw noAnswer(`${url.href} answered something else than was asked for; is this the gate's address?`);
}

/** Runs a command against a gate; what can't be asked or is refused ends as a hook would, with the gate's words. */
export async function endLikeAHook(work: () => Promise<void>): Promise<void> {
  try {
    await work();
  } catch (error) {
    const end = endOf(error);
    if (end === undefined) throw error;
    const { message, code } = error as UnavailableError;
    process.stderr.write(`tidegate: ${message} [${code}]\n`);
    throw new CommandEnd(EXIT_CODES[end]);
  }
}

function endOf(error: unknown): HookEnd | undefined {
  if (error instanceof UnavailableError) return 'no-answer';
  if (error instanceof IdentityError) return 'identity-refused';
  return error instanceof NotFoundError || error instanceof InputError ? 'usage' : undefined;
}

function addressOf(gateUrl: string, path: string): URL {
  if (!URL.canParse(gateUrl)) {
    throw new InputError('input/gate-url', `--gate-url ${gateUrl} is no address; try http://127.0.0.1:8080`);
  }
  return new URL(path, gateUrl);
}

async function fetchText(url: URL, request: RequestInit) {
  try {
    const response = await fetch(url, request);
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const why = inner instanceof Error ? inner.message : String(inner);
    throw noAnswer(`${url.origin} can't be reached: ${why}`, cause);
  }
}

function refusalOf(url: URL, status: number, body: unknown): Error {
  const { code, detail } = problemOf(body);
  const said = `the gate answered ${status}${detail === undefined ? '' : `: ${detail}`}`;
  if (status === 401 || status === 403) return new IdentityError(code ?? 'identity/refused', said, status);
  if (code === undefined) return noAnswer(`${url.href}: ${said}`);
  if (status === 404) return new NotFoundError(code, said);
  if (status === 409) return new ConflictError(code, said);
  if (status >= 400 && status < 500 && status !== 408 && status !== 429) return new InputError(code, said);
  return noAnswer(`${url.href}: ${said}`);
}

function noAnswer(message: string, cause?: unknown): UnavailableError {
  return new UnavailableError('gate/no-answer', message, { cause });
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // A page of a proxy, for example; whoever asked names what came instead.
    return undefined;
  }
}

function problemOf(body: unknown): { readonly code?: string; readonly detail?: string } {
  const { code, detail } = (typeof body === 'object' && body !== null ? body : {}) as Record<string, unknown>;
  return {
    ...(typeof code === 'string' && { code }),
    ...(typeof detail === 'string' && { detail }),
  };
}
