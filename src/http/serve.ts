import { createHash, randomUUID } from 'node:crypto';
import express, { type Request, type RequestHandler, type Response } from 'express';
import { IdentityError, UnavailableError } from '../domain/errors.ts';
import { PROXY_HEADERS, type ProxiedHeaders } from '../identity/argocd-proxy.ts';
import { type KnownCaller, requireAccess } from '../identity/caller.ts';
import type { Identify } from '../identity/identity.ts';
import type { Refusal } from '../identity/refusals.ts';
import { sessionToken } from '../identity/session.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { withoutCapability } from './capability-path.ts';
import { factsOf } from './middleware.ts';
import { MAX_BODY_BYTES } from './problem.ts';
import type { Reply } from './reply.ts';
import { RequestError } from './request-error.ts';
import type { Route } from './route.ts';

/** What every route is served with. */
export interface ServeParts {
  readonly identify: Identify;
  /** Told of every caller who is turned away; must not throw. */
  readonly onRefused: (refusal: Refusal) => void;
  readonly metrics: Pick<Metrics, 'identityRefusals'>;
  readonly stopping?: AbortSignal;
}

/** A route as Express runs it: who calls, then what is said, then the use case. A body is read only from who may act. */
export function serve(route: Route, parts: ServeParts): RequestHandler[] {
  const enter: RequestHandler = async (request, response, next) => {
    factsOf(response).route = route.path;
    try {
      const { authorization, cookie, host } = request.headers;
      const [proxied, remote] = [proxiedHeaders(request), request.socket.remoteAddress];
      const capability = route.hasCapability ? String(request.params['capability']) : undefined;
      response.locals['caller'] = await parts.identify({
        authorization,
        cookie,
        host,
        capability,
        proxied,
        remote,
      });
      requireAccess(callerOf(response), route.access);
    } catch (error) {
      noteRefusal(error, request, response, parts);
      throw error;
    }
    next();
  };
  const act: RequestHandler = async (request, response) => {
    const gone = new AbortController();
    response.once('close', () => gone.abort());
    const { stopping } = parts;
    const raw = {
      params: { ...request.params },
      query: { ...request.query },
      body: request.body as unknown,
      caller: callerOf(response),
      session: sessionToken(request.headers.cookie) ?? `${NO_SESSION} ${callerOf(response)?.name}`,
      cookie: request.headers.cookie,
      gone: stopping ? AbortSignal.any([gone.signal, stopping]) : gone.signal,
    };
    try {
      const reply = await answered(route, raw, gone.signal, stopping);
      if (reply?.refusal) noteRefusal(reply.refusal, request, response, parts);
      send(request, response, reply);
    } catch (error) {
      noteRefusal(error, request, response, parts);
      throw error;
    }
  };
  if (route.body === undefined) return [enter, act];
  return route.isForm ? [enter, requireOwnOrigin, readForm, act] : [enter, requireJson, readJson, act];
}

const readJson = express.json({ limit: MAX_BODY_BYTES, strict: false });

/**
 * Only JSON is read. It also keeps pages of other origins out: a browser asks before it sends this type to us, and
 * nobody answers.
 */
const requireJson: RequestHandler = (request, _response, next) => {
  // False is another type; null is no body at all, which the schema refuses.
  if (request.is('application/json') !== false) return next();
  const message = 'The body is read as JSON only; send it with "Content-Type: application/json".';
  throw new RequestError(415, 'input/media-type', message);
};

const readForm = express.urlencoded({ extended: false, limit: MAX_BODY_BYTES });

/** Who has no session, because the gate has no tokens or Argo CD vouches for it, gets forms sealed in its name by this process. */
const NO_SESSION = randomUUID();

/** A form is taken from a page of this gate only: browsers tell where it was sent from. */
const requireOwnOrigin: RequestHandler = (request, _response, next) => {
  const { origin, host } = request.headers;
  if (origin !== undefined && URL.parse(origin)?.host === host) return next();
  const message = 'A form is sent from a page of this gate; open the page here and send it again.';
  throw new RequestError(403, 'form/foreign', message);
};

function proxiedHeaders(request: Request): ProxiedHeaders {
  return Object.fromEntries(Object.entries(PROXY_HEADERS).map(([key, header]) => [key, request.get(header)]));
}

function callerOf(response: Response): KnownCaller | undefined {
  return response.locals['caller'] as KnownCaller | undefined;
}

/** Who is turned away at the door or behind it is counted, and stands in the audit log. */
function noteRefusal(error: unknown, request: Request, response: Response, parts: ServeParts): void {
  if (!isRefusal(error)) return;
  const { code } = error;
  const { method, socket } = request;
  const path = withoutCapability(request.path);
  const proved = error instanceof IdentityError ? error.caller : undefined;
  const caller = callerOf(response)?.name ?? proved;
  parts.metrics.identityRefusals.inc({ code });
  const remote = socket.remoteAddress ?? 'unknown';
  parts.onRefused({ code, remote, method, path, ...(caller !== undefined && { caller }) });
}

/** Whose keys can't be read now is turned away, too. */
function isRefusal(error: unknown): error is IdentityError | UnavailableError {
  if (error instanceof IdentityError) return true;
  return error instanceof UnavailableError && error.code.startsWith('identity/');
}

async function answered(
  route: Route,
  raw: Parameters<Route['answer']>[0],
  gone: AbortSignal,
  stopping: AbortSignal | undefined,
): Promise<Reply | undefined> {
  try {
    const reply = await route.answer(raw);
    return gone.aborted ? undefined : reply;
  } catch (error) {
    if (gone.aborted && isAbort(error)) return undefined;
    if (stopping?.aborted && isAbort(error)) {
      throw new UnavailableError('http/stopping', 'The gate is stopping; ask again.', { cause: error });
    }
    throw error;
  }
}

function isAbort(error: unknown): boolean {
  return error instanceof Error && error.name === 'AbortError';
}

function send(request: Request, response: Response, reply: Reply | undefined): void {
  // Nobody listens any more.
  if (reply === undefined) return;
  const { status, contentType, body, headers } = reply;
  if (request.method === 'GET' && status === 200) {
    const etag = `"${createHash('sha256').update(body).digest('base64url').slice(0, 22)}"`;
    response.set({ 'cache-control': 'private, no-cache', ...headers, etag });
    // Nothing new: who asks again and again gets no second copy.
    if (request.headers['if-none-match'] === etag) {
      response.status(304).end();
      return;
    }
  }
  response.status(status).set({ ...headers, 'content-type': contentType });
  // Not `send`: it would put another charset behind the type.
  response.end(body);
}
