import type { Check, CountCheck, CountSeries } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import { type Baseline, baselineOf, baselineSpan } from './baseline.ts';
import type { ClusterReadings, JudgeInput } from './judge-input.ts';
import { type Segment, segmentsOf } from './segments.ts';
import {
  COUNT,
  deliveredLength,
  emptyTrack,
  firstOf,
  ITEMS,
  layOut,
  type Shape,
  type Span,
  type Track,
  VALUE,
} from './track.ts';

/** An input laid out for judging: which minutes are harm's, which are go's, which signals are asked. */
export interface Look {
  readonly input: JudgeInput;
  readonly covered: ReadonlySet<string>;
  /** Minutes in which harm is looked for, up to the newest one that anything was read for. */
  readonly since: Span;
  /** Index in `since` of the first whole minute after settling; the length of `since` while there is none. */
  readonly settledIndex: number;
  readonly segments: readonly Segment[];
  readonly tracks: ReadonlyMap<string, SignalView>;
}

/** One count series before and since the sync. */
export interface SeriesView {
  readonly series: CountSeries;
  readonly baseline?: Baseline;
  readonly since: Track;
}

/** One series of readings before and since the sync. */
export interface SignalView {
  readonly before: Track;
  readonly since: Track;
}

/** Lays an input out. */
export function openLook(input: JudgeInput): Look {
  const { now, syncedAt, baselineEnd, settledAt } = input;
  const covered = new Set(input.covered);
  const before = baselineSpan(baselineEnd);
  const first = Math.floor(Math.max(syncedAt, baselineEnd) / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const upToNow = { first, length: Math.max(0, Math.floor((now - first) / MINUTE_MS) + 1) };
  const laid = input.checks
    .filter(({ signal }) => covered.has(signal))
    .flatMap((check) => layOutCheck(check, input.readings, before, upToNow));
  const length = laid.reduce((longest, { since }) => Math.max(longest, deliveredLength(since)), 0);
  return {
    input,
    covered,
    since: { first, length },
    settledIndex: settledIndex(first, length, settledAt),
    segments: segmentsOf(syncedAt, settledAt),
    tracks: new Map(
      laid.map(({ key, ...tracks }) => [key, { ...tracks, since: firstOf(tracks.since, length) }]),
    ),
  };
}

/** The series of a count check, each with its baseline. */
export function seriesViews(check: CountCheck, { tracks }: Look): readonly SeriesView[] {
  return check.series.flatMap((series) => {
    const view = tracks.get(trackKey(check, series.key));
    if (view === undefined) return [];
    const baseline = baselineOf(view.before, check.kind !== 'events');
    return [{ series, ...(baseline && { baseline }), since: view.since }];
  });
}

/** The one series of a covered state, presence or gauge check; undefined when it isn't covered. */
export function signalView(check: Exclude<Check, CountCheck>, { tracks }: Look): SignalView | undefined {
  return tracks.get(trackKey(check, check.signal));
}

interface Laid extends SignalView {
  readonly key: string;
}

function layOutCheck(check: Check, readings: ClusterReadings, before: Span, since: Span): readonly Laid[] {
  const lay = <T>(
    rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
    key: string,
    shape: Shape<T>,
  ): Laid => {
    const tracks = { before: emptyTrack(before), since: emptyTrack(since) };
    layOut(rows.get(key), shape, tracks.before, tracks.since);
    return { key: trackKey(check, key), ...tracks };
  };
  if ('series' in check) return check.series.map(({ key }) => lay(readings.counts, key, COUNT));
  return [
    check.kind === 'gauge'
      ? lay(readings.values, check.signal, VALUE)
      : lay(readings.items, check.signal, ITEMS),
  ];
}

/** Counts, items and values may use one name for different things. */
function trackKey({ kind }: Check, key: string): string {
  return `${kind} ${key}`;
}

function settledIndex(first: number, length: number, settledAt: number | undefined): number {
  if (settledAt === undefined) return length;
  // The minute in which settling ended began before it did, so the next one is the first that counts.
  const minutes = Math.ceil((settledAt - (first - MINUTE_MS)) / MINUTE_MS);
  return Math.min(length, Math.max(0, minutes));
}
