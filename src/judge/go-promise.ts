import type { CountCheck } from '../domain/check.ts';
import { type GoProof, LOG_GO, progressOf } from './go-proof.ts';
import type { SeriesState } from './series-state.ts';
import { presenceOf, type SoakWindow, wasReadThroughout } from './soak-window.ts';
import type { TrackState } from './track-evidence.ts';
import type { PromisePlan } from './track-plan.ts';
import { countsText } from './wording.ts';

/** Go evidence of a promise that was given before the soak: so many times worse than before is ruled out. */
export function promiseGo(
  check: CountCheck,
  { times }: PromisePlan,
  { row, settled }: SeriesState,
  { goLogE }: TrackState,
  window: SoakWindow,
): GoProof {
  const presence = presenceOf(row, window, true);
  const isRuledOut = goLogE >= LOG_GO;
  const claim = `${times}x worse than before`;
  return {
    proved: presence.there && isRuledOut,
    progress: progressOf(goLogE, presence.clean, window.needed),
    logE: goLogE,
    steady: wasReadThroughout(row, window) && goLogE >= 0,
    promise: () => `${claim} is ruled out, as nearly all quiet hours could prove within the longest soak`,
    text() {
      const seen = countsText(check, settled);
      if (!isRuledOut) return `${claim} not ruled out yet (${seen})`;
      return presence.missing() || `${claim} ruled out (${seen})`;
    },
  };
}
