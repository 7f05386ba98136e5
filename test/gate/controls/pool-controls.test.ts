import { describe, expect, test } from 'vitest';
import type { Count, ItemCount, MinuteReading, Reading } from '../../../src/domain/reading.ts';
import { cleanReadings, poolMinute } from '../../../src/gate/controls/pool-controls.ts';
import { value } from '../support/fake-source.ts';
import { CHECKS } from '../support/world.ts';

const MINUTE = 60_000;

function at<T>(readings: Readonly<Record<string, Reading<T>>>, key: string) {
  const rows = (reading: Reading<T>): MinuteReading<T>[] => [{ minute: MINUTE, reading }];
  return new Map(Object.entries(readings).map(([name, reading]) => [name, new Map([[key, rows(reading)]])]));
}

const count = (events: number, exposure: number) => value<Count>({ events, exposure });
const nodes = (bad: number) => value<ItemCount>({ bad, among: 40 });

function pooled(clusters: readonly string[], more: Partial<Parameters<typeof poolMinute>[2]> = {}) {
  const seen = {
    counts: at<Count>(
      {
        a: count(2, 100),
        b: count(9, 300),
        c: { is: 'no-traffic' },
        d: { is: 'partial', value: { events: 99, exposure: 99 }, cause: 'a shard is missing' },
        e: { is: 'unknown', cause: '503' },
      },
      'dns-errors',
    ),
    items: at<ItemCount>(
      { a: nodes(0), b: nodes(1), c: nodes(2), d: nodes(4), e: { is: 'no-data' } },
      'nodes-ready',
    ),
    values: at<number>({ a: value(1), b: value(4), c: { is: 'no-data' } }, 'etcd-size'),
  };
  return poolMinute(
    cleanReadings({ ...seen, window: { from: MINUTE, to: MINUTE }, alerts: value([]) }),
    MINUTE,
    {
      clusters,
      usualBad: { d: { 'nodes-ready': 3 } },
      checks: CHECKS,
      causesOf: (_, events) => events,
      ...more,
    },
  );
}

describe('a pooled minute', () => {
  test('sums what was read cleanly, and tells of how many', () => {
    expect(pooled(['a', 'b', 'c', 'd', 'e'])).toEqual({
      minute: MINUTE,
      counts: { 'dns-errors': { clusters: 2, events: 11, causes: 11, exposure: 400 } },
      items: { 'nodes-ready': { clusters: 4, beyond: 1 } },
      values: { 'etcd-size': { clusters: 2, mean: 2.5 } },
    });
  });

  test('counts the causes of each control apart: two bursts are two, not one large one', () => {
    const { counts } = pooled(['a', 'b'], { causesOf: (_, events) => Math.sqrt(events) });
    expect(counts['dns-errors']?.causes).toBeCloseTo(Math.SQRT2 + 3, 3);
  });

  test('a control that was bad before is beyond only when it is worse than that', () => {
    expect(pooled(['d']).items).toEqual({ 'nodes-ready': { clusters: 1, beyond: 0 } });
    expect(pooled(['d'], { usualBad: {} }).items).toEqual({ 'nodes-ready': { clusters: 1, beyond: 1 } });
  });

  test('has no entry where no control delivered', () => {
    expect(pooled(['e'])).toEqual({ minute: MINUTE, counts: {}, items: {}, values: {} });
    expect(pooled(['nobody'])).toEqual({ minute: MINUTE, counts: {}, items: {}, values: {} });
  });
});
