import { WORSE } from '../mixture.ts';
import { TRACK } from './track-state.ts';

const EFFECTS = WORSE.effects.length;
const RATIOS = TRACK.effects + EFFECTS;

/**
 * Adds one cluster's test to a pool's: a bad change has the same effect everywhere, so the likelihood ratios of each
 * effect add up. The pool is laid out as a test and read by `trackLogE` and `trackEstimate`.
 *
 * @param numbers the cluster's test, opened with the effects `WORSE`
 * @param pool    where the pool lies; zeros to begin with
 */
export function addToPool(
  numbers: Float64Array,
  at: number,
  pool: { readonly numbers: Float64Array; readonly at: number },
): void {
  const to = pool.at;
  for (let i = TRACK.seen; i <= TRACK.expected; i++) {
    pool.numbers[to + i] = (pool.numbers[to + i] as number) + (numbers[at + i] as number);
  }
  for (let i = RATIOS; i < RATIOS + EFFECTS; i++) {
    pool.numbers[to + i] = (pool.numbers[to + i] as number) + (numbers[at + i] as number);
  }
}
