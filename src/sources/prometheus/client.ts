import { ConfigError } from '../../domain/errors.ts';
import { type Answer, cut, errorOf, parseAnswer, type ResultOf } from './answer.ts';
import { LIMITS } from './limits.ts';

/** A request about to be sent, for those who sign it. */
interface OutgoingRequest {
  readonly method: 'POST';
  readonly url: URL;
  readonly body: string;
}

/** What a question was about, for metrics and traces. */
type QuestionSubject = 'events' | 'exposure' | 'states' | 'alerts' | 'clock' | 'live' | 'facts' | 'probe';

/** How one question went. */
export interface AskedQuestion {
  readonly source: string;
  readonly subject: QuestionSubject;
  readonly seconds: number;
  readonly outcome: 'answered' | 'partial' | 'failed';
  readonly cause?: string;
}

/** Where the store is and how it is asked. */
export interface ClientOptions {
  readonly name: string;
  /** Base of the query API, without `/api/v1`; may have a path. */
  readonly url: string;
  /** Time for one question, its body included. */
  readonly timeoutMs: number;
  /** Authorization, tenant, signature. */
  readonly headers?: (request: OutgoingRequest) => Headers | Promise<Headers>;
  readonly fetch?: typeof fetch;
  /** Called after each question; must not throw. */
  readonly onQuestion?: (question: AskedQuestion) => void;
}

type Headers = Readonly<Record<string, string>>;

/** One question: an instant query, or a range query where the form has a step. */
interface Question<T extends keyof ResultOf> {
  readonly subject: QuestionSubject;
  readonly type: T;
  readonly form: Readonly<Record<string, string>>;
}

/** A store that speaks the Prometheus query API. */
export interface PrometheusClient {
  /** Never rejects: whatever goes wrong is the answer's cause. */
  ask<T extends keyof ResultOf>(question: Question<T>): Promise<Answer<ResultOf[T]>>;
}

/**
 * A client over HTTP; questions are POST forms, because a cluster matcher outgrows any address line.
 *
 * @throws ConfigError when the url can't be used
 */
export function createPrometheusClient(options: ClientOptions): PrometheusClient {
  const base = baseOf(options);
  return {
    async ask({ subject, type, form }) {
      const startedAt = performance.now();
      const path = 'step' in form ? 'query_range' : 'query';
      const url = new URL(`${base.pathname.replace(/\/+$/, '')}/api/v1/${path}${base.search}`, base);
      const got = await request(url, new URLSearchParams(form).toString(), options);
      const answer =
        'cause' in got ? ({ ok: false, cause: got.cause } as const) : parseAnswer(got.body, type);
      options.onQuestion?.({
        source: options.name,
        subject,
        seconds: (performance.now() - startedAt) / 1000,
        ...(answer.ok
          ? { outcome: answer.warning === undefined ? 'answered' : 'partial' }
          : { outcome: 'failed', cause: answer.cause }),
      });
      return answer;
    },
  };
}

function baseOf({ name, url }: ClientOptions): URL {
  const base = URL.parse(url);
  const problem = (message: string) => new ConfigError(`source ${name}`, [{ path: 'url', message }]);
  if (base === null || !/^https?:$/.test(base.protocol)) throw problem('expected an http or https address');
  if (base.username !== '' || base.password !== '') {
    throw problem('holds a user or a password, which would end up in messages; use auth instead');
  }
  return base;
}

type Got = { readonly body: unknown } | { readonly cause: string };

async function request(url: URL, body: string, options: ClientOptions): Promise<Got> {
  const where = `${url.origin}${url.pathname}`;
  try {
    const own = (await options.headers?.({ method: 'POST', url, body })) ?? {};
    const response = await (options.fetch ?? fetch)(url, {
      method: 'POST',
      body,
      headers: { accept: 'application/json', 'content-type': 'application/x-www-form-urlencoded', ...own },
      // A store does not redirect; a proxy that wants a login does.
      redirect: 'manual',
      signal: AbortSignal.timeout(options.timeoutMs),
    });
    const text = await readCapped(response);
    return text === undefined
      ? { cause: `${where} answered more than ${LIMITS.answerBytes} bytes; the rest was not read` }
      : readResponse(where, response, text);
  } catch (error) {
    return { cause: `${where}: ${causeOf(error, options.timeoutMs)}` };
  }
}

function readResponse(where: string, response: Response, text: string): Got {
  if (response.status >= 300 && response.status < 400) {
    const target = URL.parse(response.headers.get('location') ?? '', where);
    const to = target === null ? '' : ` to ${target.origin}${target.pathname}`;
    return { cause: `${where} redirects${to}; set the url of the query API itself and its auth` };
  }
  const isHtml = /^\s*</.test(text) || (response.headers.get('content-type') ?? '').includes('html');
  const json = isHtml ? undefined : parseJson(text);
  if (!response.ok) {
    const said = (json && errorOf(json.body)) ?? (isHtml ? 'an HTML page' : cut(text));
    return { cause: `${where} answered ${response.status} ${said}`.trim() };
  }
  if (isHtml)
    return { cause: `${where} answered an HTML page instead of JSON; is it a login page or a wrong url?` };
  return (
    json ?? { cause: `${where} answered JSON that is truncated or malformed (${text.length} characters)` }
  );
}

function parseJson(text: string): { readonly body: unknown } | undefined {
  try {
    return { body: JSON.parse(text) };
  } catch (error) {
    if (error instanceof SyntaxError) return undefined;
    throw error;
  }
}

/** The body as text; undefined when it is too large. */
async function readCapped(response: Response): Promise<string | undefined> {
  const chunks: Uint8Array[] = [];
  let size = 0;
  for await (const chunk of response.body ?? []) {
    size += chunk.byteLength;
    if (size > LIMITS.answerBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

/** The innermost reason of a failed request: `fetch failed` alone says nothing. */
function causeOf(error: unknown, timeoutMs: number): string {
  if (!(error instanceof Error)) return cut(String(error));
  if (error.name === 'TimeoutError') return `no whole answer within ${timeoutMs} ms`;
  if (error.cause instanceof Error) return causeOf(error.cause, timeoutMs);
  const code = (error as NodeJS.ErrnoException).code;
  return cut(code === undefined || error.message.includes(code) ? error.message : `${code} ${error.message}`);
}
