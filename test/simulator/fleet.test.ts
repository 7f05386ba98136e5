import { describe, expect, test } from 'vitest';
import { type Count, cleanValue, MINUTE_MS } from '../../src/domain/reading.ts';
import type { Fault } from '../../src/simulator/fault.ts';
import { createFleet, type Fleet, type FleetOptions } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import {
  alerts,
  apiInflight,
  checks,
  dnsErrors,
  dnsLatency,
  dnsTargets,
  nodesReady,
  oomKills,
} from '../sources/fixtures/signals.ts';

const start = Date.parse('2026-11-23T00:00:00Z');
const minute = (count: number) => start + count * MINUTE_MS;
const day = Array.from({ length: 1440 }, (_, i) => minute(i + 1));
const ever = { from: -Infinity, to: Infinity };

function fleetOf(options: Partial<FleetOptions> = {}): Fleet {
  const clusters = [{ name: 'a' }, { name: 'b' }];
  return createFleet({ clusters, checks, alerts, random: seededRandom(1), ...options });
}
const fleetWith = (...faults: readonly Fault[]) => fleetOf({ faults });

function total(fleet: Fleet, check: typeof dnsErrors, key: string, cluster = 'a', minutes = day): Count {
  const counts = minutes.map((at) => fleet.counts(cluster, check, at).get(key));
  return counts.reduce(
    (sum, reading) => {
      const count = reading && cleanValue(reading);
      return { events: sum.events + (count?.events ?? 0), exposure: sum.exposure + (count?.exposure ?? 0) };
    },
    { events: 0, exposure: 0 },
  );
}
const share = ({ events, exposure }: Count) => events / exposure;

describe('a healthy cluster', () => {
  test('has traffic, few errors, fewer slow requests the slower they are, and no bad items', () => {
    const fleet = fleetOf();
    expect(total(fleet, dnsErrors, 'dns-errors').exposure / 1440).toBeCloseTo(1200, -1);
    expect(share(total(fleet, dnsErrors, 'dns-errors'))).toBeCloseTo(0.0002, 4);
    expect(share(total(fleet, dnsLatency, 'dns-latency@0.256'))).toBeCloseTo(0.01, 3);
    expect(share(total(fleet, dnsLatency, 'dns-latency@1.024'))).toBeCloseTo(0.01 / 16, 4);
    expect(fleet.items('a', nodesReady, minute(1))).toEqual({ is: 'value', value: { bad: 0, among: 40 } });
    expect(cleanValue(fleet.value('a', apiInflight, minute(1)))).toBeCloseTo(200, -2);
  });

  test('never has more requests slower than 1 s than slower than 256 ms', () => {
    const fleet = fleetOf({ profiles: { 'dns-latency': { tails: { 0.256: 0.3, 1.024: 0.29 } } } });
    for (const at of day) {
      const counts = fleet.counts('a', dnsLatency, at);
      const [fast, slow] = ['dns-latency@0.256', 'dns-latency@1.024'].map((key) => {
        const reading = counts.get(key);
        return (reading && cleanValue(reading)?.events) ?? Number.NaN;
      });
      expect(slow).toBeLessThanOrEqual(fast ?? Number.NaN);
    }
  });

  test('twice the size has twice the traffic and the items, and the same shares', () => {
    const fleet = fleetOf({ clusters: [{ name: 'a' }, { name: 'b', size: 2 }] });
    const [a, b] = ['a', 'b'].map((name) => total(fleet, dnsErrors, 'dns-errors', name));
    expect((b?.exposure ?? 0) / (a?.exposure ?? 0)).toBeCloseTo(2, 1);
    expect(fleet.items('b', nodesReady, minute(1))).toMatchObject({ value: { among: 80 } });
    expect(total(fleet, oomKills, 'oom-kills', 'b').exposure).toBe(1440);
  });

  test('has its peak at the hour told, and nothing is lost over the day', () => {
    const fleet = fleetOf({ diurnal: { amplitude: 0.5, peakHour: 18 } });
    const hour = (at: number) =>
      total(fleet, dnsErrors, 'dns-errors', 'a', day.slice(at * 60, at * 60 + 60)).exposure;
    expect(hour(18) / hour(6)).toBeCloseTo(3, 0);
    expect(total(fleet, dnsErrors, 'dns-errors').exposure / 1440).toBeCloseTo(1200, -1);
  });

  test('fires no alert in a day', () => {
    const fleet = fleetOf();
    expect(day.flatMap((at) => fleet.alerts('a', at))).toEqual([]);
  });
});

