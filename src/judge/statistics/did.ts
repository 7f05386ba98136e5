import type { Count } from '../../domain/reading.ts';
import { PRIOR_EVENTS } from '../gp.ts';
import { logSumExp, WORSE } from '../mixture.ts';

/** Points of the grid for the ratio that treated cluster and controls had before, and how far it reaches. */
const POINTS = 61;
const REACH_SD = 6;

/** What the treated cluster and its controls counted in the same time. */
export interface Pair {
  readonly treated: Count;
  /** Summed over the controls. */
  readonly controls: Count;
}

/** What the comparison with controls is about to start from; plain data. */
export interface DidStart {
  /** Logarithms of the ratios that are weighed, and of their weights. */
  readonly logRatios: readonly number[];
  readonly logWeights: readonly number[];
}

/** Ratio of treated to controls before the sync, as a posterior on a grid; 1 when nothing is known. */
export function openDid({ treated, controls }: Pair, phi: number): DidStart {
  if (!(treated.exposure > 0 && controls.exposure > 0)) return { logRatios: [0], logWeights: [0] };
  const a = treated.events / phi + PRIOR_EVENTS;
  const b = controls.events / phi + PRIOR_EVENTS;
  const centre = Math.log(a / treated.exposure) - Math.log(b / controls.exposure);
  const sd = Math.sqrt(1 / a + 1 / b);
  const logRatios = Array.from(
    { length: POINTS },
    (_, i) => centre + REACH_SD * sd * ((2 * i) / (POINTS - 1) - 1),
  );
  const raw = logRatios.map((logRatio) => {
    const odds = Math.exp(logRatio) * (treated.exposure / controls.exposure);
    return a * (Math.log(odds) - Math.log1p(odds)) - b * Math.log1p(odds);
  });
  const total = logSumExp(raw);
  return { logRatios, logWeights: raw.map((log) => log - total) };
}

/** How many sums the comparison keeps: one per effect, and one for "nothing changed", at every grid point. */
export function didLength({ logRatios }: DidStart): number {
  return (WORSE.effects.length + 1) * logRatios.length;
}

/** Adds one interval to the sums: what both share in it cancels. Without exposure on both sides it says nothing. */
export function stepDid(
  sums: Float64Array,
  { logRatios }: DidStart,
  { treated, controls }: Pair,
  phi: number,
): void {
  if (!(treated.exposure > 0 && controls.exposure > 0)) return;
  const share = treated.exposure / controls.exposure;
  let at = 0;
  for (let j = -1; j < WORSE.effects.length; j++) {
    const logEffect = j < 0 ? 0 : (WORSE.logEffects[j] as number);
    for (const logRatio of logRatios) {
      const odds = Math.exp(logRatio + logEffect) * share;
      const log = Math.log1p(odds);
      const now = (treated.events * (Math.log(odds) - log) - controls.events * log) / phi;
      sums[at] = (sums[at] as number) + now;
      at++;
    }
  }
}

/**
 * Evidence that the treated cluster got worse than its controls, as a natural logarithm; the fallback with controls and
 * without a class's history.
 *
 * @see Lindon and Malek, anytime-valid inference for multinomial counts: the rate common to both cancels
 */
export function didLogE(sums: Float64Array, { logRatios, logWeights }: DidStart): number {
  const points = logRatios.length;
  const mixed = (effect: number) =>
    logSumExp(logWeights.map((weight, i) => weight + (sums[effect * points + i] as number)));
  const unchanged = mixed(0);
  return logSumExp(WORSE.logWeights.map((weight, j) => weight + mixed(j + 1) - unchanged));
}
