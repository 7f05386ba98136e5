import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { coveredSignals } from '../../src/judge/coverage.ts';
import { CHECKS } from './support/arbitrary-input.ts';
import { SYNC } from './support/case-file.ts';
import { readingsOf } from './support/notation.ts';

const DAY = { from: SYNC - 60 * MINUTE_MS, to: SYNC };
const asNumber = (value: number | readonly [number, number]) =>
  typeof value === 'number' ? value : value[0];
const asCount = (value: number | readonly [number, number]) =>
  typeof value === 'number' ? { events: 0, exposure: value } : { events: value[0], exposure: value[1] };
const asItems = (value: number | readonly [number, number]) =>
  typeof value === 'number' ? { bad: 0, among: value } : { bad: value[0], among: value[1] };

function coveredBy(rows: Readonly<Record<string, string>>): readonly string[] {
  const row = <T>(key: string, shape: (value: number | readonly [number, number]) => T) =>
    readingsOf({ before: rows[key] ?? '' }, SYNC, shape);
  return coveredSignals(
    CHECKS,
    {
      counts: new Map(
        ['errors', 'latency@0.1', 'latency@1', 'restarts'].map((key) => [key, row(key, asCount)]),
      ),
      items: new Map(['nodes', 'targets'].map((key) => [key, row(key, asItems)])),
      values: new Map([['disk', row('disk', asNumber)]]),
    },
    DAY,
  );
}

describe('covered signals', () => {
  it.each([
    ['a value', '1/10', ['errors']],
    ['an incomplete value', '~1/10', ['errors']],
    ['no traffic', 'no-traffic', ['errors']],
    ['no data', '30*no-data', []],
    ['a store that could not be asked', '30*unknown', []],
    ['a number that is no measurement', '30*nan/nan', []],
    ['nothing delivered', '', []],
  ])('%s', (_, errors, expected) => {
    expect(coveredBy({ errors })).toEqual(expected);
  });

  it('one minute of the window is enough, and one edge of several', () => {
    expect(coveredBy({ errors: '1/10 59*no-data', 'latency@1': '0/10 10*no-data' })).toEqual([
      'errors',
      'latency',
    ]);
  });

  it('minutes outside the window say nothing', () => {
    expect(coveredBy({ errors: '5*1/10 61*no-data' })).toEqual([]);
  });

  it('come in the order of the checks, whatever their kind', () => {
    expect(coveredBy({ disk: '0.5', targets: '0of2', nodes: '1of3', errors: '0/5' })).toEqual([
      'errors',
      'nodes',
      'disk',
      'targets',
    ]);
  });
});
