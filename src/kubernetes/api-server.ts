import { type IncomingMessage, request as plainRequest } from 'node:http';
import { request as tlsRequest } from 'node:https';
import { text } from 'node:stream/consumers';
import { UnavailableError } from '../domain/errors.ts';

/** Where an API server is, and how it knows us. Token and CA are read at every request: the kubelet renews both. */
export interface ApiServerAddress {
  readonly url: string;
  readonly token: () => Promise<string | undefined>;
  /** PEM; without one the system's authorities count. */
  readonly ca: () => Promise<string | undefined>;
}

/** How long a server may take to begin with its answer, in milliseconds. */
const PATIENCE_MS = 15_000;
/** An object has 1.5 MiB at most, and its metadata much less. */
const LONGEST_LINE = 2_000_000;

/** A path of the API, and what answers it. */
export interface ApiRequest {
  readonly path: string;
  readonly accept: string;
  readonly aborted: AbortSignal;
  /** Longest silence on the wire, in milliseconds. */
  readonly silenceMs?: number;
}

/** An answer that says no. `gone`: the version asked for is too old. */
export class ApiRefusal extends UnavailableError {
  readonly status: number;

  constructor(status: number, message: string) {
    super('kubernetes/refused', message);
    this.status = status;
  }

  get gone(): boolean {
    return this.status === 410;
  }
}

/**
 * One answer as JSON.
 *
 * @throws ApiRefusal for any status but 200, UnavailableError `kubernetes/unreachable` without an answer
 */
export async function getJson(server: ApiServerAddress, asked: ApiRequest): Promise<unknown> {
  const response = await send(server, asked);
  try {
    return JSON.parse(await text(response));
  } catch (cause) {
    throw unreachable(server, cause);
  }
}

/**
 * An answer line by line, as a watch sends it, until the server ends it.
 *
 * @throws as `getJson`, also in the middle
 */
export async function* getLines(server: ApiServerAddress, asked: ApiRequest): AsyncGenerator<string> {
  const response = await send(server, asked);
  let rest = '';
  try {
    for await (const chunk of response.setEncoding('utf8')) {
      const lines = (rest + (chunk as string)).split('\n');
      rest = lines.pop() ?? '';
      if (rest.length > LONGEST_LINE) throw new Error(`a line of more than ${LONGEST_LINE} characters`);
      yield* lines.filter((line) => line.trim() !== '');
    }
  } catch (cause) {
    throw unreachable(server, cause);
  } finally {
    response.destroy();
  }
}

async function send(server: ApiServerAddress, asked: ApiRequest): Promise<IncomingMessage> {
  const [token, ca] = await Promise.all([server.token(), server.ca()]);
  const url = new URL(asked.path, server.url);
  const response = await new Promise<IncomingMessage>((resolve, reject) => {
    const request = (url.protocol === 'https:' ? tlsRequest : plainRequest)(url, {
      headers: { accept: asked.accept, ...(token !== undefined && { authorization: `Bearer ${token}` }) },
      signal: asked.aborted,
      timeout: asked.silenceMs ?? PATIENCE_MS,
      ...(ca !== undefined && { ca }),
    });
    request.on('timeout', () => request.destroy(new Error('it does not answer')));
    request.on('response', resolve);
    request.on('error', reject);
    request.end();
  }).catch((cause: unknown) => {
    throw unreachable(server, cause);
  });
  if (response.statusCode === 200) return response;
  throw new ApiRefusal(
    response.statusCode ?? 0,
    refusalText(url, response.statusCode ?? 0, await told(response)),
  );
}

/** What a Status of Kubernetes says; an answer of something else is cut. */
async function told(response: IncomingMessage): Promise<string> {
  const body = await text(response).catch(() => '');
  try {
    const { message } = JSON.parse(body) as { message?: unknown };
    if (typeof message === 'string') return message;
  } catch {
    // No Status: a proxy or something else that listens there.
  }
  return body.slice(0, 200);
}

function refusalText(url: URL, status: number, message: string): string {
  const said = `${url.origin}${url.pathname} answered ${status}${message === '' ? '' : `: ${message}`}`;
  if (status === 401) return `${said}; check the token file`;
  return status === 403 ? `${said}; allow the gate's ServiceAccount get, list and watch there` : said;
}

function unreachable({ url }: ApiServerAddress, cause: unknown): UnavailableError {
  if (cause instanceof UnavailableError) return cause;
  const why = cause instanceof Error ? cause.message : String(cause);
  return new UnavailableError('kubernetes/unreachable', `the API server ${url} can't be read: ${why}`, {
    cause,
  });
}
