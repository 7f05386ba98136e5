import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { harmedTime, withoutSpans } from '../../src/gate/harmed-time.ts';
import type { LedgerRun } from '../../src/gate/ports.ts';

const HOUR_MS = 60 * MINUTE_MS;
const DAY = { from: MINUTE_MS, to: 24 * HOUR_MS };

const run = (state: LedgerRun['state'], syncedAt: number, more: Partial<LedgerRun> = {}) =>
  ({ app: 'bom', cluster: 'prod-1', state, admittedAt: syncedAt, syncedAt, ...more }) as LedgerRun;

describe('time of harm', () => {
  it.each([
    ['nothing was halted', [run('go', HOUR_MS)], []],
    [
      'from a change that was halted to the arrival of the next one',
      [
        run('halted', 2 * HOUR_MS, { decidedAt: 3 * HOUR_MS }),
        run('go', 5 * HOUR_MS, { settledAt: 6 * HOUR_MS }),
        run('go', 9 * HOUR_MS, { settledAt: 10 * HOUR_MS }),
      ],
      [{ from: 2 * HOUR_MS, to: 6 * HOUR_MS }],
    ],
    [
      'a go that was revoked',
      [
        run('go', 2 * HOUR_MS, { revokedAt: 4 * HOUR_MS }),
        run('go', 5 * HOUR_MS, { settledAt: 6 * HOUR_MS }),
      ],
      [{ from: 2 * HOUR_MS, to: 6 * HOUR_MS }],
    ],
    [
      'to the end, while nothing has mended it',
      [run('halted', 20 * HOUR_MS)],
      [{ from: 20 * HOUR_MS, to: Number.POSITIVE_INFINITY }],
    ],
    [
      'the next change of another app mends nothing',
      [run('halted', 20 * HOUR_MS), run('go', 21 * HOUR_MS, { app: 'other', settledAt: 22 * HOUR_MS })],
      [{ from: 20 * HOUR_MS, to: Number.POSITIVE_INFINITY }],
    ],
    [
      'what was over before the day',
      [run('halted', -9 * HOUR_MS), run('go', -8 * HOUR_MS, { settledAt: -7 * HOUR_MS })],
      [],
    ],
    ['a day that would be left with less than two hours', [run('halted', 90 * MINUTE_MS)], []],
  ] as const)('%s', (_, runs, expected) => {
    expect(harmedTime(runs, DAY)).toEqual(expected);
  });

  it('takes whole minutes out of every row, and no others', () => {
    const row = [1, 2, 3, 4, 5].map((minute) => ({
      minute: minute * MINUTE_MS,
      reading: { is: 'unknown', cause: 'for the test' } as const,
    }));
    const rows = new Map([['a', row]]);
    const left = withoutSpans({ counts: rows, items: rows, values: rows }, [
      { from: 1.5 * MINUTE_MS, to: 3 * MINUTE_MS },
    ]);
    for (const kind of [left.counts, left.items, left.values]) {
      expect(kind.get('a')?.map(({ minute }) => minute / MINUTE_MS)).toEqual([1, 4, 5]);
    }
  });
});
