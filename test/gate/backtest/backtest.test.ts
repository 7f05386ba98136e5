import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import type { Cluster, Policy } from '../../../src/domain/run.ts';
import { type BacktestAsked, backtest } from '../../../src/gate/backtest/backtest.ts';
import type { PastSync } from '../../../src/gate/backtest/judge-past.ts';
import { judgeRun } from '../../../src/judge/run-judge.ts';
import { renderCheckedAlerts, renderChecks } from '../../../src/render/checks/render-checks.ts';
import type { Fault } from '../../../src/simulator/fault.ts';
import { createFleet } from '../../../src/simulator/fleet.ts';
import { seededRandom } from '../../../src/simulator/random.ts';
import { createSimulatedSource } from '../../../src/sources/simulated/simulated-source.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const NOW = Date.UTC(2026, 10, 4, 12);
const SYNC = NOW - 4 * HOUR;

const bundle = defineBundle(CATALOGUE);
const checks = renderChecks(bundle).filter(({ component }) => component === 'dns');
const alerts = renderCheckedAlerts(bundle);

const policy: Policy = {
  name: 'quick',
  minSoakMs: 5 * MINUTE,
  maxSoakMs: 30 * MINUTE,
  maxSyncMs: 2 * HOUR,
  maxSettleMs: HOUR,
  maxBlindMs: HOUR,
  alpha: 0.05,
  onInconclusive: 'stop',
};

const clusterOf = (name: string, className = 'web'): Cluster => ({
  name,
  wave: 'all',
  class: className,
  region: 'eu',
  source: 'simulated',
  labels: {},
  links: {},
});

const sync = (cluster: string, at = SYNC): PastSync => ({ cluster, at, components: ['dns'], policy });
const slow = (cluster: string, from = SYNC, to = from + HOUR): Fault => ({
  kind: 'slow',
  share: 0.02,
  seconds: 2,
  component: 'dns',
  cluster,
  from,
  to,
});

function past({
  faults = [],
  ...more
}: Partial<BacktestAsked> & { readonly faults?: readonly Fault[] } = {}) {
  const clusters = (more.fleet?.clusters ?? ['a', 'b', 'c', 'd'].map((name) => clusterOf(name))) as Cluster[];
  const fleet = createFleet({ clusters, checks, alerts, faults, random: seededRandom(7) });
  const source = createSimulatedSource({ name: 'simulated', fleet, checks });
  return backtest({
    checks,
    alerts,
    judge: judgeRun,
    fleet: { waves: ['all'], clusters },
    sources: () => source,
    clusters: clusters.map(({ name }) => name),
    pretended: sync,
    syncs: [],
    moves: new Map(),
    from: NOW - 6 * HOUR,
    to: NOW,
    now: NOW,
    onProgress: () => undefined,
    ...more,
  });
}

