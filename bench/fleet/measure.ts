import { mkdtemp, rm } from 'node:fs/promises';
import { Agent } from 'node:http';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import { setTimeout as wait } from 'node:timers/promises';
import { freeAddress } from '../../src/cli/free-address.ts';
import { quantile } from '../median.ts';
import { inParallel, load, type Post, post } from './load.ts';
import { type Server, startServer } from './processes.ts';
import { seedLedger } from './seed-ledger.ts';
import { APP, clusterName, storeSeries } from './world.ts';

/** What one size of fleet showed. */
export interface FleetNumbers {
  readonly clusters: number;
  readonly questionsALook: number;
  /** Milliseconds of the looks that took in a new minute, and of the first one after the start. */
  readonly looksMs: readonly number[];
  readonly firstLookMs: number;
  readonly startMs: number;
  /** Share of one core that looking takes. */
  readonly cpuShare: number;
  readonly residentBytes: number;
  /** Of `POST /v1/verdicts` at 500 requests a second, gate and bare Express, milliseconds. */
  readonly gate: { readonly p50: number; readonly p99: number };
  readonly bare: { readonly p50: number; readonly p99: number };
  /** From an alert that fires at the store and is told to the gate, until a hook has heard halt. */
  readonly alertToHaltMs: number;
  /** One question for each metric and cluster: how many, and the milliseconds that they took. */
  readonly peers: { readonly questions: number; readonly ms: number };
}

const RATE = 500;
const LOAD_SECONDS = 12;
/** New minutes that are waited for. */
const MINUTES = 2;

/** Runs a gate over a fleet in which every cluster soaks, and measures it. */
export async function measureFleet(clusters: number): Promise<FleetNumbers> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-fleet-'));
  const store = await startServer(new URL('./store-server.ts', import.meta.url));
  const bare = await startServer(new URL('./bare-server.ts', import.meta.url));
  try {
    const place = { clusters, folder, listen: await freeAddress(), sourceUrl: store.url };
    progress(`${clusters} clusters: seeding`);
    await seedLedger(place);
    const gate = await startServer(new URL('./gate-server.ts', import.meta.url), JSON.stringify(place));
    try {
      return await measure(clusters, { store, bare, gate });
    } finally {
      await gate.stop();
    }
  } finally {
    await Promise.all([store.stop(), bare.stop()]);
    await rm(folder, { recursive: true });
  }
}

interface Servers {
  readonly store: Server;
  readonly bare: Server;
  readonly gate: Server;
}

async function measure(clusters: number, { store, bare, gate }: Servers): Promise<FleetNumbers> {
  progress(`${clusters} clusters: the first look`);
  const firstLookMs = (await looksUntil(gate, 1))[0]?.ms ?? Number.NaN;
  progress(`${clusters} clusters: ${MINUTES} minutes of looks, first ${firstLookMs.toFixed(0)} ms`);
  const before = await questions(store);
  const cpuBefore = await metric(gate, 'process_cpu_seconds_total');
  const looks = await newMinutes(gate);
  const cpuSeconds = (await metric(gate, 'process_cpu_seconds_total')) - cpuBefore;
  const asked = (await questions(store)) - before;
  const ask =
    (url: string) =>
    (at: number): Post => ({
      url: `${url}/v1/verdicts`,
      body: JSON.stringify({
        app: APP,
        cluster: clusterName((at * 7) % clusters),
        revision: 'r1',
        phase: 'PostSync',
      }),
    });
  progress(`${clusters} clusters: load`);
  const bareTimes = [...(await load(RATE, LOAD_SECONDS / 2, ask(bare.url)))];
  const gateTimes = await load(RATE, LOAD_SECONDS * 2, ask(gate.url));
  bareTimes.push(...(await load(RATE, LOAD_SECONDS / 2, ask(bare.url))));
  const residentBytes = await metric(gate, 'process_resident_memory_bytes');
  const alertToHaltMs = await alertToHalt(gate, store);
  progress(`${clusters} clusters: one question for each metric and cluster`);
  const peers = await peersWay(clusters, store);
  const both = (times: readonly number[]) => ({ p50: quantile(times, 0.5), p99: quantile(times, 0.99) });
  return {
    clusters,
    questionsALook: asked / looks.length,
    looksMs: looks.map(({ ms }) => ms),
    firstLookMs,
    cpuShare: cpuSeconds / (MINUTES * 60),
    startMs: gate.startedMs,
    residentBytes,
    gate: both(gateTimes),
    bare: both(bareTimes),
    alertToHaltMs,
    peers,
  };
}

