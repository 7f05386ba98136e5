import type { EvidenceTest, SegmentCounts } from './evidence-test.ts';
import type { SeriesPlan } from './judge-plan.ts';
import { logSumExp } from './mixture.ts';
import type { SeriesState } from './series-state.ts';

/** How a test stands: now, and at its strongest moment since the sync. */
export interface TestState {
  /** Evidence worth acting on, averaged over the series, as a natural logarithm; null when none is. */
  current: number | null;
  peak: Peak | null;
}

/** The strongest moment of a test, with all that is told of it. */
export interface Peak {
  readonly logE: number;
  readonly rho: number;
  /** Ends of the first and newest minute of its segment, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** Counts of the test's series since the segment began. */
  readonly counts: readonly SegmentCounts[];
}

/** The segment that a minute belongs to. */
export interface SegmentPlace {
  readonly rho: number;
  readonly from: number;
  readonly to: number;
}

/** Looks at the counts of a test's series as if the run were looked at after every minute. */
export function takeIntoTest(
  test: EvidenceTest,
  state: TestState,
  series: readonly SeriesState[],
  { rho, from, to }: SegmentPlace,
): void {
  if (test.isWarmUpOnly && rho === 1) {
    state.current = null;
    return;
  }
  const counts = test.series.map((index) => countsOf(series[index]));
  const logE = averageLogE(test, counts, rho);
  state.current = logE === Number.NEGATIVE_INFINITY ? null : logE;
  if (state.current === null || (state.peak !== null && logE <= state.peak.logE)) return;
  state.peak = { logE, rho, from, to, counts: counts.map(kept) };
}

const NONE = { events: 0, exposure: 0 };

/** What a series counted since its segment began; it grows with the next minute. */
export function countsOf(series: SeriesState | undefined): SegmentCounts {
  if (series === undefined) return { ...NONE, paired: { treated: NONE, controls: NONE } };
  const { events, exposure } = series.segment;
  return { events, exposure, paired: series.paired };
}

function kept({ events, exposure, paired: { treated, controls } }: SegmentCounts): SegmentCounts {
  return { events, exposure, paired: { treated: { ...treated }, controls: { ...controls } } };
}

function averageLogE(test: EvidenceTest, counts: readonly SegmentCounts[], rho: number): number {
  const logs: number[] = [];
  counts.forEach((count, at) => {
    const plan = test.plans[at] as SeriesPlan;
    if (test.worthActing(plan, count)) logs.push(test.logE(plan, count, rho));
  });
  return logSumExp(logs) - Math.log(counts.length);
}
