import { type Duration, seconds } from './duration.ts';
import { DefinitionError } from './errors.ts';
import type { Ratio } from './ratio.ts';

/** Period of every error budget. */
export const SLO_PERIOD: Duration = '30d';

/**
 * The four multi-window, multi-burn-rate alerts of an SLO: each fires when `budget` (a share of the period's
 * errors) is spent within `long`; `short` ends the alert soon after the trouble ends.
 *
 * @see Google SRE Workbook, chapter 5, table 5-8; the 1d/2h row as in Sloth's google-30d windows
 */
export const BURN_TIERS = {
  fast: { long: '1h', short: '5m', budget: 0.02, for: '2m', severity: 'critical' },
  medium: { long: '6h', short: '30m', budget: 0.05, for: '15m', severity: 'critical' },
  slow: { long: '1d', short: '2h', budget: 0.1, for: '1h', severity: 'warning' },
  trickle: { long: '3d', short: '6h', budget: 0.1, for: '3h', severity: 'warning' },
} as const satisfies Record<string, BurnTierWindow>;

interface BurnTierWindow {
  readonly long: Duration;
  readonly short: Duration;
  readonly budget: number;
  readonly for: Duration;
  readonly severity: 'critical' | 'warning';
}

export type BurnTier = keyof typeof BURN_TIERS;

/** The burn rate at which a tier's alert fires: 14.4, 6, 3 and 1 for the four tiers and a period of 30 days. */
export function burnThreshold(tier: BurnTier): number {
  const { budget, long } = BURN_TIERS[tier];
  return (budget * seconds(SLO_PERIOD)) / seconds(long);
}

/**
 * Burn rate: how many times faster than "exactly on budget" a window spends the error budget.
 *
 * @param errorRatio share of bad events in the window, 0..1
 * @param objective  promised share of good events, strictly between 0 and 1
 * @returns 1 empties the budget at the end of the SLO period; 14.4 empties 2 % of a 30-day budget in 1 h
 * @throws DefinitionError `slo/objective-range`
 * @see Google SRE Workbook, chapter 5
 */
export function burnRate(errorRatio: Ratio, objective: Ratio): number {
  if (!(objective > 0 && objective < 1)) {
    throw new DefinitionError(
      'slo/objective-range',
      `an objective of ${objective} has no error budget to burn; it lies strictly between 0 and 1`,
    );
  }
  return errorRatio / (1 - objective);
}
