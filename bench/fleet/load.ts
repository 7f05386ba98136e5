import { Agent, request } from 'node:http';

/** Where a request goes and what it holds. */
export interface Post {
  readonly url: string;
  readonly body: string;
}

/** One request; resolves with milliseconds until the whole answer was there. */
export function post(agent: Agent, { url, body }: Post): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const headers = { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) };
    const outgoing = request(url, { method: 'POST', agent, headers }, (response) => {
      response.resume();
      response.once('end', () => resolve(performance.now() - start));
    });
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

/**
 * Sends requests at a rate, whether those before are answered or not: who waits in line waits in the numbers too.
 *
 * @returns milliseconds of each
 */
export async function load(
  rate: number,
  seconds: number,
  next: (at: number) => Post,
): Promise<readonly number[]> {
  const agent = new Agent({ keepAlive: true, maxSockets: 64 });
  const times: Promise<number>[] = [];
  const started = performance.now();
  const count = rate * seconds;
  while (times.length < count) {
    const due = Math.min(count, Math.floor(((performance.now() - started) / 1000) * rate) + 1);
    while (times.length < due) times.push(post(agent, next(times.length)));
    await new Promise((resolve) => setTimeout(resolve, 1));
  }
  try {
    return await Promise.all(times);
  } finally {
    agent.destroy();
  }
}

/** Runs tasks, so many at once. */
export async function inParallel(
  count: number,
  width: number,
  work: (at: number) => Promise<unknown>,
): Promise<void> {
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const at = next;
      next += 1;
      await work(at);
    }
  };
  await Promise.all(Array.from({ length: width }, worker));
}
