import { SLO_PERIOD } from '../domain/burn-rate.ts';
import { seconds } from '../domain/duration.ts';
import { rateOf } from './baseline.ts';
import { type Harm, seriesEvidence } from './finding.ts';
import type { CountPlan } from './judge-plan.ts';
import type { CountState } from './judge-state.ts';
import type { Look } from './look.ts';
import { countText, shareText } from './numbers.ts';
import { controlsText } from './quiet-text.ts';
import { noiseOf, offsetOf } from './shared-excess.ts';
import { comparisonText, sentence } from './wording.ts';

/** Share of a 30-day error budget that one soak may cost beyond what was to be expected. */
export const DAMAGE_SHARE = 0.01;

/** A baseline of fewer minutes doesn't tell the traffic of a month; the time since the sync is asked instead. */
const MIN_BASELINE_MINUTES = 10;

/**
 * Damage cap: bad events since the sync beyond expectation cost more than one soak may cost.
 * It bounds the harm of whatever the tests miss, and says that it is no proof.
 *
 * @returns undefined while the cap holds, and for checks without an objective or a baseline
 */
export function damageOf({ check, series }: CountPlan, state: CountState, look: Look): Harm | undefined {
  const { objective } = check;
  if (!check.halts || objective === undefined) return undefined;
  const at = series.findIndex((each) => objective.edge === undefined || each.series.edge === objective.edge);
  const plan = series[at];
  const seen = state.series[at];
  if (plan?.baseline === undefined || seen === undefined || seen.all.exposure === 0) return undefined;
  const { baseline } = plan;
  const since = seen.all;
  const expected = rateOf(baseline) * since.exposure * offsetOf(plan, seen.controls);
  const perMinute =
    baseline.knownMinutes >= MIN_BASELINE_MINUTES
      ? baseline.exposurePerMinute
      : since.exposure / seen.minutes;
  const budget = (1 - objective.target) * perMinute * (seconds(SLO_PERIOD) / 60);
  const excess = since.events - expected;
  // The cap needs no proof of a change, but it must be damage and not noise.
  if (excess <= Math.max(DAMAGE_SHARE * budget, noiseOf(expected, since, baseline))) return undefined;
  const code = `damage/cap/${check.signal}` as const;
  const tell = () => {
    const controls = controlsText(check, plan, seen);
    const moment = { plan, since, from: look.plan.first, to: look.newest, logE: 0 };
    const { e: _, ...evidence } = seriesEvidence(check.signal, moment);
    return {
      code,
      text: sentence(
        `${comparisonText(check, moment)}${controls === undefined ? '' : `; ${controls}`}: ${countText(excess)} more than expected spend ` +
          `${shareText(excess / budget)} of the error budget of 30 days, where one soak may spend ` +
          `${shareText(DAMAGE_SHARE)}; this limits the damage and is no proof that the change did it`,
      ),
      evidence,
    };
  };
  return { stage: 'damage', cause: { code, tell } };
}
