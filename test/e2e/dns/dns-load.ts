import { createSocket, type Socket } from 'node:dgram';
import { once } from 'node:events';

/** How often the timer wakes: a few queries at a time, never a burst. */
const TICK_MS = 50;

/** Most queries of one tick and server: what a busy machine missed is made up for slowly. */
const MOST_AT_ONCE = 20;

const SERVFAIL = 2;

/** What came of the queries to one server, as its clients saw it. */
export interface LoadCounts {
  sent: number;
  answered: number;
  servfail: number;
}

/** Where to send queries, and to which zones in turn. */
export interface LoadOptions {
  /** `127.0.0.1:port` by name. */
  readonly servers: ReadonlyMap<string, string>;
  readonly zones: readonly string[];
  /** To each server. */
  readonly perSecond: number;
}

/** Real DNS queries over UDP, at a steady rate to every server, until it is disposed of. Nothing is asked twice. */
export class DnsLoad implements AsyncDisposable {
  readonly #socket: Socket;
  readonly #timer: NodeJS.Timeout;
  readonly #lines: readonly { readonly port: number; readonly counts: LoadCounts }[];
  readonly #byName: ReadonlyMap<string, LoadCounts>;

  private constructor(socket: Socket, { servers, zones, perSecond }: LoadOptions) {
    this.#socket = socket;
    const lines = [...servers].map(([name, server]) => ({
      name,
      port: Number(server.split(':')[1]),
      counts: { sent: 0, answered: 0, servfail: 0 },
    }));
    this.#lines = lines;
    this.#byName = new Map(lines.map(({ name, counts }) => [name, counts]));
    const questions = zones.map((zone) => questionOf(`www.${zone}`));
    const startedAt = performance.now();
    socket.on('message', (answer, { port }) => this.#count(answer, port));
    this.#timer = setInterval(() => {
      const due = ((performance.now() - startedAt) / 1000) * perSecond;
      for (const line of lines) sendDue(socket, line, questions, due);
    }, TICK_MS);
  }

  /** Begins to ask. */
  static async start(options: LoadOptions): Promise<DnsLoad> {
    const socket = createSocket('udp4');
    socket.bind(0, '127.0.0.1');
    await once(socket, 'listening');
    return new DnsLoad(socket, options);
  }

  /** What came of it so far. */
  of(name: string): LoadCounts {
    return { ...(this.#byName.get(name) ?? { sent: 0, answered: 0, servfail: 0 }) };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    clearInterval(this.#timer);
    this.#socket.close();
    await once(this.#socket, 'close');
  }

  #count(answer: Buffer, port: number): void {
    const line = this.#lines.find((candidate) => candidate.port === port);
    if (line === undefined || answer.length < 12) return;
    line.counts.answered += 1;
    if ((answer.readUInt8(3) & 0x0f) === SERVFAIL) line.counts.servfail += 1;
  }
}

function sendDue(
  socket: Socket,
  { port, counts }: { readonly port: number; readonly counts: LoadCounts },
  questions: readonly Buffer[],
  due: number,
): void {
  for (let left = Math.min(MOST_AT_ONCE, Math.floor(due - counts.sent)); left > 0; left--) {
    const question = questions[counts.sent % questions.length];
    if (question === undefined) return;
    const query = Buffer.from(question);
    query.writeUInt16BE(counts.sent % 0x1_0000, 0);
    counts.sent += 1;
    socket.send(query, port, '127.0.0.1');
  }
}

/** A query for the IPv4 address of a name, with the id left open (RFC 1035, 4.1). */
function questionOf(name: string): Buffer {
  const header = Buffer.alloc(12);
  // Recursion desired; one question.
  header.writeUInt16BE(0x0100, 2);
  header.writeUInt16BE(1, 4);
  const labels = name
    .split('.')
    .flatMap((label) => [Buffer.from([label.length]), Buffer.from(label, 'ascii')]);
  // The root, type A, class IN.
  return Buffer.concat([header, ...labels, Buffer.from([0, 0, 1, 0, 1])]);
}
