import type { CountCheck } from '../domain/check.ts';
import { type Count, MINUTE_MS } from '../domain/reading.ts';
import { type Baseline, rateOf } from './baseline.ts';
import { type GoProof, LOG_GO, progressOf } from './go-proof.ts';
import { gpLogE } from './gp.ts';
import type { SeriesView } from './look.ts';
import { NOT_THAT_BAD } from './mixture.ts';
import { presenceOf, type SoakWindow, wasReadThroughout } from './soak-window.ts';
import { valuesFrom } from './track.ts';
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
  view: SeriesView,
  baseline: Baseline,
  window: SoakWindow,
  maxSoakMs: number,
): GoProof {
  const since = valuesFrom(view.since, window.settledIndex);
  const logE = worseLogE(baseline, since);
  const presence = presenceOf(window, true);
  const claim = `${WORST_TOLERATED}x worse than before`;
  const seen = countsText(check, since);
  return {
    promise: `${claim} is ruled out${forecastText(baseline, maxSoakMs)}`,
    proved: presence.there && logE >= LOG_GO,
    progress: progressOf(logE, presence.clean, window.needed),
    text:
      logE >= LOG_GO
        ? presence.missing || `${claim} ruled out (${seen})`
        : `${claim} not ruled out yet (${seen})`,
    logE,
    steady: wasReadThroughout(window) && logE >= 0,
  };
}

function forecastText(baseline: Baseline, maxSoakMs: number): string {
  const exposure = (baseline.exposurePerMinute * maxSoakMs) / MINUTE_MS;
  const forecast = worseLogE(baseline, { events: rateOf(baseline) * exposure, exposure });
  return forecast >= LOG_GO ? '' : ", which can't be proved: even the longest soak brings too few events";
}
