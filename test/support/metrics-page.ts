import { EventEmitter, once } from 'node:events';
import { createServer, type Server } from 'node:http';
import { portOf } from './free-port.ts';

/** A page that Prometheus can scrape: what stands on it is set by the test. */
export class MetricsPage implements AsyncDisposable {
  /** The exposition in the Prometheus text format; from the next scrape on. */
  text: string;
  /** The status of the answers: anything but 200 makes the target down. */
  status = 200;
  /** How often the page was read. */
  scrapes = 0;
  readonly #server: Server;
  readonly #events = new EventEmitter<{ scrape: [] }>();

  private constructor(text: string) {
    this.text = text;
    this.#server = createServer((request, response) => {
      if (request.url !== '/metrics') {
        response.writeHead(404).end();
        return;
      }
      response.writeHead(this.status, { 'content-type': 'text/plain; version=0.0.4; charset=utf-8' });
      response.end(this.text, () => {
        this.scrapes += 1;
        this.#events.emit('scrape');
      });
    });
  }

  /** Starts a page at `/metrics` on a free port of 127.0.0.1. */
  static async start(text = ''): Promise<MetricsPage> {
    const page = new MetricsPage(text);
    page.#server.listen(0, '127.0.0.1');
    await once(page.#server, 'listening');
    return page;
  }

  /** `host:port`, as a scrape target is named. */
  get address(): string {
    return `127.0.0.1:${portOf(this.#server)}`;
  }

  /** The page's address. */
  get url(): string {
    return `http://${this.address}/metrics`;
  }

  /** Waits until the page has been read once more, as it stands now. */
  async nextScrape(timeoutMs = 10_000): Promise<void> {
    await once(this.#events, 'scrape', { signal: AbortSignal.timeout(timeoutMs) });
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#server.close();
    this.#server.closeAllConnections();
    await once(this.#server, 'close');
  }
}
