import { randomUUID } from 'node:crypto';
import type { RequestHandler, Response } from 'express';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What travels with a request until it is answered. */
export interface RequestFacts {
  /** Under which the log tells of it. */
  readonly requestId: string;
  /** The route's path, as the document has it; empty where none matched. */
  route: string;
}

/** The facts of a request. */
export function factsOf(response: Response): RequestFacts {
  return response.locals as RequestFacts;
}

/** How a client that went away before the answer shows in metrics and log, as nginx writes it. */
const CLIENT_GONE = '499';

/** Counts, times and logs every request when it is over. */
export function observeRequests(
  metrics: Pick<Metrics, 'requests' | 'requestDuration'>,
  log: Log,
): RequestHandler {
  return (request, response, next) => {
    const facts: RequestFacts = { requestId: randomUUID(), route: '' };
    Object.assign(response.locals, facts);
    const started = performance.now();
    response.once('close', () => {
      const { requestId, route } = factsOf(response);
      const { method } = request;
      const seconds = (performance.now() - started) / 1000;
      const status = response.writableFinished ? String(response.statusCode) : CLIENT_GONE;
      metrics.requests.inc({ method, route, status });
      metrics.requestDuration.observe({ method, route }, seconds);
      log.debug({ requestId, method, route, status, seconds }, 'answered');
    });
    next();
  };
}

/**
 * Headers of every answer: nothing of ours is framed by strangers, sniffed, cached or run as a script.
 *
 * @param policy the content security policy
 */
export function secureHeaders(policy: string): RequestHandler {
  const isFramed = !policy.includes("frame-ancestors 'none'");
  const headers = {
    'content-security-policy': policy,
    'x-content-type-options': 'nosniff',
    'referrer-policy': 'same-origin',
    'cross-origin-resource-policy': 'same-origin',
    'cross-origin-opener-policy': 'same-origin',
    'cache-control': 'no-store',
    // The older header knows no list of origins; where there is one it would forbid what the policy allows.
    ...(!isFramed && { 'x-frame-options': 'DENY' }),
  };
  return (_request, response, next) => {
    response.set(headers);
    next();
  };
}