describe('the same seed', () => {
  const window = { from: minute(1), to: minute(20) };
  const sourceOf = (fleet: Fleet) => createSimulatedSource({ name: 'simulated', fleet, checks });

  test('gives the same observation, whatever was asked before and in which order', async () => {
    const straight = await sourceOf(fleetOf()).observe(['a', 'b'], window, minute(20));
    const other = sourceOf(fleetOf());
    await other.observe(['b'], { from: minute(15), to: minute(30) }, minute(30));
    await other.observe(['b', 'a'], { from: minute(3), to: minute(4) }, minute(20));
    const again = await other.observe(['a', 'b'], window, minute(20));
    expect(again).toEqual(straight);
  });

  test('another seed gives another one', async () => {
    const one = await sourceOf(fleetOf()).observe(['a'], window, minute(20));
    const two = await sourceOf(fleetOf({ random: seededRandom(2) })).observe(['a'], window, minute(20));
    expect(two.counts).not.toEqual(one.counts);
  });

  test('a fault on one cluster leaves the others as they were', async () => {
    const hit = fleetWith({ kind: 'errors', share: 0.5, cluster: 'b', ...ever });
    const [with_, without] = await Promise.all(
      [hit, fleetOf()].map((fleet) => sourceOf(fleet).observe(['a'], window, minute(20))),
    );
    expect(with_).toEqual(without);
  });
});

describe('faults', () => {
  test('slow: a share of the requests is above every edge up to the delay, and above no other', () => {
    const fleet = fleetWith({ kind: 'slow', share: 0.05, seconds: 0.5, component: 'dns', ...ever });
    expect(share(total(fleet, dnsLatency, 'dns-latency@0.256'))).toBeCloseTo(0.06, 2);
    expect(share(total(fleet, dnsLatency, 'dns-latency@1.024'))).toBeCloseTo(0.01 / 16, 4);
    expect(share(total(fleet, dnsErrors, 'dns-errors'))).toBeCloseTo(0.0002, 4);
  });

  test('errors: a share of the requests fails', () => {
    const fleet = fleetWith({ kind: 'errors', share: 0.05, signal: 'dns-errors', ...ever });
    expect(share(total(fleet, dnsErrors, 'dns-errors'))).toBeCloseTo(0.05, 2);
    expect(share(total(fleet, dnsLatency, 'dns-latency@0.256'))).toBeCloseTo(0.01, 3);
  });

  test('events: so many more a minute', () => {
    const fleet = fleetWith({ kind: 'events', perMinute: 2, signal: 'oom-kills', ...ever });
    expect(share(total(fleet, oomKills, 'oom-kills'))).toBeCloseTo(2, 0);
  });

  test.each([
    [dnsErrors, 'dns-errors', 0.0002],
    [dnsLatency, 'dns-latency@0.256', 0.01],
    [oomKills, 'oom-kills', 0.0002],
  ])('regression: events are so many times as often (%#)', (check, key, base) => {
    const fleet = fleetWith({ kind: 'regression', factor: 20, ...ever });
    expect(share(total(fleet, check, key)) / base / 20).toBeCloseTo(1, 0);
  });

  test.each([
    ['up', 200, 400],
    ['down', 200, 100],
    ['up', -200, -100],
    ['down', -200, -400],
  ] as const)('regression: a gauge that is worse %s goes from %d to %d', (worse, level, bad) => {
    const check = { ...apiInflight, worse };
    const fleet = fleetOf({
      checks: [check],
      profiles: { 'api-inflight': { level, levelNoise: 0 } },
      faults: [{ kind: 'regression', factor: 2, ...ever }],
    });
    expect(fleet.value('a', check, minute(1))).toEqual({ is: 'value', value: bad });
  });

  test('lost: items are bad, never more than there are', () => {
    const fleet = fleetWith({ kind: 'lost', items: 3, component: 'nodes', ...ever });
    expect(fleet.items('a', nodesReady, minute(1))).toMatchObject({ value: { bad: 3, among: 40 } });
    expect(fleet.items('a', dnsTargets, minute(1))).toMatchObject({ value: { bad: 0 } });
    fleet.inject({ kind: 'lost', items: 100, component: 'nodes', ...ever });
    expect(fleet.items('a', nodesReady, minute(1))).toMatchObject({ value: { bad: 40, among: 40 } });
  });

  test('a fault that takes half a minute does half of its harm there', () => {
    const fault = { kind: 'errors', share: 0.5, from: minute(1) - 30_000, to: minute(2) } as const;
    const fleet = fleetOf({
      faults: [fault],
      profiles: { 'dns-errors': { traffic: 100_000, trafficNoise: 0, share: 0 } },
    });
    const shares = [0, 1, 2, 3].map((i) => share(total(fleet, dnsErrors, 'dns-errors', 'a', [minute(i)])));
    expect(shares[0]).toBe(0);
    expect(shares[1]).toBeCloseTo(0.25, 1);
    expect(shares[2]).toBeCloseTo(0.5, 1);
    expect(shares[3]).toBe(0);
  });

  test('faults come and go, on their cluster only', () => {
    const fleet = fleetWith({ kind: 'exporter-away', cluster: 'a', from: minute(2), to: minute(4) });
    const is = (cluster: string) => [1, 2, 3, 4].map((i) => fleet.value(cluster, apiInflight, minute(i)).is);
    expect(is('a')).toEqual(['value', 'no-data', 'no-data', 'value']);
    expect(is('b')).toEqual(['value', 'value', 'value', 'value']);
  });

  test('a fault is there from the moment it is injected', () => {
    const fleet = fleetOf();
    expect(fleet.counts('a', dnsErrors, minute(1)).get('dns-errors')?.is).toBe('value');
    fleet.inject({ kind: 'no-traffic', ...ever });
    expect(fleet.counts('a', dnsErrors, minute(1)).get('dns-errors')).toEqual({ is: 'no-traffic' });
  });

  test('a source that was away has everything when it is back', async () => {
    const away = { kind: 'source-away', cause: 'HTTP 503', from: minute(5), to: minute(10) } as const;
    const source = createSimulatedSource({ name: 'simulated', fleet: fleetWith(away), checks });
    const undisturbed = createSimulatedSource({ name: 'simulated', fleet: fleetOf(), checks });
    const window = { from: minute(6), to: minute(7) };
    const during = await source.observe(['a'], window, minute(7));
    expect(during.alerts).toEqual({ is: 'unknown', cause: 'HTTP 503' });
    expect(
      during.values
        .get('a')
        ?.get('api-inflight')
        ?.map(({ reading }) => reading),
    ).toEqual([
      { is: 'unknown', cause: 'HTTP 503' },
      { is: 'unknown', cause: 'HTTP 503' },
    ]);
    expect(await source.observe(['a'], window, minute(10))).toEqual(
      await undisturbed.observe(['a'], window, minute(10)),
    );
  });

  test('a source that is away for one cluster is known for the others, but its alerts are not', async () => {
    const away = { kind: 'source-away', cause: 'HTTP 503', cluster: 'a', ...ever } as const;
    const source = createSimulatedSource({ name: 'simulated', fleet: fleetWith(away), checks });
    const seen = await source.observe(['a', 'b'], { from: minute(1), to: minute(1) }, minute(1));
    expect(seen.values.get('a')?.get('api-inflight')?.[0]?.reading.is).toBe('unknown');
    expect(seen.values.get('b')?.get('api-inflight')?.[0]?.reading.is).toBe('value');
    expect(seen.alerts.is).toBe('unknown');
    expect(await source.health(minute(1))).toEqual({ reachable: true, skewMs: 0, cause: 'HTTP 503' });
  });
});

