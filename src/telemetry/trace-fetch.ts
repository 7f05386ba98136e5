import { knownMethod } from './span-facts.ts';
import type { Tracing } from './tracing.ts';

/**
 * A fetch whose requests are spans and carry the trace on.
 *
 * @param route template of the path that is asked, for the span's name
 */
export function traceFetch(tracing: Tracing, route: string, send: typeof fetch = fetch): typeof fetch {
  return async (input, init) => {
    const request = new Request(input, init);
    const url = new URL(request.url);
    const method = knownMethod(request.method);
    const facts = {
      'http.request.method': method,
      'server.address': url.hostname,
      'server.port': Number(url.port) || (url.protocol === 'https:' ? 443 : 80),
      'url.full': `${url.origin}${url.pathname}${url.search}`,
    };
    return tracing.inSpan(`${method} ${route}`, { kind: 'client', facts }, async (span) => {
      for (const [name, value] of Object.entries(tracing.headers())) request.headers.set(name, value);
      const response = await send(request);
      span.set({ 'http.response.status_code': response.status });
      if (response.status >= 400) span.fail(String(response.status));
      return response;
    });
  };
}
