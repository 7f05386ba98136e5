import type { RequestHandler, Response } from 'express';
import { knownMethod } from '../telemetry/span-facts.ts';
import type { Span, Tracing } from '../telemetry/tracing.ts';
import { withoutCapability } from './capability-path.ts';
import { factsOf } from './middleware.ts';

/** What machines ask every few seconds: a trace of each would bury the rest. */
const UNTRACED: readonly string[] = ['/metrics', '/healthz', '/readyz'];

/** Makes every request a span, and a part of the caller's trace where it has one. */
export function traceRequests(tracing: Tracing): RequestHandler {
  return (request, response, next) => {
    if (UNTRACED.includes(request.path)) return next();
    const method = knownMethod(request.method);
    const facts = {
      'http.request.method': method,
      'url.path': withoutCapability(request.path),
      'url.scheme': request.protocol,
    };
    const start = { kind: 'server', facts, parent: request.headers } as const;
    void tracing.inSpan(method, start, async (span) => {
      const closed = new Promise((resolve) => response.once('close', resolve));
      next();
      await closed;
      finish(span, method, response);
    });
  };
}

function finish(span: Span, method: string, response: Response): void {
  const { route } = factsOf(response);
  if (route !== '') {
    span.rename(`${method} ${route}`);
    span.set({ 'http.route': route });
  }
  if (!response.writableFinished) {
    span.set({ 'error.type': 'http/client-gone' });
    return;
  }
  const { statusCode } = response;
  span.set({ 'http.response.status_code': statusCode });
  // A caller's mistake is no failure of ours: so say the conventions, and so counts the SLO.
  if (statusCode >= 500) span.fail(String(statusCode));
}
