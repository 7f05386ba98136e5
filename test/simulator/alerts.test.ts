import { describe, expect, test } from 'vitest';
import type { Fleet } from '../../src/simulator/fleet.ts';
import { ever, fleetOf, fleetWith, minute } from './fixtures/small-fleet.ts';

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

  test('the minutes in which alerts fired are those at which they say so', () => {
    const fleet = fleetWith(
      { kind: 'lost', items: 1, signal: 'nodes-ready', from: minute(10), to: minute(20) },
      { kind: 'errors', share: 0.04, from: minute(15), to: minute(40) },
    );
    const window = { from: minute(12), to: minute(60) };
    const minutes = Array.from({ length: 49 }, (_, i) => minute(12 + i));
    const firing = minutes.filter((at) => fleet.alerts('a', at).some(({ state }) => state === 'firing'));
    const all = new Set(['NodesNotReady', 'DnsErrorsHigh', 'ApiBusy', 'DnsSlow']);
    expect(fleet.fired('a', all, window)).toEqual(firing);
    expect(firing.length).toBeGreaterThan(15);
    expect(fleet.fired('a', new Set(['ApiBusy']), window)).toEqual([]);
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
