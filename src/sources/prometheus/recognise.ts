import { cut } from './answer.ts';
import { KINDS, type Seen } from './impostors.ts';

/** Where was asked, and how. */
export interface RecogniseOptions {
  /** Base of the query API, as it was given. */
  readonly url: string;
  readonly timeoutMs: number;
  /** The token that is sent, if any; no message holds it. */
  readonly token?: string;
  readonly fetch?: typeof fetch;
}

/** Bytes of a page that are read; what it is stands at its start. */
const READ_BYTES = 64 * 1024;

/**
 * Why an address does not answer as a Prometheus does: asks it once more, looks at what comes back and, where that
 * tells too little, asks for a sign of what it is or whether the query API lies elsewhere on the same host.
 *
 * @returns one sentence: what answers there, and what to do
 */
export async function recognise(options: RecogniseOptions): Promise<string> {
  const base = new URL(options.url);
  const seen = await look(base, '/api/v1/query', options);
  const sentence = await firstOf(KINDS, async ({ is, says }) => {
    const found = await is(seen, (path) => look(base, path, options));
    return found === undefined || found === false ? undefined : says(seen, found === true ? '' : found);
  });
  return `${where(base)} ${sentence ?? `answered ${seen.status} ${cut(seen.text)}`.trim()}`;
}

async function firstOf<T, R>(
  list: readonly T[],
  ask: (one: T) => Promise<R | undefined>,
): Promise<R | undefined> {
  for (const one of list) {
    const answer = await ask(one);
    if (answer !== undefined) return answer;
  }
  return undefined;
}

/** An address as messages call it; a query string may hold a key. */
function where(base: URL): string {
  return `${base.origin}${base.pathname.replace(/\/+$/, '')}`;
}

/** Asks one path: the query API by a question, anything else by GET. A path that starts with `//` is of the host itself. */
async function look(base: URL, path: string, options: RecogniseOptions): Promise<Seen> {
  const { fetch: fetchIt = fetch, timeoutMs, token } = options;
  const own = path.startsWith('//') ? path.slice(1) : `${base.pathname.replace(/\/+$/, '')}${path}`;
  const url = new URL(`${own}${base.search}`, base);
  const isQuestion = path.endsWith('/api/v1/query');
  const common = { base, hasToken: token !== undefined };
  try {
    const response = await fetchIt(url, {
      ...(isQuestion ? { method: 'POST', body: new URLSearchParams({ query: 'time()' }) } : {}),
      headers: {
        accept: 'application/json',
        ...(token === undefined ? {} : { authorization: `Bearer ${token}` }),
      },
      redirect: 'manual',
      signal: AbortSignal.timeout(timeoutMs),
    });
    return {
      ...common,
      status: response.status,
      type: response.headers.get('content-type') ?? '',
      location: response.headers.get('location') ?? '',
      isAws: response.headers.has('x-amzn-requestid') || response.headers.has('x-amzn-errortype'),
      text: await start(response),
    };
  } catch (error) {
    return {
      ...common,
      status: 0,
      type: '',
      location: '',
      isAws: false,
      text: '',
      failed: failureOf(error, timeoutMs),
    };
  }
}

async function start(response: Response): Promise<string> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    chunks.push(chunk);
    size += chunk.byteLength;
    if (size >= READ_BYTES) break;
  }
  return Buffer.concat(chunks).toString('utf8').slice(0, READ_BYTES);
}

/** The innermost error: its code where it has one. */
function failureOf(error: unknown, timeoutMs: number): { readonly code: string; readonly message: string } {
  if (!(error instanceof Error)) return { code: '', message: cut(String(error)) };
  if (error.name === 'TimeoutError') return { code: 'TIMEOUT', message: `within ${timeoutMs / 1000} s` };
  if (error.cause instanceof Error) return failureOf(error.cause, timeoutMs);
  return { code: (error as NodeJS.ErrnoException).code ?? '', message: cut(error.message) };
}
