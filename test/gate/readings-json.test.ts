import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Count, ItemCount, MinuteReading, Reading } from '../../src/domain/reading.ts';
import {
  decodeMinute,
  decodeReadings,
  encodeMinute,
  encodeReadings,
  readingAt,
} from '../../src/gate/readings-json.ts';
import type { ControlMinute } from '../../src/judge/controls.ts';
import type { ClusterReadings } from '../../src/judge/judge-input.ts';

const MINUTE = 60_000;
const WINDOW = { from: 10 * MINUTE, to: 14 * MINUTE };
const MINUTES = [10, 11, 12, 13, 14].map((n) => n * MINUTE);

const aNumber = fc.double({ noNaN: true, noDefaultInfinity: true }).map((n) => (Object.is(n, -0) ? 0 : n));
const reading = <T>(content: fc.Arbitrary<T>): fc.Arbitrary<Reading<T>> =>
  fc.oneof(
    fc.record({ is: fc.constant('value' as const), value: content }),
    fc.constant({ is: 'no-traffic' as const }),
    fc.constant({ is: 'no-data' as const }),
    fc.record({ is: fc.constant('partial' as const), value: content, cause: fc.string() }),
    fc.record({ is: fc.constant('unknown' as const), cause: fc.string() }),
  );
const row = <T>(content: fc.Arbitrary<T>): fc.Arbitrary<MinuteReading<T>[]> =>
  fc.tuple(...MINUTES.map((minute) => reading(content).map((one) => ({ minute, reading: one }))));
const rows = <T>(content: fc.Arbitrary<T>) =>
  fc
    .dictionary(fc.stringMatching(/^[a-z][a-z-]{0,8}$/), row(content), { maxKeys: 3 })
    .map((all) => new Map(Object.entries(all)));
const anyReadings: fc.Arbitrary<ClusterReadings> = fc.record({
  counts: rows<Count>(fc.record({ events: aNumber, exposure: aNumber })),
  items: rows<ItemCount>(fc.record({ bad: fc.nat(), among: fc.nat() })),
  values: rows(aNumber),
});

describe('readings as JSON', () => {
  test('come back as they were, all five kinds', () => {
    fc.assert(
      fc.property(anyReadings, (readings) => {
        const back = decodeReadings(JSON.parse(JSON.stringify(encodeReadings(readings, WINDOW))));
        expect(back.counts).toEqual(new Map([...readings.counts].sort()));
        expect(back.items).toEqual(new Map([...readings.items].sort()));
        expect(back.values).toEqual(new Map([...readings.values].sort()));
      }),
    );
  });

  test('one minute comes back as it was', () => {
    fc.assert(
      fc.property(anyReadings, fc.constantFrom(...MINUTES), (readings, minute) => {
        const { counts, items, values } = decodeMinute({ minute, json: encodeMinute(readings, minute) });
        for (const [key, one] of Object.entries(counts))
          expect(one).toEqual(readingAt(readings.counts.get(key), minute));
        for (const [key, one] of Object.entries(items))
          expect(one).toEqual(readingAt(readings.items.get(key), minute));
        for (const [key, one] of Object.entries(values))
          expect(one).toEqual(readingAt(readings.values.get(key), minute));
        expect(Object.keys({ ...counts })).toEqual([...readings.counts.keys()].sort());
      }),
    );
  });

  test('a minute comes back with what the controls did in it', () => {
    const controls: ControlMinute = {
      minute: WINDOW.to,
      counts: {
        b: { clusters: 3, events: 7, causes: 2.125, exposure: 1_200 },
        a: { clusters: 4, events: 2, causes: 2, exposure: 900 },
      },
      items: { nodes: { clusters: 4, beyond: 1 } },
      values: { size: { clusters: 4, mean: 0.1 } },
    };
    const readings: ClusterReadings = { counts: new Map(), items: new Map(), values: new Map() };
    const json = encodeMinute(readings, WINDOW.to, controls);
    expect(decodeMinute({ minute: WINDOW.to, json }).controls).toEqual(controls);
    expect(decodeMinute({ minute: WINDOW.to, json: encodeMinute(readings, WINDOW.to) })).not.toHaveProperty(
      'controls',
    );
  });

  test('one content is one text, whatever the order of the series', () => {
    fc.assert(
      fc.property(anyReadings, ({ counts, items, values }) => {
        const turned = { counts: new Map([...counts].toReversed()), items, values };
        const text = (readings: ClusterReadings) => JSON.stringify(encodeReadings(readings, WINDOW));
        expect(text(turned)).toBe(text({ counts, items, values }));
        expect(encodeMinute(turned, WINDOW.to)).toBe(encodeMinute({ counts, items, values }, WINDOW.to));
      }),
    );
  });

  test('a minute outside of a row, or missing in it, is no data', () => {
    const holed: MinuteReading<number>[] = [10, 12, 13].map((n) => ({
      minute: n * MINUTE,
      reading: { is: 'value', value: n },
    }));

    expect([9, 10, 11, 12, 13, 14].map((n) => readingAt(holed, n * MINUTE).is)).toEqual([
      'no-data',
      'value',
      'no-data',
      'value',
      'value',
      'no-data',
    ]);
    expect(readingAt(holed, 13 * MINUTE)).toEqual({ is: 'value', value: 13 });
    expect(readingAt(undefined, MINUTE)).toEqual({ is: 'no-data' });
  });
});
