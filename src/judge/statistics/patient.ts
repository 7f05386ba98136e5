import { WORSE } from '../mixture.ts';
import { SCORE_FLOOR } from './score.ts';
import { type Effects, TRACK } from './track-state.ts';

/** Slow rises that explain a growing rate without the sync: what the rate has grown to after half an hour. */
const RAMPS = [1.5, 2, 3, 5];
const RAMP_MINUTES = 30;

/** Whoever can't compare with controls waits: an unrelated shock of some minutes is over by then. */
const PATIENCE_MINUTES = 15;

/** A third of the time must be this many standard deviations above expectation. */
const THIRD_DEVIATIONS = 1;

/**
 * A jump that stays shows in every third alike: the weakest must have this share of the strongest one's excess. A shock
 * of some minutes that passes lies in one or two of them.
 */
const EVENNESS = 0.4;

/** Below this score the patient rule says nothing. */
const LEAST_SCORE = 3;

/** Hypotheses of a test without controls: the usual effects, then the ramps. */
export const LONE_EFFECTS = WORSE.effects.length + RAMPS.length;

/**
 * Hypotheses of a test without controls at a minute since the sync. The first ones are `WORSE`; the evidence is
 * `trackLogE(numbers, at, WORSE, LONE_EFFECTS)`.
 */
export function loneEffects(minutes: number): Effects {
  const ramps = RAMPS.map((grown) => 1 + ((grown - 1) * minutes) / RAMP_MINUTES);
  return {
    effects: [...WORSE.effects, ...ramps],
    logEffects: [...WORSE.logEffects, ...ramps.map(Math.log)],
  };
}

/** The sums of a test without controls after every weighed step since the warm-up. */
export interface Sums {
  readonly seen: ArrayLike<number>;
  readonly expected: ArrayLike<number>;
  readonly length: number;
}

/**
 * Whether a rise without controls was patient enough to convict: long enough after the warm-up, there in every third of
 * that time to a like extent, and better explained by a jump at the sync than by a slow ramp.
 *
 * It still takes a shock that begins at the sync and lasts for the change's doing; without controls nobody can tell.
 *
 * @param logE  evidence of the jump
 * @param score `scoreOf` it
 */
export function isPatient(
  numbers: Float64Array,
  at: number,
  { sums, logE, score, stepMinutes }: { sums: Sums; logE: number; score: number; stepMinutes: number },
): boolean {
  if (score < LEAST_SCORE || sums.length * stepMinutes < PATIENCE_MINUTES) return false;
  if (logE < largestRamp(numbers, at)) return false;
  let weakest = Number.POSITIVE_INFINITY;
  let strongest = 0;
  for (let third = 0; third < 3; third++) {
    const from = Math.floor((third * sums.length) / 3);
    const to = Math.floor(((third + 1) * sums.length) / 3);
    const seen = between(sums.seen, from, to);
    const expected = between(sums.expected, from, to);
    if (!(seen >= SCORE_FLOOR * expected)) return false;
    if (2 * (Math.sqrt(seen) - Math.sqrt(expected)) < THIRD_DEVIATIONS) return false;
    const excess = seen / expected - 1;
    weakest = Math.min(weakest, excess);
    strongest = Math.max(strongest, excess);
  }
  return weakest >= EVENNESS * strongest;
}

function between(sums: ArrayLike<number>, from: number, to: number): number {
  return (sums[to - 1] as number) - (from > 0 ? (sums[from - 1] as number) : 0);
}

function largestRamp(numbers: Float64Array, at: number): number {
  const first = at + TRACK.effects + LONE_EFFECTS + WORSE.effects.length;
  let largest = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < RAMPS.length; j++) largest = Math.max(largest, numbers[first + j] as number);
  return largest;
}
