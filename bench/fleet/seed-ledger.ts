import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import type { LedgerRun, Store } from '../../src/gate/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { APP, clusterName, type FleetPlace, fleetConfig } from './world.ts';

/** How many runs go through the real hooks; the others are made after them. */
const TEMPLATES = 4;
const RUNS_A_COMMIT = 200;

/**
 * Fills a ledger with soaking runs, one for each cluster: a few are opened by real asks at a real gate, the others are
 * copies of them under the names of the other clusters. Asking for all of them would read a day of every cluster.
 */
export async function seedLedger(place: FleetPlace): Promise<void> {
  await openTemplates({ ...place, clusters: Math.min(TEMPLATES, place.clusters) });
  const store = await openSqliteStore(`${place.folder}/ledger.sqlite`);
  try {
    const opened = await store.runs({ open: true });
    const openings = await Promise.all(opened.map(({ id }) => store.opening(id)));
    const templates = opened.map((run) => soaking(run, Date.now()));
    await store.commit({ runs: templates });
    for (let from = TEMPLATES; from < place.clusters; from += RUNS_A_COMMIT) {
      const until = Math.min(place.clusters, from + RUNS_A_COMMIT);
      await Promise.all(
        Array.from({ length: until - from }, (_, offset) => copy(store, templates, openings, from + offset)),
      );
    }
  } finally {
    await store.close();
  }
}

async function copy(
  store: Store,
  templates: readonly LedgerRun[],
  openings: readonly (string | undefined)[],
  at: number,
): Promise<void> {
  const template = templates[at % templates.length];
  const json = openings[at % templates.length];
  if (template === undefined || json === undefined) throw new Error('no template run was opened');
  const id = `run-${at}`;
  const lastMinute = Math.floor(Date.now() / 60_000) * 60_000 - 60_000;
  await store.commit({
    runs: [{ ...template, id, cluster: clusterName(at), version: 0 }],
    opening: { runId: id, lastMinute, json },
  });
}

function soaking(run: LedgerRun, now: number): LedgerRun {
  const reasons = [{ code: 'run/soaking', text: 'The change is on the cluster; it soaks.' }] as const;
  return { ...run, state: 'soaking', syncedAt: run.syncedAt ?? now, settledAt: now, reasons };
}

async function openTemplates(place: FleetPlace): Promise<void> {
  const config = fleetConfig(place);
  const gate = await startGate({
    config,
    bundle: bundleOf(config),
    clock: systemClock,
    log: createLog('error'),
    createSource: prometheusSource,
  });
  try {
    for (let at = 0; at < place.clusters; at += 1) {
      for (const phase of ['PreSync', 'PostSync']) {
        const body = JSON.stringify({ app: APP, cluster: clusterName(at), revision: 'r1', phase });
        const headers = { 'content-type': 'application/json' };
        const answer = await fetch(`${gate.url}/v1/verdicts`, { method: 'POST', headers, body });
        const { verdict, reason } = (await answer.json()) as { verdict: string; reason: string };
        if (phase === 'PreSync' && verdict !== 'go')
          throw new Error(`a template run was not admitted: ${reason}`);
      }
    }
  } finally {
    await gate.stop();
  }
}
