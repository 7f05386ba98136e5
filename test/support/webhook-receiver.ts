import { EventEmitter, once } from 'node:events';
import { createServer, type IncomingHttpHeaders, type Server } from 'node:http';
import { json } from 'node:stream/consumers';
import { portOf } from './free-port.ts';

/** One request that came in. */
export interface Delivery {
  readonly headers: IncomingHttpHeaders;
  /** The JSON body. */
  readonly body: unknown;
}

/** Takes JSON webhooks on a free port of 127.0.0.1, answers 200, and keeps them. */
export class WebhookReceiver implements AsyncDisposable {
  readonly deliveries: Delivery[] = [];
  readonly #server: Server;
  readonly #events = new EventEmitter<{ delivery: [] }>();

  private constructor() {
    this.#server = createServer(async (request, response) => {
      try {
        this.deliveries.push({ headers: request.headers, body: await json(request) });
        response.end();
        this.#events.emit('delivery');
      } catch (error) {
        response.writeHead(400).end(`the body is not JSON: ${error}`);
      }
    });
  }

  /** Starts a receiver. */
  static async start(): Promise<WebhookReceiver> {
    const receiver = new WebhookReceiver();
    receiver.#server.listen(0, '127.0.0.1');
    await once(receiver.#server, 'listening');
    return receiver;
  }

  /** Where to send webhooks to. */
  get url(): string {
    return `http://127.0.0.1:${portOf(this.#server)}/`;
  }

  /**
   * The first delivery like this, that came in already or comes in.
   *
   * @throws AbortError after the time
   */
  async delivery(isLike: (delivery: Delivery) => boolean, timeoutMs = 20_000): Promise<Delivery> {
    const signal = AbortSignal.timeout(timeoutMs);
    for (;;) {
      const found = this.deliveries.find(isLike);
      if (found) return found;
      await once(this.#events, 'delivery', { signal });
    }
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
