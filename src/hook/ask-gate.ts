import type { ChangeTarget } from '../domain/change-target.ts';
import type { Answer, Ask, AwaitedChange } from '../gate/use-cases.ts';
import { fetchCause } from './fetch-cause.ts';

/** What one request came to. Only `answer` carries a verdict; nothing else ever means go. */
export type Reply =
  | { readonly is: 'answer'; readonly answer: Answer }
  /** The gate could not be reached, or can't decide now; worth asking again. */
  | { readonly is: 'no-answer'; readonly cause: string; readonly retryAfterMs?: number }
  | { readonly is: 'identity-refused'; readonly cause: string }
  /** The request itself is wrong; asking again changes nothing. */
  | { readonly is: 'usage'; readonly cause: string };

/** The body of `POST /v1/verdicts`. */
export type HookAsk = Omit<Ask, 'components' | 'change'> & {
  readonly change?: ChangeTarget & { readonly components?: NonNullable<Ask['components']> };
};

/** What is wanted of the gate: that it decides, or only what it has decided. */
export type Question = { readonly asks: HookAsk } | { readonly awaits: AwaitedChange };

/** One request. */
export interface GateRequest {
  readonly gateUrl: string;
  readonly question: Question;
  /** How long the gate may hold the answer back, at most 60 s. */
  readonly waitSeconds: number;
  /** Read before every request: projected tokens are replaced while a hook waits. */
  readonly token: () => Promise<string | undefined>;
  readonly aborted: AbortSignal;
  /** Default: the runtime's. */
  readonly fetch?: typeof fetch;
}

/** Time beyond the long poll until an answer counts as lost. */
const GRACE_MS = 10_000;

/** Asks the gate once; never rejects for what the gate or the network does. */
export async function askGate(request: GateRequest): Promise<Reply> {
  const { gateUrl, question, waitSeconds, token, aborted } = request;
  const url = new URL('/v1/verdicts', gateUrl);
  if ('awaits' in question) {
    const { app, cluster, digest } = question.awaits;
    url.search = new URLSearchParams({ app, cluster, digest }).toString();
  }
  url.searchParams.set('wait', String(waitSeconds));
  const limit = AbortSignal.timeout(waitSeconds * 1000 + GRACE_MS);
  let bearer: string | undefined;
  try {
    bearer = await token();
  } catch (error) {
    // A token may be missing for a moment, while it is replaced.
    return {
      is: 'no-answer',
      cause: `nothing was asked: ${error instanceof Error ? error.message : String(error)}`,
    };
  }
  try {
    const response = await (request.fetch ?? fetch)(url, {
      headers: {
        accept: 'application/json',
        ...('asks' in question && { 'content-type': 'application/json' }),
        ...(bearer !== undefined && { authorization: `Bearer ${bearer}` }),
      },
      ...('asks' in question && { method: 'POST', body: JSON.stringify(question.asks) }),
      redirect: 'manual',
      signal: AbortSignal.any([limit, aborted]),
    });
    return replyOf(response, await response.text());
  } catch (error) {
    return { is: 'no-answer', cause: fetchCause(error, url) };
  }
}

function replyOf(response: Response, text: string): Reply {
  const { status } = response;
  const body = parseJson(text);
  if (status === 200) {
    if (isAnswer(body)) return { is: 'answer', answer: body };
    return {
      is: 'no-answer',
      cause: `the answer is no verdict (${summary(text)}); is this the gate's address?`,
    };
  }
  const problem = body as { detail?: unknown; title?: unknown; code?: unknown } | undefined;
  const said = [problem?.code, problem?.detail ?? problem?.title].filter((part) => typeof part === 'string');
  const cause = `the gate answered ${status}${said.length > 0 ? `: ${said.join(', ')}` : ` (${summary(text)})`}`;
  if (status === 401 || status === 403) return { is: 'identity-refused', cause };
  if (status >= 400 && status < 500 && status !== 429 && status !== 408) return { is: 'usage', cause };
  const after = Number(response.headers.get('retry-after'));
  return { is: 'no-answer', cause, ...(after > 0 ? { retryAfterMs: after * 1000 } : {}) };
}

const VERDICTS = ['hold', 'go', 'halt', 'inconclusive'];

/** Only what has a known verdict and a reason is an answer: a proxy's friendly page is none. */
function isAnswer(body: unknown): body is Answer {
  if (typeof body !== 'object' || body === null) return false;
  const { verdict, reason, state } = body as Record<string, unknown>;
  return VERDICTS.includes(verdict as string) && typeof reason === 'string' && typeof state === 'string';
}

function parseJson(text: string): unknown {
  try {
    return JSON.parse(text);
  } catch {
    // Not JSON is one of the things a broken answer can be; the caller names it.
    return undefined;
  }
}

function summary(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line === '' ? 'empty' : line.slice(0, 80);
}
