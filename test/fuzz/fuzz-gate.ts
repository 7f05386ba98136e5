import { type RunningProcess, startProcess } from '../support/process.ts';
import type { FuzzToken } from './arbitrary-request.ts';
import type { Known } from './arbitrary-value.ts';
import { readDocument } from './document.ts';
import { type FuzzOptions, fuzz } from './fuzz.ts';

/** How a gate came through. */
export interface FuzzOutcome {
  /** Answers by status. */
  readonly statuses: ReadonlyMap<number, number>;
  /** What its heap held when it was warm and at the end, garbage collected, bytes. */
  readonly warmBytes: number;
  readonly endBytes: number;
}

/** What the process prints when it is up. */
interface Started {
  readonly url: string;
  readonly known: Known;
  readonly tokens: readonly FuzzToken[];
}

/** Most that the gate's heap may hold: what grows without end ends it. */
const HEAP_MB = 256;

/** Share of the requests after which the process counts as warm. */
const WARM = 0.4;

/** Starts a gate, opens a few runs, fuzzes it, and stops it; what it answers wrong is thrown. */
export async function fuzzGate(options: FuzzOptions): Promise<FuzzOutcome> {
  await using gate = await startProcess(process.execPath, {
    args: [
      '--expose-gc',
      `--max-old-space-size=${HEAP_MB}`,
      new URL('fuzz-server.ts', import.meta.url).pathname,
    ],
    ready: { line: /^\{"url"/ },
    readyTimeoutMs: 60_000,
  });
  const { url, known, tokens } = JSON.parse(await gate.waitForLine(/^\{"url"/)) as Started;
  const document = readDocument(await (await fetch(`${url}/openapi.json`)).json());
  const world = { document, known: { ...known, id: await openRuns(url, known) }, tokens };
  const warmUp = Math.round(options.requests * WARM);
  const first = await fuzz(url, world, { ...options, requests: warmUp });
  const warmBytes = await heapBytes(gate, 1);
  const second = await fuzz(url, world, { seed: options.seed + 1, requests: options.requests - warmUp });
  const endBytes = await heapBytes(gate, 2);
  const { code } = await gate.stop();
  if (code !== 0) throw new Error(`the gate ended with ${code} when it was told to stop:\n${gate.output}`);
  if (gate.stderr !== '') throw new Error(`the gate complained:\n${gate.stderr}`);
  return { statuses: sumOf(first, second), warmBytes, endBytes };
}

/** Runs in several states, so that ids are found. */
async function openRuns(url: string, { app = [], cluster = [] }: Known): Promise<readonly string[]> {
  const ids: string[] = [];
  for (const phase of ['PreSync', 'PostSync']) {
    for (const name of cluster) {
      const body = JSON.stringify({ app: app[0], cluster: name, revision: 'r1', digest: 'sha256:1', phase });
      const headers = { 'content-type': 'application/json', authorization: 'Bearer hook-token' };
      const answer = await fetch(`${url}/v1/verdicts`, { method: 'POST', body, headers });
      ids.push(((await answer.json()) as { runId: string }).runId);
    }
  }
  return [...new Set(ids)];
}

/** What the gate's heap holds, asked for the nth time. */
async function heapBytes(gate: RunningProcess, nth: number): Promise<number> {
  gate.signal('SIGUSR2');
  return Number((await gate.waitForLine(new RegExp(`^heap ${nth}: \\d+`))).split(' ')[2]);
}

function sumOf(...maps: readonly ReadonlyMap<number, number>[]): ReadonlyMap<number, number> {
  const sum = new Map<number, number>();
  for (const [status, count] of maps.flatMap((map) => [...map])) {
    sum.set(status, (sum.get(status) ?? 0) + count);
  }
  return sum;
}
