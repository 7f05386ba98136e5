import type { CountCheck } from '../domain/check.ts';
import { rateOf } from './baseline.ts';
import { WORST_TOLERATED } from './go-change.ts';
import { type GoProof, unprovable } from './go-proof.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { minutesText } from './numbers.ts';
import { recentCount, type SeriesState } from './series-state.ts';
import { presenceOf, type SoakWindow, wasReadThroughout } from './soak-window.ts';
import { countsText, rateText } from './wording.ts';

/** Go evidence of events in time: over the last minutes they stayed within the limit, or near what was before. */
export function perTimeGo(
  check: CountCheck,
  plan: SeriesPlan,
  state: SeriesState,
  window: SoakWindow,
): GoProof {
  const line = plan.series.limit ?? nearBefore(plan);
  if (line === undefined) return unprovable('it has no limit, and nothing is known from before the sync');
  const recent = recentCount(state, window.needed);
  const presence = presenceOf(state.row, window, false);
  const within = rateOf(recent) <= line;
  const minutes = () => minutesText(window.needed);
  const most = () => rateText(check, line);
  return {
    proved: presence.there && within,
    progress: within ? Math.min(1, presence.clean / window.needed) : 0,
    steady: within && wasReadThroughout(state.row, window),
    promise: () => `at most ${most()} for ${minutes()}`,
    text: () =>
      within
        ? presence.missing() || `at most ${most()} for ${minutes()} (${countsText(check, recent)})`
        : `more than ${most()} in the last ${minutes()} (${countsText(check, recent)})`,
  };
}

function nearBefore({ series, baseline }: SeriesPlan): number | undefined {
  if (baseline === undefined) return undefined;
  const before = rateOf(baseline);
  return Math.max(WORST_TOLERATED * before, before + series.floor);
}
