import { spawn } from 'node:child_process';
import { once } from 'node:events';
import { Agent, request } from 'node:http';
import { createInterface } from 'node:readline';
import { quantile } from './median.ts';
import type { Report } from './report.ts';

const RUNS = 1_000;
const REQUESTS = 5_000;
const CONNECTIONS = 8;

const agent = new Agent({ keepAlive: true, maxSockets: CONNECTIONS });

/** One request; resolves with milliseconds until the whole answer was there. */
function post(url: string, body: string): Promise<number> {
  return new Promise((resolve, reject) => {
    const start = performance.now();
    const outgoing = request(
      `${url}/v1/verdicts`,
      {
        method: 'POST',
        agent,
        headers: { 'content-type': 'application/json', 'content-length': Buffer.byteLength(body) },
      },
      (response) => {
        response.resume();
        response.once('end', () =>
          response.statusCode === 200
            ? resolve(performance.now() - start)
            : reject(new Error(`${url} answered ${response.statusCode}`)),
        );
      },
    );
    outgoing.once('error', reject);
    outgoing.end(body);
  });
}

function ask(cluster: number, phase: string): string {
  return JSON.stringify({
    app: 'platform-bom',
    cluster: `cluster-${cluster}`,
    revision: 'r1',
    digest: 'sha256:1',
    phase,
  });
}

/** Sends requests over a few connections; milliseconds of each. */
async function load(url: string, count: number, bodyOf: (at: number) => string): Promise<readonly number[]> {
  const times: number[] = [];
  let next = 0;
  const worker = async () => {
    while (next < count) {
      const at = next;
      next += 1;
      times.push(await post(url, bodyOf(at)));
    }
  };
  await Promise.all(Array.from({ length: CONNECTIONS }, worker));
  return times;
}

/** Latency of `POST /v1/verdicts` with a thousand runs soaking, beside a bare Express route in the same process. */
export async function benchVerdicts(): Promise<Report> {
  const servers = spawn(
    process.execPath,
    [new URL('./verdict-servers.ts', import.meta.url).pathname, String(RUNS)],
    {
      stdio: ['ignore', 'pipe', 'inherit'],
    },
  );
  try {
    const [line] = (await once(createInterface(servers.stdout), 'line')) as [string];
    const { gate, bare } = JSON.parse(line) as { gate: string; bare: string };
    process.stderr.write(`opening ${RUNS} runs\n`);
    await load(gate, RUNS, (at) => ask(at, 'PreSync'));
    await load(gate, RUNS, (at) => ask(at, 'PostSync'));
    const again = (at: number) => ask(at % RUNS, 'PostSync');
    process.stderr.write(`measuring, ${REQUESTS} requests each in turn\n`);
    const rows = new Map<string, number[]>([
      ['gate', []],
      ['bare Express route', []],
    ]);
    // In turns, so that what else the machine does falls on both.
    for (let turn = 0; turn < 5; turn += 1) {
      rows.get('bare Express route')?.push(...(await load(bare, REQUESTS / 5, again)));
      rows.get('gate')?.push(...(await load(gate, REQUESTS / 5, again)));
    }
    const ours = rows.get('gate') ?? [];
    const floor = rows.get('bare Express route') ?? [];
    const ms = (value: number) => `${value.toFixed(2)} ms`;
    const ratio = (share: number) => `${(quantile(ours, share) / quantile(floor, share)).toFixed(1)}x`;
    return {
      title: `POST /v1/verdicts with ${RUNS} runs soaking`,
      columns: ['server', 'p50', 'p99'],
      rows: [
        ...[...rows].map(([name, times]) => [name, ms(quantile(times, 0.5)), ms(quantile(times, 0.99))]),
        ['ratio', ratio(0.5), ratio(0.99)],
      ],
      note: `${REQUESTS} requests each over ${CONNECTIONS} connections, in turns, both servers in one process, the gate looking at all runs every 15 s meanwhile; simulated metrics of five signals. Times hold for this machine, the ratio travels.`,
    };
  } finally {
    servers.kill('SIGTERM');
    agent.destroy();
  }
}
