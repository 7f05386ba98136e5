import { describe, expect, test } from 'vitest';
import type { ItemCount, MinuteReading, Reading } from '../../src/domain/reading.ts';
import { type SettleInput, settled, settleProgress, settlingReason } from '../../src/gate/settled.ts';
import { CHECKS } from './support/world.ts';

const MINUTE = 60_000;
const SYNC = 100 * MINUTE + 20_000;

/** Nodes: 60 minutes before the sync, then those given. */
function nodes(before: number, after: readonly (number | Reading<ItemCount>)[]): SettleInput {
  const bad = [...Array.from({ length: 100 }, () => before), ...after];
  const row = bad.map(
    (one, index): MinuteReading<ItemCount> => ({
      minute: (index + 1) * MINUTE,
      reading: typeof one === 'number' ? { is: 'value', value: { bad: one, among: 40 } } : one,
    }),
  );
  return {
    components: ['nodes'],
    checks: CHECKS,
    readings: { counts: new Map(), items: new Map([['nodes-ready', row]]), values: new Map() },
    baselineEnd: SYNC - 10_000,
    syncedAt: SYNC,
  };
}

describe('settled', () => {
  test.each([
    ['nothing was read since the sync', nodes(0, []), false],
    ['more are bad than before', nodes(0, [3, 2, 1]), false],
    ['as many are bad as before', nodes(2, [9, 2]), true],
    ['fewer are bad than before', nodes(2, [1]), true],
    ['it is well in the last minute alone', nodes(0, [9, 9, 0]), true],
    ['it was well before the last minute', nodes(0, [0, 1]), false],
    ['the last minute is missing', nodes(0, [0, { is: 'no-data' }]), false],
    ['the last minute could not be read', nodes(0, [0, { is: 'unknown', cause: '503' }]), false],
    [
      'the last minute is incomplete',
      nodes(0, [{ is: 'partial', value: { bad: 0, among: 9 }, cause: 'x' }]),
      false,
    ],
    ['there is none of them', nodes(0, [{ is: 'no-traffic' }]), true],
  ] as const)('%s', (_what, input, expected) => {
    expect(settled(input)).toBe(expected);
  });

  test('one bad minute before the sync makes badness not usual', () => {
    const input = nodes(0, [3]);
    const row = input.readings.items
      .get('nodes-ready')
      ?.map((entry) =>
        entry.minute === 90 * MINUTE
          ? { ...entry, reading: { is: 'value', value: { bad: 30, among: 40 } } as const }
          : entry,
      );

    expect(
      settled({ ...input, readings: { ...input.readings, items: new Map([['nodes-ready', row ?? []]]) } }),
    ).toBe(false);
  });

  test('items of components that the change does not touch are not waited for', () => {
    const input = { ...nodes(0, [30]), components: ['dns'] as const };
    const checks = CHECKS.filter(({ component }) => component === 'nodes');

    expect(settled({ ...input, checks })).toBe(true);
  });
});

describe('progress', () => {
  test.each([
    [nodes(1, [13]), { done: 28, total: 40 }],
    [nodes(1, [0]), { done: 40, total: 40 }],
    [nodes(0, [{ is: 'no-data' }]), { done: 0, total: 0 }],
  ])('is told in items', (input, expected) => {
    expect(settleProgress(input)).toEqual(expected);
  });

  test('is a sentence', () => {
    expect(settlingReason({ done: 28, total: 40 }).text).toContain('28 of 40');
    expect(settlingReason({ done: 0, total: 0 }).text).toContain('not known');
  });
});
