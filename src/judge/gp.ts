import type { Count } from '../domain/reading.ts';
import { logSumExp, type Mixture, WORSE } from './mixture.ts';

/** Half an event in front of the first observed one, so that a baseline of zero is a small rate and not none. */
export const PRIOR_EVENTS = 0.5;

export interface Comparison {
  readonly before: Count;
  readonly since: Count;
  /** How many times worse than before is still tolerated, 1 or more. */
  readonly rho: number;
  /** Overdispersion: events per independent cause, 1 or more. */
  readonly phi: number;
  readonly prior?: number;
  readonly mixture?: Mixture;
}

/**
 * Evidence that the rate since the sync differs from `rho` times the rate before, in the direction of the mixture:
 * how many times likelier the counts are, as a natural logarithm. 0 when one of the two sides has no exposure.
 * It may be looked at after every event: a harmless change reaches E with a chance of about 1/E over the whole soak.
 *
 * @see two-sample Poisson likelihood ratio with a Gamma posterior of the rate before, mixed over effect sizes
 *   (Lindon & Malek, anytime-valid inference for counts; Ville's inequality)
 */
export function gpLogE(comparison: Comparison): number {
  const { before, since, rho, phi, prior = PRIOR_EVENTS, mixture = WORSE } = comparison;
  if (before.exposure === 0 || since.exposure === 0) return 0;
  const shape = before.events / phi + prior;
  const known = before.exposure / phi;
  const seen = since.events / phi;
  const expectedExposure = (rho * since.exposure) / phi;
  return logSumExp(
    mixture.effects.map((effect, i) => {
      const growth = Math.log((known + effect * expectedExposure) / (known + expectedExposure));
      return (mixture.logWeights[i] ?? 0) + seen * (mixture.logEffects[i] ?? 0) - (shape + seen) * growth;
    }),
  );
}
