import { describe, expect, test } from 'vitest';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import {
  apiInflight,
  checks,
  dnsErrors,
  dnsLatency,
  dnsTargets,
  nodesReady,
  oomKills,
} from '../sources/fixtures/signals.ts';
import { ever, fleetOf, fleetWith, minute, share, total } from './fixtures/small-fleet.ts';
import { rowsOf } from './rows-of.ts';

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
    expect(rowsOf(await source.observe(['a'], window, minute(10)))).toEqual(
      rowsOf(await undisturbed.observe(['a'], window, minute(10))),
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
