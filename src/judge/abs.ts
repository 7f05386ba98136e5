import type { Count } from '../domain/reading.ts';
import { BELOW_LIMIT, logSumExp, type Mixture, WORSE } from './mixture.ts';

export interface AgainstLimit {
  readonly count: Count;
  /** Events per exposure. */
  readonly limit: number;
  /** Overdispersion, 1 or more. */
  readonly phi: number;
  readonly mixture?: Mixture;
}

/**
 * Evidence that the rate is above a fixed limit, as a natural logarithm. 0 without exposure.
 *
 * @see one-sample Poisson likelihood ratio, mixed over effect sizes (Ville's inequality)
 */
export function absLogE({ count, limit, phi, mixture = WORSE }: AgainstLimit): number {
  if (count.exposure === 0) return 0;
  const seen = count.events / phi;
  const allowed = (limit * count.exposure) / phi;
  return logSumExp(
    mixture.effects.map(
      (effect, i) =>
        (mixture.logWeights[i] ?? 0) + seen * (mixture.logEffects[i] ?? 0) - (effect - 1) * allowed,
    ),
  );
}

/** Evidence for go: that the rate is below a fixed limit, as a natural logarithm; the same test with bets below it. */
export function absGoLogE(against: AgainstLimit): number {
  return absLogE({ mixture: BELOW_LIMIT, ...against });
}

/**
 * Exposure at which evidence for go reaches a threshold if events come at a steady rate.
 *
 * @param rate events per exposure
 * @param logE threshold as a natural logarithm
 * @returns undefined when the rate is not below the limit, or so near that a million limits' worth of exposure won't do
 */
export function exposureToRuleOut(
  against: { readonly limit: number; readonly phi: number },
  rate: number,
  logE: number,
): number | undefined {
  const { limit, phi } = against;
  if (!(limit > rate)) return undefined;
  const reaches = (exposure: number) =>
    absGoLogE({ count: { events: rate * exposure, exposure }, limit, phi }) >= logE;
  let high = phi / limit;
  const end = high * 1e6;
  while (!reaches(high)) {
    high *= 2;
    if (high > end) return undefined;
  }
  let low = high / 2;
  while (high - low > high * 0.005) {
    const middle = (low + high) / 2;
    if (reaches(middle)) high = middle;
    else low = middle;
  }
  return Math.ceil(high);
}
