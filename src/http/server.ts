import { createServer, type Server } from 'node:http';
import type { AddressInfo } from 'node:net';
import type { Express } from 'express';
import { UnavailableError } from '../domain/errors.ts';

/** Where to listen; port 0 takes a free one. */
export interface ListenOptions {
  readonly host: string;
  readonly port: number;
}

/** A server that answers. */
export interface Listening {
  readonly port: number;
  readonly url: string;
  /**
   * Takes no new connections, lets requests under way end, and resolves when all are closed.
   *
   * @param graceMs after it what is still open is cut; default 10,000
   */
  stop(graceMs?: number): Promise<void>;
}

/** Longer than load balancers keep a connection idle (60 s), so that they close it and not we, under a request. */
const KEEP_ALIVE_MS = 65_000;

/** Longest a request may take to arrive. */
const REQUEST_TIMEOUT_MS = 30_000;

/** Why an address can't be listened on, by the system's word for it. */
const REFUSALS: Readonly<Record<string, readonly [code: string, advice: string]>> = {
  EADDRINUSE: [
    'http/port-in-use',
    'another process listens there; stop it, or set gate.listen to another port',
  ],
  EACCES: [
    'http/port-refused',
    'this user may not; ports below 1024 need more rights, set gate.listen to a higher one',
  ],
  EADDRNOTAVAIL: ['http/no-such-address', 'this machine has no such address; set gate.listen to one it has'],
};

/**
 * Serves an application.
 *
 * @throws UnavailableError `http/port-in-use`, `http/port-refused`, `http/no-such-address`, `http/listen`
 */
export async function listen(app: Express, { host, port }: ListenOptions): Promise<Listening> {
  const server = createServer({ keepAliveTimeout: KEEP_ALIVE_MS, requestTimeout: REQUEST_TIMEOUT_MS }, app);
  server.on('request', (_request, response) => {
    // A connection whose request ended while we stop would stay open for its keep-alive.
    response.once('close', () => server.listening || setImmediate(() => server.closeIdleConnections()));
  });
  await new Promise<void>((resolve, reject) => {
    server.once('error', (cause) => reject(refusal({ host, port }, cause)));
    server.listen({ host, port }, resolve);
  });
  const address = server.address() as AddressInfo;
  const shown = host.includes(':') ? `[${host}]` : host;
  return {
    port: address.port,
    url: `http://${shown}:${address.port}`,
    stop: (graceMs = 10_000) => stop(server, graceMs),
  };
}

function refusal({ host, port }: ListenOptions, cause: NodeJS.ErrnoException): UnavailableError {
  const [code, advice] = REFUSALS[cause.code ?? ''] ?? ['http/listen', cause.message];
  return new UnavailableError(code, `can't listen on ${host}:${port}: ${advice}`, { cause });
}

function stop(server: Server, graceMs: number): Promise<void> {
  return new Promise((resolve, reject) => {
    const cut = setTimeout(() => server.closeAllConnections(), graceMs);
    server.close((error) => {
      clearTimeout(cut);
      if (error) reject(error);
      else resolve();
    });
  });
}
