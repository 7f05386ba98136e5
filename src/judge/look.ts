import type { Check, CountCheck, CountSeries } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import { type Baseline, baselineOf, baselineSpan } from './baseline.ts';
import type { JudgeInput } from './judge-input.ts';
import { type Segment, segmentsOf } from './segments.ts';
import { ofCount, ofItems, ofValue, type Span, type Track, trackOf } from './track.ts';

/** An input laid out for judging: which minutes are harm's, which are go's, which signals are asked. */
export interface Look {
  readonly input: JudgeInput;
  readonly covered: ReadonlySet<string>;
  /** Minutes of the baseline. */
  readonly before: Span;
  /** Minutes in which harm is looked for, up to the newest one that anything was read for. */
  readonly since: Span;
  /** Index in `since` of the first whole minute after settling; the length of `since` while there is none. */
  readonly settledIndex: number;
  readonly segments: readonly Segment[];
}

/** One count series before and since the sync. */
export interface SeriesView {
  readonly series: CountSeries;
  readonly baseline?: Baseline;
  readonly since: Track;
}

/** One state, presence or gauge signal before and since the sync. */
export interface SignalView {
  readonly before: Track;
  readonly since: Track;
}

/** Lays an input out. */
export function openLook(input: JudgeInput): Look {
  const { now, syncedAt, baselineEnd, settledAt } = input;
  const first = Math.floor(Math.max(syncedAt, baselineEnd) / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const newest = newestMinute(input, now);
  const length = Math.max(0, Math.floor((newest - first) / MINUTE_MS) + 1);
  return {
    input,
    covered: new Set(input.covered),
    before: baselineSpan(baselineEnd),
    since: { first, length },
    settledIndex: settledIndex(first, length, settledAt),
    segments: segmentsOf(syncedAt, settledAt),
  };
}

/** The series of a count check, each with its baseline. */
export function seriesViews(check: CountCheck, look: Look): readonly SeriesView[] {
  return check.series.map((series) => {
    const readings = look.input.readings.counts.get(series.key);
    const baseline = baselineOf(trackOf(readings, look.before, ofCount), check.kind !== 'events');
    return { series, ...(baseline && { baseline }), since: trackOf(readings, look.since, ofCount) };
  });
}

/** The one series of a state, presence or gauge check. */
export function signalView(check: Exclude<Check, CountCheck>, look: Look): SignalView {
  const { items, values } = look.input.readings;
  const lay = (span: Span) =>
    check.kind === 'gauge'
      ? trackOf(values.get(check.signal), span, ofValue)
      : trackOf(items.get(check.signal), span, ofItems);
  return { before: lay(look.before), since: lay(look.since) };
}

function newestMinute({ checks, readings }: JudgeInput, now: number): number {
  let newest = Number.NEGATIVE_INFINITY;
  const see = (minutes: readonly MinuteReading<unknown>[] | undefined) => {
    for (const { minute } of minutes ?? []) if (minute > newest && minute <= now) newest = minute;
  };
  for (const check of checks) {
    if ('series' in check) for (const { key } of check.series) see(readings.counts.get(key));
    else see((check.kind === 'gauge' ? readings.values : readings.items).get(check.signal));
  }
  return newest;
}

function settledIndex(first: number, length: number, settledAt: number | undefined): number {
  if (settledAt === undefined) return length;
  // The minute in which settling ended began before it did, so the next one is the first that counts.
  const minutes = Math.ceil((settledAt - (first - MINUTE_MS)) / MINUTE_MS);
  return Math.min(length, Math.max(0, minutes));
}
