import type { Count } from '../domain/reading.ts';
import { absLogE } from './abs.ts';
import { rateOf } from './baseline.ts';
import { gpLogE, PRIOR_EVENTS } from './gp.ts';
import type { SeriesView } from './look.ts';

/** A rise by less than a quarter is not acted on, however certain it is. */
export const EFFECT_FLOOR = 1.25;

/** Above this share of exposures the tail is the body: an edge of a histogram that most requests pass says little. */
export const MAX_TAIL = 0.5;

/**
 * One sequential test of a count check. `regression` asks whether it is worse than before, `limit` whether it is above
 * its limit. Several series (edges of a histogram) are averaged, which needs no assumption about their dependence.
 */
export interface EvidenceTest {
  readonly kind: 'regression' | 'limit';
  readonly views: readonly SeriesView[];
  /** Share of the run's alpha, as a natural logarithm. */
  readonly logWeight: number;
  /** Evidence of one series for counts since the start of a segment, as a natural logarithm. */
  logE(view: SeriesView, since: Count, rho: number): number;
  /** Whether the counts are bad enough to be acted on; outside the statistics, so it can only prevent a halt. */
  worthActing(view: SeriesView, since: Count): boolean;
}

/** A check's tests, and whether its limit was passed before the sync. */
export interface TestPlan {
  readonly tests: readonly EvidenceTest[];
  readonly preExisting: boolean;
}

/**
 * Which tests a check runs, decided by what was before the sync alone. A limit that was passed before is not the
 * change's doing, so then only the comparison with before decides.
 */
export function planTests(
  views: readonly SeriesView[],
  on: 'change' | 'limit' | 'change-or-limit',
  weight: number,
): TestPlan {
  const limited = views.filter(({ series }) => series.limit !== undefined);
  const preExisting = limited.some(
    ({ series, baseline }) => baseline !== undefined && rateOf(baseline) > (series.limit ?? 0),
  );
  const comparable = views.filter(
    ({ baseline }, _, all) => baseline !== undefined && (all.length === 1 || rateOf(baseline) <= MAX_TAIL),
  );
  const kinds: { kind: EvidenceTest['kind']; views: readonly SeriesView[] }[] = [];
  if ((on !== 'limit' || preExisting) && comparable.length > 0) {
    kinds.push({ kind: 'regression', views: comparable });
  }
  if (on !== 'change' && !preExisting && limited.length > 0) kinds.push({ kind: 'limit', views: limited });
  const logWeight = Math.log(weight / Math.max(1, kinds.length));
  const tests = kinds.map(({ kind, views }) =>
    kind === 'regression' ? regressionTest(views, logWeight) : limitTest(views, logWeight),
  );
  return { tests, preExisting };
}

/** Whether a rate rose enough to be acted on, by factor and by amount; with nothing known before, it rose from nothing. */
function isRise({ series, baseline }: SeriesView, since: Count): boolean {
  const rate = rateOf(since);
  if (baseline === undefined) return rate > 0 && rate >= series.floor;
  const rise = rate - rateOf(baseline);
  const factor = rate / ((baseline.events + PRIOR_EVENTS) / baseline.exposure);
  return factor >= EFFECT_FLOOR && rise > 0 && rise >= series.floor;
}

function regressionTest(views: readonly SeriesView[], logWeight: number): EvidenceTest {
  return {
    kind: 'regression',
    views,
    logWeight,
    logE: ({ baseline }, since, rho) =>
      baseline === undefined ? 0 : gpLogE({ before: baseline, since, rho, phi: baseline.phi }),
    worthActing: isRise,
  };
}

function limitTest(views: readonly SeriesView[], logWeight: number): EvidenceTest {
  return {
    kind: 'limit',
    views,
    logWeight,
    logE: ({ series, baseline }, count, rho) =>
      absLogE({ count, limit: (series.limit ?? 0) * rho, phi: baseline?.phi ?? 1 }),
    worthActing: (view, since) => rateOf(since) > (view.series.limit ?? 0) && isRise(view, since),
  };
}
