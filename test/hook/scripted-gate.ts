import { once } from 'node:events';
import { createServer, type IncomingMessage, type RequestListener, type ServerResponse } from 'node:http';
import { createServer as createTlsServer } from 'node:https';
import type { AddressInfo } from 'node:net';
import type { Answer } from '../../src/gate/use-cases.ts';
import type { HookAsk } from '../../src/hook/ask-gate.ts';
import type { ServerCertificate } from '../support/certificate.ts';

/** What the scripted gate does with one request. */
export type Turn =
  | { readonly answer: Partial<Answer> }
  | {
      readonly status: number;
      readonly body: string;
      readonly headers?: Readonly<Record<string, string>>;
    }
  | 'cut'
  | 'never';

/** What the scripted gate was asked. */
interface Seen {
  readonly method: string | undefined;
  /** The parameters of the address. */
  readonly query: Readonly<Record<string, string>>;
  readonly wait: string | null;
  readonly authorization: string | undefined;
  readonly ask: HookAsk;
}

/** Where a scripted gate listens. */
interface Listening {
  /** Default: 127.0.0.1. */
  readonly host?: '127.0.0.1' | '::1';
  /** With it the gate speaks HTTPS. */
  readonly certificate?: ServerCertificate;
}

/** An HTTP server that answers the verdict route by a script; the last of a list of turns repeats. */
export class ScriptedGate implements AsyncDisposable {
  readonly seen: Seen[] = [];
  readonly url: string;
  private readonly server;

  private constructor(server: ReturnType<typeof createServer>, { host, certificate }: Listening) {
    this.server = server;
    const scheme = certificate === undefined ? 'http' : 'https';
    const name = host === '::1' ? '[::1]' : '127.0.0.1';
    this.url = `${scheme}://${name}:${(server.address() as AddressInfo).port}`;
  }

  /** @param turns what it does with each request: in turn, or by a function of how many there were before */
  static async start(
    turns: readonly Turn[] | ((seen: number) => Turn),
    listening: Listening = {},
  ): Promise<ScriptedGate> {
    const turnAt =
      typeof turns === 'function'
        ? turns
        : (seen: number) => turns[Math.min(seen, turns.length - 1)] ?? 'cut';
    const handlers: ((request: IncomingMessage, response: ServerResponse) => void)[] = [];
    const listener: RequestListener = (request, response) => handlers[0]?.(request, response);
    const { host = '127.0.0.1', certificate } = listening;
    const server = certificate ? createTlsServer(certificate, listener) : createServer(listener);
    server.listen(0, host);
    await once(server, 'listening');
    const gate = new ScriptedGate(server, listening);
    handlers.push((request, response) => void gate.handle(turnAt, request, response));
    return gate;
  }

  private async handle(turnAt: (seen: number) => Turn, request: IncomingMessage, response: ServerResponse) {
    const chunks: Buffer[] = [];
    for await (const chunk of request) chunks.push(chunk as Buffer);
    const turn = turnAt(this.seen.length);
    const { searchParams } = new URL(request.url ?? '', this.url);
    this.seen.push({
      method: request.method,
      query: Object.fromEntries(searchParams),
      wait: searchParams.get('wait'),
      authorization: request.headers.authorization,
      ask: JSON.parse(Buffer.concat(chunks).toString() || '{}') as HookAsk,
    });
    if (turn === 'never') return;
    if (turn === 'cut') {
      request.socket.destroy();
      return;
    }
    if ('answer' in turn) {
      response.setHeader('content-type', 'application/json');
      response.end(JSON.stringify({ ...HOLD, ...turn.answer }));
      return;
    }
    response.writeHead(turn.status, turn.headers);
    response.end(turn.body);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.server.closeAllConnections();
    this.server.close();
    await once(this.server, 'close');
  }
}

/** A hold in mid-soak. */
export const HOLD: Answer = {
  verdict: 'hold',
  reason: 'run/soaking',
  reasons: [{ code: 'run/soaking', text: 'The gate is gathering evidence.' }],
  runId: 'r1',
  attempt: 1,
  phase: 'PostSync',
  app: 'platform-bom',
  cluster: 'prod-1',
  wave: 'prod',
  digest: 'sha256:1',
  state: 'soaking',
  since: '2026-11-23T12:00:00.000Z',
  whoCanAct: 'nobody has to: the gate decides',
  settle: { done: 1, total: 1 },
  soak: { elapsedSeconds: 60, minSeconds: 600, maxSeconds: 3600 },
  retryAfterSeconds: 1,
  evidenceUrl: 'http://127.0.0.1/runs/r1',
};
