import type { CountCheck } from '../domain/check.ts';
import type { Count } from '../domain/reading.ts';
import { absLogE } from './abs.ts';
import { rateOf } from './baseline.ts';
import { gpLogE, PRIOR_EVENTS } from './gp.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { offsetOf } from './shared-excess.ts';
import { didLength, didLogE, openDid, type Pair, stepDid } from './statistics/did.ts';

/** A rise by less than a quarter is not acted on, however certain it is. */
export const EFFECT_FLOOR = 1.25;

/** Above this share of exposures the tail is the body: an edge of a histogram that most requests pass says little. */
export const MAX_TAIL = 0.5;

/** Counts since the start of a segment, and those of the minutes with controls beside theirs. */
export interface SegmentCounts extends Count {
  readonly paired: Pair;
}

/**
 * One sequential test of a count check. `regression` asks whether it is worse than before, `limit` whether it is above
 * its limit. Several series (edges of a histogram) are averaged, which needs no assumption about their dependence.
 */
export interface EvidenceTest {
  readonly kind: 'regression' | 'limit';
  /** The check's series that it is about: their indexes, and what is known of them. */
  readonly series: readonly number[];
  readonly plans: readonly SeriesPlan[];
  /** Whether it only counts while things are still cold; what follows is judged otherwise. */
  readonly isWarmUpOnly: boolean;
  /** Share of the run's alpha, as a natural logarithm. */
  readonly logWeight: number;
  /** Evidence of one series for counts since the start of a segment, as a natural logarithm. */
  logE(plan: SeriesPlan, since: SegmentCounts, rho: number): number;
  /** Whether the counts are bad enough to be acted on; outside the statistics, so it can only prevent a halt. */
  worthActing(plan: SeriesPlan, since: SegmentCounts): boolean;
}

/** A check's tests, and whether its limit was passed before the sync. */
export interface TestPlan {
  readonly tests: readonly EvidenceTest[];
  readonly preExisting: boolean;
  /** Share of alpha of each series that is compared with quiet hours; 0 when none is. */
  readonly trackWeight: number;
}

/**
 * Which tests a check runs, decided by what was before the sync alone. A limit that was passed before is not the
 * change's doing, so then only the comparison with before decides.
 */
export function planTests(
  all: readonly SeriesPlan[],
  { on, weight }: Pick<CountCheck, 'on' | 'weight'>,
  isTracked: (plan: SeriesPlan) => boolean,
): TestPlan {
  const isLimited = ({ series }: SeriesPlan) => series.limit !== undefined;
  const preExisting = all.some(
    ({ series, baseline }) =>
      series.limit !== undefined && baseline !== undefined && rateOf(baseline) > series.limit,
  );
  const isKnown = ({ baseline }: SeriesPlan) =>
    baseline !== undefined && (all.length === 1 || rateOf(baseline) <= MAX_TAIL);
  const isCompared = on !== 'limit' || preExisting;
  const tracked = isCompared ? all.filter(isTracked).length : 0;
  const kinds: { kind: EvidenceTest['kind']; picks: (plan: SeriesPlan) => boolean }[] = [];
  const isComparable = (plan: SeriesPlan) => isKnown(plan) && !isTracked(plan);
  if (isCompared && all.some(isComparable)) kinds.push({ kind: 'regression', picks: isComparable });
  if (on !== 'change' && !preExisting && all.some(isLimited)) kinds.push({ kind: 'limit', picks: isLimited });
  const share = weight / Math.max(1, kinds.length + Math.min(1, tracked));
  const test = (
    kind: EvidenceTest['kind'],
    picks: (plan: SeriesPlan) => boolean,
    testShare: number,
    isWarmUpOnly: boolean,
  ): EvidenceTest => ({
    kind,
    series: all.flatMap((plan, index) => (picks(plan) ? [index] : [])),
    plans: all.filter(picks),
    isWarmUpOnly,
    logWeight: Math.log(testShare),
    ...(kind === 'regression' ? REGRESSION : LIMIT),
  });
  const isCold = (plan: SeriesPlan) => isKnown(plan) && isTracked(plan);
  const tests = kinds.map(({ kind, picks }) => test(kind, picks, share, false));
  if (tracked > 0 && all.some(isCold)) tests.push(test('regression', isCold, share * WARM_UP_SHARE, true));
  return { tests, preExisting, trackWeight: tracked > 0 ? (share * (1 - WARM_UP_SHARE)) / tracked : 0 };
}

/** A comparison with quiet hours sees nothing of the warm-up; total breakage in it shall not wait, for a tenth of alpha. */
const WARM_UP_SHARE = 0.1;

/** Whether a rate rose enough to be acted on, by factor and by amount; with nothing known before, it rose from nothing. */
function isRise({ series, baseline }: SeriesPlan, since: Count): boolean {
  const rate = rateOf(since);
  if (baseline === undefined) return rate > 0 && rate >= series.floor;
  const rise = rate - rateOf(baseline);
  const factor = rate / ((baseline.events + PRIOR_EVENTS) / baseline.exposure);
  return factor >= EFFECT_FLOOR && rise > 0 && rise >= series.floor;
}

/** Evidence against the controls of the same minutes: what is common to both cancels, and tolerance weighs like exposure. */
function pairLogE(before: Pair, { treated, controls }: Pair, rho: number, phi: number): number {
  const start = openDid(before, phi);
  const sums = new Float64Array(didLength(start));
  const tolerated = { events: controls.events, exposure: controls.exposure / rho };
  stepDid(sums, start, { treated, controls: tolerated }, phi);
  return didLogE(sums, start);
}

/** Whether the rise over before is more than the controls' by as much as is worth acting on; with no controls known, it is. */
function isAboveControls(plan: SeriesPlan, { treated, controls }: Pair): boolean {
  const { baseline, controlBefore } = plan;
  if (baseline === undefined || controlBefore === undefined) return true;
  if (treated.exposure === 0 || controls.exposure === 0) return false;
  const own = rateOf(treated) / ((baseline.events + PRIOR_EVENTS) / baseline.exposure);
  return own >= EFFECT_FLOOR * offsetOf(plan, controls);
}

const REGRESSION: Pick<EvidenceTest, 'logE' | 'worthActing'> = {
  logE(plan, since, rho) {
    const { baseline, controlBefore } = plan;
    if (baseline === undefined) return 0;
    const { phi } = baseline;
    if (controlBefore === undefined) return gpLogE({ before: baseline, since, rho, phi });
    const pair = { treated: baseline, controls: controlBefore };
    return pairLogE(pair, since.paired, rho, controlBefore.phi ?? phi);
  },
  worthActing: (plan, since) => isRise(plan, since) && isAboveControls(plan, since.paired),
};

/** The limit, or what the rate before becomes with what happened to the controls: that is not this change's. */
function toleratedRate(plan: SeriesPlan, { controls }: Pair): number {
  const { series, baseline } = plan;
  const explained = baseline === undefined ? 0 : rateOf(baseline) * offsetOf(plan, controls);
  return Math.max(series.limit ?? 0, explained);
}

const LIMIT: Pick<EvidenceTest, 'logE' | 'worthActing'> = {
  logE: (plan, count, rho) =>
    absLogE({ count, limit: toleratedRate(plan, count.paired) * rho, phi: plan.baseline?.phi ?? 1 }),
  // A limit that clusters without the change pass too is not this change's.
  worthActing: (plan, since) =>
    rateOf(since) > (plan.series.limit ?? 0) && isRise(plan, since) && isAboveControls(plan, since.paired),
};