describe('a backtest', () => {
  test('halts no quiet window of a healthy fleet', async () => {
    const { clusters, syncs } = await past();
    // Twelve half hours; the soak of the last one ends now.
    expect(clusters.map(({ windows, halt }) => ({ windows, halt }))).toEqual(
      clusters.map(() => ({ windows: 12, halt: 0 })),
    );
    expect(clusters.every(({ withControls }) => withControls === 12)).toBe(true);
    expect(syncs).toEqual([]);
  });

  test('halts the sync with a fault within minutes, and lets the quiet one go', async () => {
    const syncs = [sync('a'), sync('b', SYNC + 2 * HOUR)];
    const moves = new Map(syncs.map(({ cluster, at }) => [cluster, [{ from: at, to: at + 30 * MINUTE }]]));
    const report = await past({ syncs, moves, faults: [slow('a', SYNC, SYNC + 30 * MINUTE)] });

    const [bad, good] = report.syncs;
    expect(bad).toMatchObject({ cluster: 'a', verdict: 'halt', policy: 'quick' });
    expect(bad?.reasons[0]?.code).toBe('regression/dns-latency');
    expect(bad?.afterMs).toBeLessThanOrEqual(5 * MINUTE);
    expect(good).toMatchObject({ cluster: 'b', verdict: 'go' });
    const [a] = report.clusters;
    expect(a?.leftOut.sync).toBeGreaterThanOrEqual(1);
    expect(a?.halts.filter(({ at }) => at === SYNC)).toEqual([]);
  });

  test('learns, when asked to, from the two days before the span, and tells by how many quiet windows', async () => {
    const syncs = [sync('a')];
    const moves = new Map([['a', [{ from: SYNC, to: SYNC + 30 * MINUTE }]]]);
    const faults = [slow('a', SYNC, SYNC + 30 * MINUTE)];
    const report = await past({ learns: true, clusters: ['a'], from: SYNC - HOUR, syncs, moves, faults });

    expect(report.learned).toEqual(['web']);
    expect(report.syncs[0]).toMatchObject({ cluster: 'a', verdict: 'halt' });
    expect(report.syncs[0]?.reasons[0]?.text).toMatch(/of [\d,]+ quiet windows/);
    expect(report.clusters[0]).toMatchObject({ halt: 0 });
    expect((await past({ clusters: ['a'], from: NOW - HOUR })).learned).toEqual([]);
  });

  test('tells which quiet window would have been halted when something went wrong there', async () => {
    const { clusters } = await past({ faults: [slow('a', SYNC, SYNC + 20 * MINUTE)] });
    expect(clusters.map(({ halt }) => halt)).toEqual([1, 0, 0, 0]);
    expect(clusters[0]?.halts[0]).toMatchObject({ at: SYNC, verdict: 'halt' });
  });

  test('does not blame a sync for what its controls show too', async () => {
    // Below the limit, which nobody may exceed, alone or with others.
    const mild = (cluster: string): Fault => ({ ...slow(cluster), kind: 'slow', share: 0.006, seconds: 2 });
    const judged = async (faulty: readonly string[]) =>
      (await past({ syncs: [sync('a')], faults: faulty.map(mild), clusters: ['a'] })).syncs[0];
    expect(await judged(['a'])).toMatchObject({ verdict: 'halt', controls: ['b', 'c', 'd'] });
    expect((await judged(['a', 'b', 'c', 'd']))?.verdict).not.toBe('halt');
  });

  test('judges before against after where a class is too small, and compares with nobody that was changed lately', async () => {
    const small = { waves: ['all'], clusters: ['a', 'b', 'c'].map((name) => clusterOf(name)) };
    expect((await past({ fleet: small, syncs: [sync('a')], clusters: ['a'] })).syncs[0]?.controls).toEqual(
      [],
    );
    const moves = new Map([['b', [{ from: SYNC - 20 * HOUR, to: SYNC - 19 * HOUR }]]]);
    expect((await past({ moves, syncs: [sync('a')], clusters: ['a'] })).syncs[0]?.controls).toEqual([]);
  });

  test('leaves out windows without data', async () => {
    const away: Fault = { kind: 'exporter-away', cluster: 'a', from: SYNC, to: SYNC + 30 * MINUTE };
    const [a] = (await past({ faults: [away], clusters: ['a'] })).clusters;
    expect(a?.leftOut.data).toBeGreaterThanOrEqual(2);
    expect((a?.windows ?? 0) + (a?.leftOut.data ?? 0)).toBe(12);
    expect(a?.halt).toBe(0);
  });

  test('refuses a span that is empty, too long, without data, or not the one of a sync', async () => {
    await expect(past({ from: NOW })).rejects.toMatchObject({ code: 'input/span' });
    await expect(past({ from: NOW - 32 * 24 * HOUR })).rejects.toMatchObject({ code: 'input/span' });
    await expect(past({ syncs: [sync('a', NOW - 7 * HOUR)] })).rejects.toMatchObject({ code: 'input/span' });
    const away: Fault = { kind: 'exporter-away', from: -Infinity, to: Infinity };
    await expect(past({ faults: [away] })).rejects.toMatchObject({ code: 'backtest/no-data' });
    const blind: Fault = { kind: 'source-away', cause: 'ECONNREFUSED', from: -Infinity, to: Infinity };
    await expect(past({ faults: [blind] })).rejects.toMatchObject({ code: 'backtest/unreadable' });
  });
});
