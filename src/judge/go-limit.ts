import type { CountCheck } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { absGoLogE, exposureToRuleOut } from './abs.ts';
import { type Baseline, rateOf } from './baseline.ts';
import { WORST_TOLERATED, worseLogE } from './go-change.ts';
import { type GoProof, LOG_GO, progressOf } from './go-proof.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { countText, minutesText } from './numbers.ts';
import type { SeriesState } from './series-state.ts';
import { presenceOf, type SoakWindow, wasReadThroughout } from './soak-window.ts';
import { countsText, exposureText, rateText } from './wording.ts';

/** A count with a limit. */
export interface LimitCase {
  readonly check: CountCheck;
  readonly plan: SeriesPlan;
  readonly limit: number;
  readonly phi: number;
}

/** Go evidence of a count that has a limit: a rate at the limit or above it is ruled out by the counts since settling. */
export function limitGo(
  limitCase: LimitCase,
  { row, settled }: SeriesState,
  window: SoakWindow,
  maxSoakMs: number,
): GoProof {
  const { check, plan, limit, phi } = limitCase;
  const logE = absGoLogE({ count: settled, limit, phi });
  const presence = presenceOf(row, window, true);
  const proved = logE >= LOG_GO;
  return {
    proved: presence.there && proved,
    progress: progressOf(logE, presence.clean, window.needed),
    logE,
    steady: wasReadThroughout(row, window) && rateOf(settled) <= limit,
    promise: () => promiseText(limitCase, maxSoakMs),
    text() {
      const claim = `limit ${rateText(check, limit)}`;
      const seen = countsText(check, settled);
      if (!proved) return `${claim} not ruled out yet (${seen}; ${neededText(limitCase, rateOf(settled))})`;
      return presence.missing() || `${claim} ruled out (${seen})${changeText(plan.baseline, settled)}`;
    },
  };
}

function promiseText(limitCase: LimitCase, maxSoakMs: number): string {
  const { check, plan, limit, phi } = limitCase;
  const { baseline } = plan;
  const claim = `a rate at its limit of ${rateText(check, limit)} is ruled out`;
  const needed = exposureToRuleOut({ limit, phi }, baseline ? rateOf(baseline) : 0, LOG_GO);
  if (needed === undefined) return `${claim}, which can't be proved: it was at its limit before the sync`;
  const takes = `takes about ${exposureText(check, needed)}`;
  if (baseline === undefined) return `${claim}, which ${takes}`;
  const minutes = Math.ceil(needed / baseline.exposurePerMinute);
  const longest = maxSoakMs / MINUTE_MS;
  if (minutes > longest) {
    const comes = exposureText(check, baseline.exposurePerMinute * longest);
    return `${claim}, which ${takes}; with the traffic of before the longest soak brings ${comes}, so it can't be proved`;
  }
  return `${claim}, which ${takes}, ${minutesText(minutes)} of the traffic of before`;
}

function neededText({ check, limit, phi }: LimitCase, rate: number): string {
  const needed = exposureToRuleOut({ limit, phi }, rate, LOG_GO);
  return needed === undefined
    ? 'at this rate it never will be'
    : `at this rate about ${exposureText(check, needed)} are needed`;
}

function changeText(baseline: Baseline | undefined, since: { events: number; exposure: number }): string {
  if (baseline === undefined) return '';
  const ruledOut = worseLogE(baseline, since) >= LOG_GO;
  return `; ${countText(WORST_TOLERATED)}x worse than before ${ruledOut ? 'ruled out too' : 'not ruled out'}`;
}
