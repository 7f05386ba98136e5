import type { CountCheck } from '../domain/check.ts';
import { type Count, MINUTE_MS } from '../domain/reading.ts';
import { type Baseline, rateOf } from './baseline.ts';
import { type GoProof, LOG_GO, progressOf } from './go-proof.ts';
import { gpLogE } from './gp.ts';
import { NOT_THAT_BAD } from './mixture.ts';
import type { SeriesState } from './series-state.ts';
import { presenceOf, type SoakWindow, wasReadThroughout } from './soak-window.ts';
import { countsText } from './wording.ts';

/** What "not worse" means where there is no limit: not three times as bad as before. */
export const WORST_TOLERATED = 3;

/** Evidence that it is not as bad as `WORST_TOLERATED` times before, as a natural logarithm. */
export function worseLogE(baseline: Baseline, since: Count): number {
  return gpLogE({ before: baseline, since, rho: WORST_TOLERATED, phi: baseline.phi, mixture: NOT_THAT_BAD });
}

/** Go evidence of a count without a limit: a threefold worsening is ruled out by the counts since settling. */
export function changeGo(
  check: CountCheck,
  baseline: Baseline,
  { row, settled }: SeriesState,
  window: SoakWindow,
  maxSoakMs: number,
): GoProof {
  const logE = worseLogE(baseline, settled);
  const presence = presenceOf(row, window, true);
  const claim = `${WORST_TOLERATED}x worse than before`;
  return {
    proved: presence.there && logE >= LOG_GO,
    progress: progressOf(logE, presence.clean, window.needed),
    logE,
    steady: wasReadThroughout(row, window) && logE >= 0,
    promise: () => `${claim} is ruled out${forecastText(baseline, maxSoakMs)}`,
    text() {
      const seen = countsText(check, settled);
      if (logE < LOG_GO) return `${claim} not ruled out yet (${seen})`;
      return presence.missing() || `${claim} ruled out (${seen})`;
    },
  };
}

function forecastText(baseline: Baseline, maxSoakMs: number): string {
  const exposure = (baseline.exposurePerMinute * maxSoakMs) / MINUTE_MS;
  const forecast = worseLogE(baseline, { events: rateOf(baseline) * exposure, exposure });
  return forecast >= LOG_GO ? '' : ", which can't be proved: even the longest soak brings too few events";
}
