import { describe, expect, it } from 'vitest';
import { parseSeries, readLabelled } from '../../bench/judge/labelled/read.ts';
import { addTallies, count, haltsOf, minuteOf, type Tallies, wilson } from '../../bench/judge/tally.ts';

describe('tallies', () => {
  it('counted apart and added up are the same as counted together', () => {
    const halts = [3, undefined, 7, 3, 12, undefined];
    const together: Tallies = new Map();
    const apart: Tallies = new Map();
    for (const halt of halts) {
      count(together, 'row', { halt, extraBad: 2 });
      const one: Tallies = new Map();
      count(one, 'row', { halt, extraBad: 2 });
      addTallies(apart, one);
    }
    expect(apart.get('row')?.extraBad).toBe(12);
    expect(haltsOf(apart.get('row') ?? fail())).toBe(4);
    expect(minuteOf(apart.get('row') ?? fail())).toBe(minuteOf(together.get('row') ?? fail()));
  });

  it('the median minute is of all soaks: none when fewer than half are halted', () => {
    const tallies: Tallies = new Map();
    for (const halt of [5, 9, undefined, undefined]) count(tallies, 'half', { halt });
    for (const halt of [5, undefined, undefined]) count(tallies, 'third', { halt });
    expect(minuteOf(tallies.get('half') ?? fail())).toBe(9);
    expect(minuteOf(tallies.get('third') ?? fail())).toBeUndefined();
  });

  it('the interval of a share is the published one', () => {
    // 10 of 100 and 0 of 20, as R's prop.test without continuity correction gives them.
    expect(wilson(10, 100).low).toBeCloseTo(0.0552, 4);
    expect(wilson(10, 100).high).toBeCloseTo(0.1744, 4);
    expect(wilson(0, 20).high).toBeCloseTo(0.1611, 4);
  });
});

describe('labelled series', () => {
  it('takes epoch seconds, milliseconds and ISO times, and leaves gaps as gaps', () => {
    const of = (times: readonly string[]) =>
      parseSeries(`timestamp,value\n${times.map((time, at) => `${time},${at + 1}`).join('\n')}\n`, 'a.csv');
    const bySeconds = of(['1767225600', '1767225720']);
    expect(bySeconds).toEqual(of(['1767225600000', '1767225720000']));
    expect(bySeconds).toEqual(of(['2026-01-01T00:00:00Z', '2026-01-01T00:02:00Z']));
    expect([...bySeconds.values]).toEqual([1, Number.NaN, 2]);
  });

  it('says what is wrong with a file', () => {
    expect(() => parseSeries('time,value\n1,2\n', 'a.csv')).toThrow(
      'a.csv must have the columns timestamp and value',
    );
    expect(() => parseSeries('timestamp,value\nnever,2\n', 'a.csv')).toThrow(
      'never is neither epoch seconds',
    );
  });

  it('reads the example', async () => {
    const folder = new URL('../../bench/judge/example-data', import.meta.url).pathname;
    const { changes, series } = await readLabelled(folder);
    expect(changes.filter(({ harmful }) => harmful)).toHaveLength(3);
    expect([...series.keys()].sort()).toEqual(['latency.csv', 'memory.csv']);
  });
});

function fail(): never {
  throw new Error('nothing was counted');
}
