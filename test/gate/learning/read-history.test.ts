import { describe, expect, test } from 'vitest';
import { readHistory } from '../../../src/gate/learning/read-history.ts';
import { UNFIT } from '../../../src/judge/learning/class-history.ts';
import { FakeSource, value } from '../support/fake-source.ts';
import { CHECKS, QUIET } from '../support/world.ts';

const MINUTE = 60_000;
const NOW = Date.UTC(2026, 10, 23, 12);
const MINUTES = 1_000;
const window = { from: NOW - MINUTES * MINUTE, to: NOW - MINUTE };

function quest(source: FakeSource, more: Partial<Parameters<typeof readHistory>[0]> = {}) {
  return {
    class: 'web',
    clusters: ['a', 'b'],
    source,
    checks: CHECKS,
    haltingAlerts: ['DnsErrorsHigh'],
    moves: new Map(),
    window,
    now: NOW,
    ...more,
  };
}

const sourceOf = (script: Partial<FakeSource['script']> = {}) =>
  new FakeSource('prom', { checks: CHECKS, script: { ...QUIET, ...script }, now: () => NOW });

describe('the history of a class', () => {
  test('holds every minute once, however it was read', async () => {
    const source = sourceOf({
      count: (cluster, _, minute) =>
        value({ events: (minute / MINUTE) % 97, exposure: cluster === 'a' ? 10 : 20 }),
      value: (_cluster, _signal, minute) => value(minute),
    });
    // Of 100 clusters a thousand minutes are more than is read at once.
    const clusters = ['a', 'b', ...Array.from({ length: 98 }, (_, i) => `c${i}`)];
    const history = await readHistory(quest(source, { clusters }));

    expect(source.asked.length).toBeGreaterThan(1);
    expect(source.asked.every((one) => one.clusters.length === 100)).toBe(true);
    expect(history).toMatchObject({ class: 'web', first: window.from, minutes: MINUTES });
    expect(history.clusters.map(({ cluster }) => cluster)).toEqual(clusters);
    const [a, b] = history.clusters;
    const minutes = Array.from({ length: MINUTES }, (_, i) => window.from + i * MINUTE);
    expect([...(a?.counts.get('dns-errors')?.events ?? [])]).toEqual(minutes.map((at) => (at / MINUTE) % 97));
    expect(new Set(b?.counts.get('dns-errors')?.exposure)).toEqual(new Set([20]));
    expect([...(a?.gauges.get('etcd-size') ?? [])]).toEqual(minutes);
    expect(new Set(a?.unfit)).toEqual(new Set([0]));
    expect(history.worse).toEqual(new Map([['etcd-size', 'up']]));
  });

  test('tells silence from quiet: no traffic is no event, no data is not known', async () => {
    const source = sourceOf({
      count: (cluster) => (cluster === 'a' ? { is: 'no-traffic' } : { is: 'no-data' }),
      value: (cluster) => (cluster === 'a' ? value(1) : { is: 'unknown', cause: 'NaN' }),
    });
    const [a, b] = (await readHistory(quest(source))).clusters;
    expect(new Set(a?.counts.get('dns-errors')?.events)).toEqual(new Set([0]));
    expect(new Set(a?.counts.get('dns-errors')?.exposure)).toEqual(new Set([0]));
    expect(new Set(a?.unfit)).toEqual(new Set([0]));
    expect(new Set(b?.counts.get('dns-errors')?.events)).toEqual(new Set([Number.NaN]));
    expect(new Set(b?.unfit)).toEqual(new Set([UNFIT.missing]));
  });

  test('marks the minutes of changes and of alerts, and what has both has both', async () => {
    const source = sourceOf();
    const at = (index: number) => window.from + index * MINUTE;
    source.firedMinutes = new Map([['a', new Set([at(10), at(11)])]]);
    const moves = new Map([
      ['a', [{ from: at(10), to: at(12) + 1 }]],
      ['b', [{ from: at(997) }]],
    ]);
    const [a, b] = (await readHistory(quest(source, { moves }))).clusters;
    const { alert, sync } = UNFIT;
    expect([...(a?.unfit.slice(9, 15) ?? [])]).toEqual([0, alert, alert + sync, sync, sync, 0]);
    expect([...(b?.unfit.slice(996) ?? [])]).toEqual([0, 0, sync, sync]);
  });

  test('is not read of a store that does not answer: holes would be learned as silence', async () => {
    const source = sourceOf();
    source.mood = 'down';
    await expect(readHistory(quest(source, { haltingAlerts: [] }))).rejects.toMatchObject({
      code: 'learning/unreadable',
      message: expect.stringMatching(/class web.*prom.*503/),
    });
  });
});
