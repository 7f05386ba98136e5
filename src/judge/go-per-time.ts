import type { CountCheck } from '../domain/check.ts';
import { rateOf } from './baseline.ts';
import { WORST_TOLERATED } from './go-change.ts';
import { type GoProof, unprovable } from './go-proof.ts';
import type { SeriesView } from './look.ts';
import { minutesText } from './numbers.ts';
import { presenceOf, type SoakWindow, wasReadThroughout, windowStart } from './soak-window.ts';
import { valuesFrom } from './track.ts';
import { countsText, rateText } from './wording.ts';

/** Go evidence of events in time: over the last minutes they stayed within the limit, or near what was before. */
export function perTimeGo(check: CountCheck, view: SeriesView, window: SoakWindow): GoProof {
  const line = view.series.limit ?? nearBefore(view);
  if (line === undefined) return unprovable('it has no limit, and nothing is known from before the sync');
  const recent = valuesFrom(view.since, windowStart(window));
  const presence = presenceOf(window, false);
  const within = rateOf(recent) <= line;
  const minutes = minutesText(window.needed);
  const most = rateText(check, line);
  return {
    promise: `at most ${most} for ${minutes}`,
    proved: presence.there && within,
    progress: within ? Math.min(1, presence.clean / window.needed) : 0,
    text: within
      ? presence.missing || `at most ${most} for ${minutes} (${countsText(check, recent)})`
      : `more than ${most} in the last ${minutes} (${countsText(check, recent)})`,
    steady: within && wasReadThroughout(window),
  };
}

function nearBefore({ series, baseline }: SeriesView): number | undefined {
  if (baseline === undefined) return undefined;
  const before = rateOf(baseline);
  return Math.max(WORST_TOLERATED * before, before + series.floor);
}
