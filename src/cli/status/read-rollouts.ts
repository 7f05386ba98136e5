import type { z } from 'zod';
import { IdentityError, InputError, NotFoundError, UnavailableError } from '../../domain/errors.ts';
import { RolloutListView } from '../../http/rollout-schemas.ts';
import { readBearerFile } from '../bearer-file.ts';

/** Rollouts as the gate tells them, with its time: ages are counted by the gate's clock alone. */
export type RolloutList = z.output<typeof RolloutListView>;

/** Which rollouts, and of which gate. */
export interface RolloutQuestion {
  readonly gateUrl: string;
  readonly app?: string;
  /** Read anew at every question. */
  readonly tokenFile?: string;
  readonly aborted: AbortSignal;
}

const TIMEOUT_MS = 10_000;

/**
 * Asks a gate for its rollouts.
 *
 * @throws UnavailableError `gate/no-answer`, IdentityError and NotFoundError with the gate's words,
 * InputError `input/bearer-file`, `input/gate-url`
 */
export async function readRollouts({
  gateUrl,
  app,
  tokenFile,
  aborted,
}: RolloutQuestion): Promise<RolloutList> {
  const url = addressOf(gateUrl);
  if (app !== undefined) url.searchParams.set('app', app);
  const token = tokenFile === undefined ? undefined : readBearerFile(tokenFile, '--token-file');
  const { status, text } = await fetchText(url, token, aborted);
  const body = parseJson(text);
  if (status === 200) {
    const parsed = RolloutListView.safeParse(body);
    if (parsed.success) return parsed.data;
    throw noAnswer(`${url.href} answered something else than rollouts; is this the gate's address?`);
  }
  const { code, detail } = problemOf(body);
  const said = `the gate answered ${status}${detail === undefined ? '' : `: ${detail}`}`;
  if (status === 401 || status === 403) throw new IdentityError(code ?? 'identity/refused', said, status);
  if (status === 404 && code !== undefined) throw new NotFoundError(code, said);
  throw noAnswer(`${url.href}: ${said}`);
}

function addressOf(gateUrl: string): URL {
  if (!URL.canParse(gateUrl)) {
    throw new InputError('input/gate-url', `--gate-url ${gateUrl} is no address; try http://127.0.0.1:8080`);
  }
  return new URL('/v1/rollouts', gateUrl);
}

async function fetchText(url: URL, token: string | undefined, aborted: AbortSignal) {
  try {
    const response = await fetch(url, {
      headers: {
        accept: 'application/json',
        ...(token !== undefined && { authorization: `Bearer ${token}` }),
      },
      redirect: 'manual',
      signal: AbortSignal.any([aborted, AbortSignal.timeout(TIMEOUT_MS)]),
    });
    return { status: response.status, text: await response.text() };
  } catch (cause) {
    const inner = cause instanceof Error && cause.cause instanceof Error ? cause.cause : cause;
    const why = inner instanceof Error ? inner.message : String(inner);
    throw noAnswer(`${url.origin} can't be reached: ${why}`, cause);
  }
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
