import { mkdtemp, rm } from 'node:fs/promises';
import { tmpdir } from 'node:os';
import { join } from 'node:path';
import express from 'express';
import { bundleOf } from '../src/cli/bundle.ts';
import { startGate } from '../src/cli/compose-gate.ts';
import { systemClock } from '../src/cli/system-clock.ts';
import { parseConfig } from '../src/config/load-config.ts';
import type { RunState } from '../src/domain/run.ts';
import { openRun } from '../src/gate/attempts.ts';
import type { LedgerRun } from '../src/gate/ports.ts';
import { listen } from '../src/http/server.ts';
import { createFleet } from '../src/simulator/fleet.ts';
import { seededRandom } from '../src/simulator/random.ts';
import { createSimulatedSource } from '../src/sources/simulated/simulated-source.ts';
import { openSqliteStore } from '../src/store/sqlite/sqlite-store.ts';
import { createLog } from '../src/telemetry/log.ts';
import { quantile, timed } from './median.ts';
import type { Report } from './report.ts';

const CLUSTERS = 1_000;
const WAVES = 10;
const ROUNDS = 15;

/** What a page of this many clusters may cost on the server, in milliseconds. */
const AIM_MS = 200;

const APP = 'platform-bom';
const DIGEST = 'sha256:3f1c';

/** Every page over a fleet of 1,000 clusters, beside a bare Express route that answers the same bytes. */
export async function benchPages(): Promise<Report> {
  const folder = await mkdtemp(join(tmpdir(), 'tidegate-bench-'));
  try {
    return await measure(folder);
  } finally {
    await rm(folder, { recursive: true });
  }
}

async function measure(folder: string): Promise<Report> {
  const clusters = Array.from({ length: CLUSTERS }, (_, at) => ({
    name: `cluster-${at}`,
    wave: `wave-${Math.floor((at * WAVES) / CLUSTERS)}`,
  }));
  const sqlite = join(folder, 'ledger.sqlite');
  const halted = await fill(
    sqlite,
    clusters.map(({ name }) => name),
  );
  const text = JSON.stringify({
    gate: { listen: '127.0.0.1:0', store: { sqlite } },
    sources: [{ name: 'simulated', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: {
      clusters: clusters.map((one) => ({
        ...one,
        class: 'standard',
        region: 'eu-central-1',
        source: 'simulated',
      })),
    },
    waves: Array.from({ length: WAVES }, (_, at) => ({ name: `wave-${at}`, policy: 'strict' })),
    apps: [{ name: APP, components: ['dns'] }],
  });
  const config = parseConfig(text, { source: 'bench', folder, environment: { logLevel: 'error' } });
  await using gate = await started(config);
  const pages = [
    '/',
    '/rollouts',
    `/rollouts/${APP}/${encodeURIComponent(DIGEST)}`,
    '/clusters',
    '/clusters/cluster-7',
    `/runs/${halted}`,
    '/runbooks',
    '/catalogue',
  ];
  const rows: string[][] = [];
  for (const path of pages) rows.push(await row(gate.url, path));
  return {
    title: `Pages over ${CLUSTERS.toLocaleString('en')} clusters`,
    columns: ['page', 'size', 'median', 'worst', 'beside a bare route', `within ${AIM_MS} ms`],
    rows,
    note: `Whole answers over HTTP from a gate with SQLite, ${ROUNDS} warm rounds each; the bare Express route answers the same bytes.`,
  };
}

async function row(url: string, path: string): Promise<string[]> {
  const body = await read(url + path);
  const bare = await bareServer(body);
  const ours = await timed(ROUNDS, () => read(url + path));
  const floor = quantile(await timed(ROUNDS, () => read(bare.url)), 0.5);
  await bare.stop();
  const [median, worst] = [quantile(ours, 0.5), quantile(ours, 1)];
  return [
    path,
    `${Math.round(body.length / 1024)} KiB`,
    `${median.toFixed(1)} ms`,
    `${worst.toFixed(1)} ms`,
    `${(median / floor).toFixed(1)}x`,
    worst <= AIM_MS ? 'yes' : 'no',
  ];
}

/** A ledger in which the change has reached most clusters, was halted on one, and is asked for on the rest. @returns the halted run's id */
async function fill(sqlite: string, clusters: readonly string[]): Promise<string> {
  const now = Date.now();
  const runs = clusters.map((cluster, at): LedgerRun => {
    const change = {
      app: APP,
      cluster,
      digest: DIGEST,
      revision: '3f1c',
      intent: 'change',
      components: ['dns'],
    } as const;
    const opened = openRun({ ...change, policy: POLICY }, 1, now - 3_600_000);
    const state = stateOf(at);
    if (state === 'asked')
      return { ...opened, reasons: [{ code: 'wave/not-ready', text: 'Go on every cluster of wave-5.' }] };
    const times = {
      admittedAt: now - 3_500_000,
      syncedAt: now - 3_400_000,
      settledAt: now - 3_300_000,
      decidedAt: now - 1_000_000,
    };
    const verdict = state === 'go' ? 'go' : 'halt';
    return {
      ...opened,
      ...times,
      state,
      verdict,
      reasons: [{ code: 'evidence/complete', text: 'Every required check has its evidence.' }],
    };
  });
  const store = await openSqliteStore(sqlite);
  await store.commit({ runs });
  await store.close();
  return runs.find(({ state }) => state === 'halted')?.id ?? '';
}

function stateOf(at: number): RunState {
  if (at === HALTED) return 'halted';
  return at < HALTED ? 'go' : 'asked';
}

const HALTED = 555;

async function started(config: ReturnType<typeof parseConfig>) {
  const gate = await startGate({
    config,
    bundle: bundleOf(config),
    clock: systemClock,
    log: createLog('error'),
    createSource({ source, checks, alerts }) {
      const names = config.fleet.clusters.map(({ name }) => ({ name }));
      const fleet = createFleet({ clusters: names, checks, alerts, random: seededRandom(1) });
      return createSimulatedSource({ name: source.name, fleet, checks });
    },
  });
  return { url: gate.url, [Symbol.asyncDispose]: () => gate.stop() };
}

function bareServer(body: string) {
  const app = express();
  app.get('/', (_request, response) => void response.end(body));
  return listen(app, { host: '127.0.0.1', port: 0 });
}

async function read(url: string): Promise<string> {
  const response = await fetch(url);
  if (response.ok) return response.text();
  throw new Error(`${url} is answered with ${response.status}: ${await response.text()}`);
}

const POLICY = {
  name: 'strict',
  minSoakMs: 900_000,
  maxSoakMs: 7_200_000,
  maxSyncMs: 7_200_000,
  maxSettleMs: 14_400_000,
  maxBlindMs: 3_600_000,
  alpha: 0.05,
  onInconclusive: 'stop',
} as const;
