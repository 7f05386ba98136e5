import { beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS, type Reading } from '../../src/domain/reading.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import { createFleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createPrometheusSource } from '../../src/sources/prometheus/prometheus-source.ts';
import type { Observation, SignalSource } from '../../src/sources/signal-source.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { freePort } from '../support/free-port.ts';
import { backfill, startPrometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { describeWith } from '../support/tool.ts';
import { openMetrics } from './fixtures/exposition.ts';
import { clusters, hostile, last, recordedWorld, window } from './fixtures/recorded-world.ts';
import { alerts, checks, seriesOf } from './fixtures/signals.ts';

const noData: Reading<never> = { is: 'no-data' };
const noTraffic: Reading<never> = { is: 'no-traffic' };
const value = <T>(one: T): Reading<T> => ({ is: 'value', value: one });
const count = (events: number, exposure: number) => value({ events, exposure });
const item = (bad: number, among: number) => value({ bad, among });

/** What every adapter reads in each minute, series by series. */
const expected: Record<string, Record<string, Reading<unknown>>> = {
  'prod-1': healthyCluster({ 'nodes-ready': item(2, 40) }),
  [hostile]: healthyCluster({ 'nodes-ready': item(2, 40) }),
  late: healthyCluster({}),
  idle: {
    ...Object.fromEntries(Object.keys(healthyCluster({})).map((key) => [key, noTraffic])),
    'api-inflight': value(7),
  },
  dark: Object.fromEntries(Object.keys(healthyCluster({})).map((key) => [key, noData])),
  half: healthyCluster({}),
  nowhere: Object.fromEntries(Object.keys(healthyCluster({})).map((key) => [key, noData])),
};

function healthyCluster(but: Record<string, Reading<unknown>>): Record<string, Reading<unknown>> {
  return {
    'dns-errors': count(0, 100),
    'dns-latency@0.256': count(100, 100),
    'dns-latency@1.024': count(0, 100),
    'oom-kills': count(0, 1),
    'nodes-ready': item(0, 40),
    'dns-targets': item(0, 6),
    'api-inflight': value(7),
    ...but,
  };
}

/** The minutes in which a cluster differs from its row above. */
function expectedAt(cluster: string, key: string, minute: number): Reading<unknown> | undefined {
  if (cluster === 'half' && minute > last - 3 * MINUTE_MS) return noData;
  if (cluster === 'late' && key === 'nodes-ready' && minute > last - 2 * MINUTE_MS) return item(2, 40);
  return expected[cluster]?.[key];
}

interface World {
  readonly source: SignalSource;
  /** The same when its store does not answer. */
  readonly away: SignalSource;
}

function contract(start: () => Promise<World>): void {
  let world: World;
  let seen: Observation;
  beforeAll(async () => {
    world = await start();
    seen = await world.source.observe(clusters, window, Date.now());
  });

  test.each(clusters)('every series of %j has its reading in every minute, and no other', (cluster) => {
    const rows = [seen.counts, seen.items, seen.values].flatMap((map) => [...(map.get(cluster) ?? [])]);
    const minutes = Array.from({ length: 10 }, (_, i) => window.from + i * MINUTE_MS);
    const wanted = Object.keys(expected[cluster] ?? {}).map((key) => [
      key,
      minutes.map((minute) => ({ minute, reading: expectedAt(cluster, key, minute) })),
    ]);
    expect(Object.fromEntries(rows)).toEqual(Object.fromEntries(wanted));
  });

  test('counts, items and values stand each in their own map', () => {
    const keys = (map: Observation['counts' | 'items' | 'values']) => [...(map.get('prod-1')?.keys() ?? [])];
    expect(keys(seen.counts)).toEqual(['dns-errors', 'dns-latency@0.256', 'dns-latency@1.024', 'oom-kills']);
    expect(keys(seen.items)).toEqual(['nodes-ready', 'dns-targets']);
    expect(keys(seen.values)).toEqual(['api-inflight']);
    expect(seen.window).toEqual(window);
  });

  test('alerts are firing or pending, by cluster', () => {
    const alert = (cluster: string, state: 'firing' | 'pending') => ({
      name: 'NodesNotReady',
      cluster,
      state,
      labels: {},
    });
    expect(seen.alerts.is).toBe('value');
    const list = seen.alerts.is === 'value' ? seen.alerts.value : [];
    expect(list).toHaveLength(3);
    expect(list).toEqual(
      expect.arrayContaining([alert('prod-1', 'firing'), alert(hostile, 'firing'), alert('late', 'pending')]),
    );
  });

  test('the minutes in which alerts fired are told by cluster; pending, other alerts and other clusters are not', async () => {
    const minutes = Array.from({ length: 10 }, (_, i) => window.from + i * MINUTE_MS);
    const fired = await world.source.fired(['NodesNotReady'], ['prod-1', hostile, 'late', 'half'], window);
    expect(fired).toEqual(
      value(
        new Map([
          ['prod-1', new Set(minutes)],
          [hostile, new Set(minutes)],
        ]),
      ),
    );
    expect(await world.source.fired(['Watchdog'], ['late'], window)).toEqual(value(new Map()));
    expect(await world.source.fired([], ['prod-1'], window)).toEqual(value(new Map()));
  });

  test('only what was asked is answered', async () => {
    const one = await world.source.observe(['late', 'late'], { from: last, to: last }, Date.now());
    expect([...one.counts.keys()]).toEqual(['late']);
    expect(one.values.get('late')?.get('api-inflight')).toEqual([{ minute: last, reading: value(7) }]);
    expect(one.alerts).toEqual(value([expect.objectContaining({ cluster: 'late' })]));
  });

  test('an empty window has rows without minutes, and alerts', async () => {
    const none = await world.source.observe(['prod-1'], { from: last + MINUTE_MS, to: last }, Date.now());
    expect(none.counts.get('prod-1')?.get('dns-errors')).toEqual([]);
    expect(none.alerts).toMatchObject({ is: 'value', value: [{ state: 'firing' }] });
  });

  test('minutes that have not been yet are no data', async () => {
    const later = last + 60 * MINUTE_MS;
    const future = await world.source.observe(['prod-1'], { from: later, to: later }, Date.now());
    expect(future.counts.get('prod-1')?.get('dns-errors')).toEqual([{ minute: later, reading: noData }]);
  });

  test('a window that is not made of whole minutes is refused', async () => {
    await expect(world.source.observe(['prod-1'], { from: last + 1, to: last }, Date.now())).rejects.toThrow(
      /whole minutes/,
    );
  });

  test('a store that is reached is healthy', async () => {
    const health = await world.source.health(Date.now());
    expect(health).toEqual({ reachable: true, skewMs: expect.any(Number) });
    expect(Math.abs(health.skewMs ?? Infinity)).toBeLessThan(5000);
  });

  test('a store that does not answer is unknown everywhere, with its cause', async () => {
    const blind = await world.away.observe(clusters, window, Date.now());
    const unknown = { is: 'unknown', cause: expect.stringMatching(/ECONNREFUSED/) };
    for (const cluster of clusters) {
      const rows = [blind.counts, blind.items, blind.values].flatMap((map) => [
        ...(map.get(cluster)?.values() ?? []),
      ]);
      expect(rows).toHaveLength(7);
      for (const row of rows) {
        expect(row).toHaveLength(10);
        expect(row).toEqual(row.map(({ minute }) => ({ minute, reading: unknown })));
      }
    }
    expect(blind.alerts).toEqual(unknown);
    expect(await world.away.health(Date.now())).toEqual({ reachable: false, cause: unknown.cause });
  });
}

describe('the simulated source', () => contract(simulatedWorld));

async function simulatedWorld(): Promise<World> {
  const ever = { from: -Infinity, to: Infinity };
  const fleet = (...more: readonly Fault[]) => {
    const created = createFleet({
      clusters: clusters.filter((name) => name !== 'nowhere').map((name) => ({ name })),
      checks,
      alerts,
      random: seededRandom(1),
      profiles: {
        'dns-errors': { traffic: 100, trafficNoise: 0, share: 0 },
        'dns-latency': { traffic: 100, trafficNoise: 0, tails: { 0.256: 1, 1.024: 0 } },
        'oom-kills': { share: 0 },
        'dns-targets': { items: 6 },
        'api-inflight': { level: 7, levelNoise: 0 },
      },
      faults: [
        { kind: 'lost', items: 2, cluster: 'prod-1', signal: 'nodes-ready', ...ever },
        { kind: 'lost', items: 2, cluster: hostile, signal: 'nodes-ready', ...ever },
        { kind: 'lost', items: 2, cluster: 'late', signal: 'nodes-ready', ...ever, from: last - 90_000 },
        { kind: 'no-traffic', cluster: 'idle', ...ever },
        { kind: 'exporter-away', cluster: 'dark', ...ever },
        { kind: 'exporter-away', cluster: 'half', ...ever, from: last - 150_000 },
      ],
    });
    for (const fault of more) created.inject(fault);
    return created;
  };
  const away = { kind: 'source-away', cause: 'ECONNREFUSED, as simulated', ...ever } as const;
  return {
    source: createSimulatedSource({ name: 'simulated', fleet: fleet(), checks }),
    away: createSimulatedSource({ name: 'away', fleet: fleet(away), checks }),
  };
}

describeWith(['prometheus', 'promtool'], 'the prometheus source', () => {
  const resources = suiteResources();
  contract(async () => {
    const blocks = resources.use(await backfill({ text: openMetrics(recordedWorld()) }));
    const store = resources.use(await startPrometheus({ blocks: blocks.path }));
    const source = (url: string) =>
      createPrometheusSource({
        name: 'store',
        url,
        checks,
        series: seriesOf(checks),
        alertNames: alerts.map(({ name }) => name),
        timeoutMs: 10_000,
        liveFallback: true,
      });
    return { source: source(store.url), away: source(`http://127.0.0.1:${await freePort()}`) };
  });
});
