import { describe, expect, test } from 'vitest';
import { cleanValue } from '../../src/domain/reading.ts';
import type { Fleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import {
  apiInflight,
  checks,
  dnsErrors,
  dnsLatency,
  nodesReady,
  oomKills,
} from '../sources/fixtures/signals.ts';
import { day, ever, fleetOf, fleetWith, minute, share, total } from './fixtures/small-fleet.ts';
import { rowsOf } from './rows-of.ts';

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
    expect(rowsOf(again)).toEqual(rowsOf(straight));
  });

  test('another seed gives another one', async () => {
    const one = await sourceOf(fleetOf()).observe(['a'], window, minute(20));
    const two = await sourceOf(fleetOf({ random: seededRandom(2) })).observe(['a'], window, minute(20));
    expect(rowsOf(two).counts).not.toEqual(rowsOf(one).counts);
  });

  test('a fault on one cluster leaves the others as they were', async () => {
    const hit = fleetWith({ kind: 'errors', share: 0.5, cluster: 'b', ...ever });
    const [with_, without] = await Promise.all(
      [hit, fleetOf()].map((fleet) => sourceOf(fleet).observe(['a'], window, minute(20)).then(rowsOf)),
    );
    expect(with_).toEqual(without);
  });
});
