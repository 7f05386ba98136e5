import { type Count, MINUTE_MS } from '../domain/reading.ts';
import type { EvidenceTest } from './evidence-test.ts';
import type { Look, SeriesView } from './look.ts';
import { logSumExp } from './mixture.ts';
import { hasNumber, minuteAt } from './track.ts';

/** What one series had shown at a moment. */
export interface SeriesMoment {
  readonly view: SeriesView;
  /** Counts since the segment began. */
  readonly since: Count;
  /** First and newest minute of the segment, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  /** The series' own evidence as a natural logarithm, whether or not it is worth acting on. */
  readonly logE: number;
}

/** What a test said at a moment. */
export interface Moment {
  /** Evidence worth acting on, averaged over the series; -Infinity when none is. */
  readonly logE: number;
  readonly series: readonly SeriesMoment[];
}

/** A test's strongest moment since the sync and its newest one; equal when the newest is the strongest. */
export interface Sequence {
  readonly peak: Moment;
  readonly current: Moment;
}

interface Sums {
  readonly view: SeriesView;
  events: number;
  exposure: number;
}

/**
 * Plays a test through the minutes since the sync as if it had been looked at after every one.
 * Because the peak is found again from the minutes, a halt stays a halt whenever it is judged again.
 *
 * @returns undefined while there is no minute since the sync
 */
export function playTest(test: EvidenceTest, look: Look): Sequence | undefined {
  const { since, segments } = look;
  const sums: Sums[] = test.views.map((view) => ({ view, events: 0, exposure: 0 }));
  let segment = -1;
  let from = since.first;
  let peak: Moment | undefined;
  let current: Moment | undefined;
  for (let i = 0; i < since.length; i++) {
    const minute = minuteAt(since, i);
    const next = segmentAt(look, minute - MINUTE_MS);
    if (next !== segment) {
      for (const sum of sums) Object.assign(sum, { events: 0, exposure: 0 });
      segment = next;
      from = minute;
    }
    const grown = sums.map((sum) => addMinute(sum, i)).some(Boolean);
    const last = i === since.length - 1;
    // A minute that brought nothing changes nothing; the newest is described whatever it brought.
    if (!grown && !last) continue;
    const rho = segments[segment]?.rho ?? 1;
    const logE = averageLogE(test, sums, rho);
    if (!last && peak !== undefined && logE <= peak.logE) continue;
    const moment = describe(test, sums, { logE, rho, from, to: minute });
    if (peak === undefined || logE > peak.logE) peak = moment;
    current = moment;
  }
  return peak && current && { peak, current };
}

function segmentAt({ segments }: Look, begin: number): number {
  let at = 0;
  for (let i = 1; i < segments.length; i++) if ((segments[i]?.from ?? 0) <= begin) at = i;
  return at;
}

function addMinute(sum: Sums, index: number): boolean {
  const { since } = sum.view;
  // An incomplete answer may convict, it never acquits.
  if (!hasNumber(since, index)) return false;
  sum.events += since.amounts[index] ?? 0;
  sum.exposure += since.wholes[index] ?? 0;
  return true;
}

function averageLogE(test: EvidenceTest, sums: readonly Sums[], rho: number): number {
  const logs: number[] = [];
  for (const sum of sums) if (test.worthActing(sum.view, sum)) logs.push(test.logE(sum.view, sum, rho));
  return logSumExp(logs) - Math.log(sums.length);
}

function describe(
  test: EvidenceTest,
  sums: readonly Sums[],
  at: { readonly logE: number; readonly rho: number; readonly from: number; readonly to: number },
): Moment {
  const { logE, rho, from, to } = at;
  const series = sums.map((sum) => ({
    view: sum.view,
    since: { events: sum.events, exposure: sum.exposure },
    from,
    to,
    logE: test.logE(sum.view, sum, rho),
  }));
  return { logE, series };
}