describe('alerts', () => {
  const stateAt = (fleet: Fleet, name: string, now: number) =>
    fleet.alerts('a', now).find((alert) => alert.name === name)?.state ?? 'inactive';

  test('a state alert is pending from the first bad minute on, and firing after its time', () => {
    const fleet = fleetWith({
      kind: 'lost',
      items: 1,
      signal: 'nodes-ready',
      from: minute(10),
      to: minute(20),
    });
    const states = Array.from({ length: 12 }, (_, i) =>
      stateAt(fleet, 'NodesNotReady', minute(9 + i) + 30_000),
    );
    expect(states).toEqual([
      'inactive',
      ...Array.from({ length: 5 }, () => 'pending'),
      ...Array.from({ length: 5 }, () => 'firing'),
      'inactive',
    ]);
  });

  test('a gauge alert goes by the limit of its check', () => {
    const gauge = (level: number) => fleetOf({ profiles: { 'api-inflight': { level, levelNoise: 0 } } });
    expect(stateAt(gauge(400), 'ApiBusy', minute(30))).toBe('inactive');
    expect(stateAt(gauge(401), 'ApiBusy', minute(30))).toBe('firing');
  });

  test.each([
    [0.02, 'inactive'],
    [0.04, 'firing'],
  ])('a share of %d of failed requests, with a limit of 0.03, is %s', (failing, state) => {
    const fleet = fleetWith({ kind: 'errors', share: failing, ...ever });
    expect(stateAt(fleet, 'DnsErrorsHigh', minute(60))).toBe(state);
  });

  test('slow requests fire the alert of the edge that has the limit', () => {
    const fleet = fleetWith({ kind: 'slow', share: 0.02, seconds: 2, ...ever });
    expect(fleet.alerts('a', minute(60))).toEqual([
      { name: 'DnsSlow', cluster: 'a', state: 'firing', labels: {} },
    ]);
  });

  test('without data there is nothing to alert on', () => {
    const fleet = fleetWith(
      { kind: 'lost', items: 1, ...ever },
      { kind: 'exporter-away', from: minute(10), to: Infinity },
    );
    expect(stateAt(fleet, 'NodesNotReady', minute(9))).toBe('firing');
    expect(stateAt(fleet, 'NodesNotReady', minute(10))).toBe('inactive');
  });
});
