import { BELOW_LIMIT, mixtureOf } from '../mixture.ts';
import { type Effects, mixedLogE, TRACK, trackLength } from './track-state.ts';

/** How many hypotheses a promise is tested with: that it is so many times worse, and five that it is better than that. */
export const GO_EFFECTS = BELOW_LIMIT.effects.length + 1;

/** How many numbers a promise's test takes; it is opened by `openTrack` with `GO_EFFECTS` and moved by `stepTrack`. */
export const GO_LENGTH = trackLength(GO_EFFECTS);

/**
 * Hypotheses of the promise "not `times` worse". It is tested on raw counts alone: three times the errors is less than
 * three times the bursts, so counts of bursts would prove what isn't so.
 */
export function goEffects(times: number): Effects {
  return mixtureOf(
    [...BELOW_LIMIT.effects.map((share) => share * times), times],
    [...Array(GO_EFFECTS).fill(1)],
  );
}

/** Evidence that it is not that many times worse, as a natural logarithm. */
export function trackGoLogE(numbers: Float64Array, at: number): number {
  const ratios = at + TRACK.effects + GO_EFFECTS;
  const worst = numbers[ratios + GO_EFFECTS - 1] as number;
  return mixedLogE(numbers, ratios, BELOW_LIMIT.logWeights) - worst;
}
