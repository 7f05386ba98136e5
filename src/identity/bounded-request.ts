import { type ClientRequest, type IncomingMessage, request as requestHttp } from 'node:http';
import { request as requestHttps } from 'node:https';
import { UnavailableError } from '../domain/errors.ts';
import { isLoopback } from './loopback.ts';

/** One request to an issuer. */
export interface BoundedRequest {
  readonly method?: string;
  readonly headers?: Readonly<Record<string, string>>;
  readonly body?: string;
  /** Certificate authorities that are trusted instead of the public ones, as PEM. */
  readonly ca?: string | undefined;
}

/** What an issuer may take of ours: it is somebody else's machine. */
export interface RequestLimits {
  /** For the whole answer. */
  readonly timeoutMs: number;
  readonly maxBytes: number;
}

/** A key set or a discovery document is a few kilobytes; whoever waits for it is a hook in its poll. */
export const ISSUER_LIMITS: RequestLimits = { timeoutMs: 5_000, maxBytes: 256 * 1024 };

/**
 * Asks an issuer over https; http is for loopback only. Redirects are answers like others and never followed.
 *
 * @throws UnavailableError `identity/issuer-unreachable` when there is no whole answer within the limits
 */
export async function boundedRequest(
  url: URL,
  { method = 'GET', headers = {}, body, ca }: BoundedRequest = {},
  { timeoutMs, maxBytes }: RequestLimits = ISSUER_LIMITS,
): Promise<Response> {
  if (!isSafeAddress(url)) throw unreachable(url, 'is no https address');
  const signal = AbortSignal.timeout(timeoutMs);
  const options = { method, headers, signal, ...(ca !== undefined && { ca }) };
  const sent = url.protocol === 'https:' ? requestHttps(url, options) : requestHttp(url, options);
  try {
    sent.end(body);
    const message = await answerTo(sent);
    const { statusCode = 0 } = message;
    const received = new Headers();
    for (const [name, value] of Object.entries(message.headers)) received.set(name, String(value));
    const read = await readAll(message, maxBytes);
    if (read === undefined) throw unreachable(url, `answered more than ${maxBytes} bytes`);
    // The constructor takes final statuses only, and no body beside 204 and 304.
    const isBodiless = statusCode === 204 || statusCode === 304;
    return new Response(isBodiless ? null : read, { status: statusCode, headers: received });
  } catch (cause) {
    if (cause instanceof UnavailableError) throw cause;
    const why = signal.aborted ? `did not answer within ${timeoutMs} ms` : reasonOf(cause);
    throw unreachable(url, why, cause);
  } finally {
    sent.destroy();
  }
}

/** Whether nobody on the way can change what is read there. */
export function isSafeAddress(url: URL): boolean {
  if (url.username !== '' || url.password !== '') return false;
  return url.protocol === 'https:' || (url.protocol === 'http:' && isLoopback(url.hostname));
}

function answerTo(sent: ClientRequest): Promise<IncomingMessage> {
  return new Promise((resolve, reject) => {
    sent.once('response', resolve);
    // Not once: what breaks after the answer began is told by its stream.
    sent.on('error', reject);
  });
}

async function readAll(message: IncomingMessage, maxBytes: number): Promise<string | undefined> {
  const chunks: Buffer[] = [];
  let bytes = 0;
  for await (const chunk of message as AsyncIterable<Buffer>) {
    bytes += chunk.length;
    if (bytes > maxBytes) return undefined;
    chunks.push(chunk);
  }
  return Buffer.concat(chunks).toString('utf8');
}

function reasonOf(cause: unknown): string {
  if (!(cause instanceof Error)) return String(cause);
  const { code } = cause as NodeJS.ErrnoException;
  return code === undefined ? cause.message : `can't be reached: ${code}`;
}

function unreachable({ origin, pathname }: URL, why: string, cause?: unknown): UnavailableError {
  const message = `The issuer's ${origin}${pathname} ${why}; ask again.`;
  return new UnavailableError('identity/issuer-unreachable', message, { cause });
}
