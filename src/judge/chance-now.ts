import type { ScorePeak } from './track-evidence.ts';
import { chanceOf, type TrackPlan } from './track-plan.ts';

/** A score as it stands, and its highest so far. */
export interface KnownScore {
  readonly score: number;
  readonly peak: ScorePeak | null;
}

/** The chance of the newest score in quiet hours, 0..1; a score that was never higher has its chance already. */
export function chanceNow(
  { quiet, windowMinutes }: Pick<TrackPlan, 'quiet' | 'windowMinutes'>,
  { score, peak }: KnownScore,
  minutes: number,
): number {
  if (score <= 0 || peak === null) return 1;
  return score >= peak.score ? peak.p : chanceOf(quiet, score, minutes, windowMinutes).p;
}
