import { once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type ServerResponse } from 'node:http';
import { text } from 'node:stream/consumers';
import { portOf } from '../../support/free-port.ts';

/** How a server answers one path; it may also say nothing at all. */
export type Answers = (
  response: ServerResponse,
  path: string,
  headers: IncomingHttpHeaders,
  form: URLSearchParams,
) => void;

/** A server on loopback that is no Prometheus. */
export interface Impostor extends AsyncDisposable {
  readonly url: string;
  /** Methods and paths in the order in which they were asked. */
  readonly asked: readonly string[];
}

/** Starts a server. */
export async function startImpostor(answers: Answers): Promise<Impostor> {
  const asked: string[] = [];
  const server = createServer(async (request, response) => {
    const path = request.url ?? '';
    asked.push(`${request.method} ${path}`);
    answers(response, path, request.headers, new URLSearchParams(await text(request)));
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    asked,
    async [Symbol.asyncDispose]() {
      server.closeAllConnections();
      await once(server.close(), 'close');
    },
  };
}

/** One answer to everything. */
export function always(
  status: number,
  body: string,
  headers: Readonly<Record<string, string>> = {},
): Answers {
  return (response) => {
    response.writeHead(status, headers).end(body);
  };
}

/** What Grafana 11 answers to those who are not logged in. */
export const grafana: Answers = (response, path) => {
  const json = { 'content-type': 'application/json; charset=UTF-8' };
  if (path === '/api/health') {
    response.writeHead(200, json).end('{"commit":"5b85c4c2fc","database":"ok","version":"11.4.0"}');
  } else if (path.startsWith('/api/')) {
    response
      .writeHead(401, json)
      .end(
        '{"extra":null,"message":"Unauthorized","messageId":"auth.unauthorized","statusCode":401,"traceID":""}',
      );
  } else {
    response.writeHead(302, { location: '/login' }).end('<a href="/login">Found</a>.\n');
  }
};