interface Look {
  readonly ms: number;
}

/** Waits until so many looks more are over, and tells how long each took. */
async function looksUntil(gate: Server, count: number): Promise<readonly Look[]> {
  const looks: Look[] = [];
  let done = 0;
  let sum = 0;
  while (looks.length < count) {
    const now = await lookTotals(gate);
    // Looks are 15 s apart: between two readings ends one at most, as long as the gate answers.
    if (now.count > done) looks.push({ ms: ((now.sum - sum) * 1000) / (now.count - done) });
    ({ count: done, sum } = now);
    await wait(500);
  }
  return looks;
}

/** The looks of the next minutes. */
async function newMinutes(gate: Server): Promise<readonly Look[]> {
  const looks: Look[] = [];
  const until = Date.now() + MINUTES * 60_000;
  let { count, sum } = await lookTotals(gate);
  while (Date.now() < until) {
    await wait(500);
    const now = await lookTotals(gate);
    if (now.count > count) looks.push({ ms: ((now.sum - sum) * 1000) / (now.count - count) });
    ({ count, sum } = now);
  }
  return looks;
}

async function lookTotals(gate: Server): Promise<{ readonly count: number; readonly sum: number }> {
  const page = await (await fetch(`${gate.url}/metrics`)).text();
  return {
    count: valueIn(page, 'tidegate_look_duration_seconds_count'),
    sum: valueIn(page, 'tidegate_look_duration_seconds_sum'),
  };
}

async function metric(gate: Server, name: string): Promise<number> {
  return valueIn(await (await fetch(`${gate.url}/metrics`)).text(), name);
}

function valueIn(page: string, name: string): number {
  return Number(new RegExp(`^${name} (\\S+)`, 'm').exec(page)?.[1] ?? 0);
}

async function questions(store: Server): Promise<number> {
  return Number(await (await fetch(`${store.url}/questions`)).text());
}

async function alertToHalt(gate: Server, store: Server): Promise<number> {
  const cluster = clusterName(0);
  const agent = new Agent();
  const body = JSON.stringify({ app: APP, cluster, revision: 'r1', phase: 'PostSync' });
  const heard = post(agent, { url: `${gate.url}/v1/verdicts?wait=60`, body });
  // The hook waits before the alert fires.
  await wait(500);
  const started = performance.now();
  await fetch(`${store.url}/fire?cluster=${cluster}`, { method: 'POST' });
  const alert = JSON.stringify({ alerts: [{ labels: { alertname: 'X', cluster } }] });
  await post(agent, { url: `${gate.url}/v1/webhooks/alertmanager`, body: alert });
  await heard;
  agent.destroy();
  return performance.now() - started;
}

/** What asks each metric of each cluster by itself, sixteen at a time. */
async function peersWay(clusters: number, store: Server): Promise<FleetNumbers['peers']> {
  const series = storeSeries().filter(({ kind }) => kind === 'events' || kind === 'value' || kind === 'bad');
  const perCluster = [...new Map(series.map((one) => [one.signal, one])).values()];
  const count = clusters * perCluster.length;
  const agent = new Agent({ keepAlive: true, maxSockets: 16 });
  const started = performance.now();
  await inParallel(count, 16, (at) => {
    const { metric: name, signal } = perCluster[at % perCluster.length] ?? { metric: '', signal: '' };
    const query = `${name}{cluster="${clusterName(Math.floor(at / perCluster.length))}", signal="${signal}"}`;
    return post(agent, { url: `${store.url}/api/v1/query`, body: new URLSearchParams({ query }).toString() });
  });
  agent.destroy();
  return { questions: count, ms: performance.now() - started };
}

function progress(text: string): void {
  process.stderr.write(`${text}\n`);
}
