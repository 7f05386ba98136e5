import { SLO_PERIOD } from '../domain/burn-rate.ts';
import type { CountCheck } from '../domain/check.ts';
import { seconds } from '../domain/duration.ts';
import type { Count } from '../domain/reading.ts';
import { type Baseline, rateOf } from './baseline.ts';
import { type Harm, seriesEvidence } from './finding.ts';
import type { Look, SeriesView } from './look.ts';
import { countText, shareText } from './numbers.ts';
import { hasNumber, minuteAt, SLOT, slotAt, type Track } from './track.ts';
import { comparisonText, sentence } from './wording.ts';

/** Share of a 30-day error budget that one soak may cost beyond what was to be expected. */
export const DAMAGE_SHARE = 0.01;

/** A baseline of fewer minutes doesn't tell the traffic of a month; the time since the sync is asked instead. */
const MIN_BASELINE_MINUTES = 10;

/** The cap needs no proof of a change, but it must be damage and not the noise of a quiet cluster. */
const MIN_EXCESS_EVENTS = 5;
const MIN_EXCESS_DEVIATIONS = 4;

/**
 * Damage cap: bad events since the sync beyond expectation cost more than one soak may cost.
 * It bounds the harm of whatever the tests miss, and says that it is no proof.
 *
 * @returns undefined while the cap holds, and for checks without an objective or a baseline
 */
export function damageOf(check: CountCheck, views: readonly SeriesView[], look: Look): Harm | undefined {
  const { objective } = check;
  const view = views.find(({ series }) => objective?.edge === undefined || series.edge === objective.edge);
  if (!check.halts || objective === undefined || view?.baseline === undefined) return undefined;
  const { baseline } = view;
  const { total, minutes } = totalSince(view.since);
  if (total.exposure === 0) return undefined;
  const expected = rateOf(baseline) * total.exposure;
  const perMinute =
    baseline.knownMinutes >= MIN_BASELINE_MINUTES ? baseline.exposurePerMinute : total.exposure / minutes;
  const budget = (1 - objective.target) * perMinute * (seconds(SLO_PERIOD) / 60);
  const excess = total.events - expected;
  if (excess <= Math.max(DAMAGE_SHARE * budget, noise(expected, total, baseline))) return undefined;
  const moment = {
    view,
    since: total,
    from: look.since.first,
    to: minuteAt(look.since, look.since.length - 1),
    logE: 0,
  };
  const { e: _, ...evidence } = seriesEvidence(check.signal, moment);
  return {
    stage: 'damage',
    reason: {
      code: `damage/cap/${check.signal}`,
      text: sentence(
        `${comparisonText(check, moment)}: ${countText(excess)} more than expected spend ` +
          `${shareText(excess / budget)} of the error budget of 30 days, where one soak may spend ` +
          `${shareText(DAMAGE_SHARE)}; this limits the damage and is no proof that the change did it`,
      ),
      evidence,
    },
  };
}

function noise(expected: number, since: Count, baseline: Baseline): number {
  const variance = baseline.phi * expected * (1 + since.exposure / baseline.exposure);
  return Math.max(MIN_EXCESS_EVENTS, MIN_EXCESS_DEVIATIONS * Math.sqrt(variance));
}

function totalSince(track: Track): { total: Count; minutes: number } {
  let events = 0;
  let exposure = 0;
  let minutes = 0;
  for (let i = 0; i < track.length; i++) {
    if (slotAt(track, i) === SLOT.noTraffic) minutes++;
    if (!hasNumber(track, i)) continue;
    minutes++;
    events += track.amounts[i] ?? 0;
    exposure += track.wholes[i] ?? 0;
  }
  return { total: { events, exposure }, minutes };
}
