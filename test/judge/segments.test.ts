import { describe, expect, it } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { RunMoments } from '../../src/judge/run-facts.ts';
import { segmentsOf } from '../../src/judge/segments.ts';

const at = (minutes: number) => minutes * MINUTE_MS;
const segments = ({ syncedAt, ...moments }: RunMoments & { readonly syncedAt: number }) =>
  segmentsOf(syncedAt, moments).map(({ from, rho }) => [from / MINUTE_MS, rho]);

describe('the segments of a soak', () => {
  it('are a warm-up of three minutes and the rest', () => {
    expect(segments({ syncedAt: at(10) })).toEqual([
      [10, 5],
      [13, 1],
    ]);
  });

  it('have a longer warm-up while the sync still runs', () => {
    expect(segments({ syncedAt: at(10), syncEndedAt: at(24), settledAt: at(30) })).toEqual([
      [10, 5],
      [27, 1],
    ]);
  });

  it('have a second warm-up after a settling of more than ten minutes, not after one of ten', () => {
    expect(segments({ syncedAt: at(0), settledAt: at(10) })).toHaveLength(2);
    expect(segments({ syncedAt: at(0), settledAt: at(11) })).toEqual([
      [0, 5],
      [3, 1],
      [11, 5],
      [14, 1],
    ]);
  });
});
