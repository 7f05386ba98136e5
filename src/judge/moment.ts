import type { Count } from '../domain/reading.ts';
import type { EvidenceTest, SegmentCounts } from './evidence-test.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { countsOf, type Peak } from './test-state.ts';

/** What one series had shown at a moment. */
export interface SeriesMoment {
  readonly plan: SeriesPlan;
  /** Counts since the segment began. */
  readonly since: Count | SegmentCounts;
  /** Ends of the first and newest minute of the segment, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The series' own evidence as a natural logarithm, whether or not it is worth acting on. */
  readonly logE: number;
}

/** What a test said at a moment. */
export interface Moment {
  /** Evidence worth acting on, averaged over the series. */
  readonly logE: number;
  readonly series: readonly SeriesMoment[];
}

/** A moment of a test, with what each of its series showed. */
export function momentOf(test: EvidenceTest, { logE, rho, from, to, counts }: Peak): Moment {
  const series = test.plans.map((plan, at): SeriesMoment => {
    const since = counts[at] ?? countsOf(undefined);
    return { plan, since, from, to, logE: test.logE(plan, since, rho) };
  });
  return { logE, series };
}

/** The series that speaks loudest: one worth acting on if there is any. */
export function culprit(test: EvidenceTest, moment: Moment): SeriesMoment {
  const acting = moment.series.filter(
    ({ plan, since }) => 'paired' in since && test.worthActing(plan, since),
  );
  const candidates = acting.length > 0 ? acting : moment.series;
  return candidates.reduce((worst, next) => (next.logE > worst.logE ? next : worst));
}
