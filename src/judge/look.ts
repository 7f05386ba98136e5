import type {
  Check,
  CountCheck,
  CountSeries,
  GaugeCheck,
  PresenceCheck,
  StateCheck,
} from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import type { Baseline } from './baseline.ts';
import { type Before, summariseBefore } from './before.ts';
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
  /** Minutes in which harm is looked for, up to the newest one that anything was read for. */
  readonly since: Span;
  /** Index in `since` of the first whole minute after settling; the length of `since` while there is none. */
  readonly settledIndex: number;
  readonly segments: readonly Segment[];
  /** The covered checks, in their order. */
  readonly views: readonly CheckView[];
}

/** One count series before and since the sync. */
export interface SeriesView {
  readonly series: CountSeries;
  readonly baseline?: Baseline;
  readonly since: Track;
}

/** One state or presence signal: bad items before, and minute by minute since. */
export interface ItemsView {
  /** Median, rounded up; undefined when nothing is known. */
  readonly badBefore: number | undefined;
  readonly since: Track;
}

/** One gauge since the sync, and whether it was beyond its limit just before. */
export interface GaugeView {
  readonly wasBeyond: boolean;
  readonly since: Track;
}

/** What a check is judged by. */
export type CheckView =
  | { readonly check: CountCheck; readonly series: readonly SeriesView[] }
  | { readonly check: StateCheck | PresenceCheck; readonly items: ItemsView }
  | { readonly check: GaugeCheck; readonly gauge: GaugeView };

/** Lays an input out. */
export function openLook(input: JudgeInput): Look {
  const { now, syncedAt, baselineEnd, settledAt } = input;
  const covered = new Set(input.covered);
  const checks = input.checks.filter(({ signal }) => covered.has(signal));
  const first = Math.floor(Math.max(syncedAt, baselineEnd) / MINUTE_MS) * MINUTE_MS + MINUTE_MS;
  const upToNow = { first, length: Math.max(0, Math.floor((now - first) / MINUTE_MS) + 1) };
  const tracks = new Map(checks.flatMap((check) => layOutCheck(check, input.readings, upToNow)));
  const lengths = [...tracks.values()].map(deliveredLength);
  const length = Math.max(0, ...lengths);
  const before = input.before ?? summariseBefore(checks, input.readings, baselineEnd);
  const since = (check: Check, key: string) =>
    firstOf(tracks.get(trackKey(check, key)) ?? emptyTrack(upToNow), length);
  return {
    input,
    since: { first, length },
    settledIndex: settledIndex(first, length, settledAt),
    segments: segmentsOf(input),
    views: checks.map((check) => viewOf(check, before, (key) => since(check, key))),
  };
}

function viewOf(check: Check, before: Before, since: (key: string) => Track): CheckView {
  if ('series' in check) {
    const series = check.series.map((each): SeriesView => {
      const baseline = before.counts.get(each.key);
      return { series: each, ...(baseline && { baseline }), since: since(each.key) };
    });
    return { check, series };
  }
  const { signal } = check;
  return check.kind === 'gauge'
    ? { check, gauge: { wasBeyond: before.beyond.has(signal), since: since(signal) } }
    : { check, items: { badBefore: before.bad.get(signal), since: since(signal) } };
}

function layOutCheck(check: Check, readings: ClusterReadings, span: Span): readonly [string, Track][] {
  const lay = <T>(
    rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
    key: string,
    shape: Shape<T>,
  ): [string, Track] => {
    const track = emptyTrack(span);
    layOut(rows.get(key), shape, track);
    return [trackKey(check, key), track];
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
