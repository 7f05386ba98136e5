import type { Check, GaugeCheck } from '../domain/check.ts';
import type { Count, MinuteReading } from '../domain/reading.ts';
import { type Baseline, baselineOf, baselineSpan } from './baseline.ts';
import { COUNT, ITEMS, type Shape, SLOT, VALUE } from './cell.ts';
import { type ControlMinute, MIN_CONTROLS } from './controls.ts';
import { isWorse } from './is-worse.ts';
import type { ClusterReadings } from './judge-input.ts';
import type { LearnedClass } from './learning/learned-class.ts';
import { type ShiftBefore, shiftBefore } from './shift-plan.ts';
import type { Pair } from './statistics/did.ts';
import { pairPhi } from './statistics/pair-phi.ts';
import { type StreamBefore, streamBefore } from './streams-before.ts';
import { emptyTrack, layOut, minuteAt, slotAt, type Track } from './track.ts';

/**
 * What was before the sync, summed up: all that a look needs of it. It never changes within a run, so whoever looks
 * again and again sums up once and hands it in.
 */
export interface Before {
  /** By series key; no entry means nothing known. */
  readonly counts: ReadonlyMap<string, Baseline>;
  /** Median of bad items, rounded up, by signal; no entry means nothing known. */
  readonly bad: ReadonlyMap<string, number>;
  /** Gauges that were beyond their limit just before. */
  readonly beyond: ReadonlySet<string>;
  /** Where the series stand that have learned quiet hours, by series key. */
  readonly streams?: ReadonlyMap<string, StreamBefore>;
  /** Where the gauges stand that have learned quiet hours, by signal. */
  readonly shifts?: ReadonlyMap<string, ShiftBefore>;
  /** What the controls counted, by series key; no entry where there were too few. */
  readonly controls?: ReadonlyMap<string, ControlBefore>;
}

/** What the controls counted in the minutes of the baseline. */
export interface ControlBefore extends Count {
  /** How the cluster's own counts stray beside theirs; absent in what was summed up before it was measured. */
  readonly phi?: number;
}

/** What is known beside the cluster's own readings. */
export interface Known {
  readonly learned?: LearnedClass;
  /** What the controls did, minutes of the baseline among them. */
  readonly controls?: readonly ControlMinute[];
}

/** The level of items is that of the last hour, if anything is known of it. */
const RECENT_MINUTES = 60;

/** Sums up the day before the sync; minutes that ended after `baselineEnd` are left out. */
export function summariseBefore(
  checks: readonly Check[],
  readings: ClusterReadings,
  baselineEnd: number,
  { learned, controls = [] }: Known = {},
): Before {
  const span = baselineSpan(baselineEnd);
  const lay = <T>(row: readonly MinuteReading<T>[] | undefined, shape: Shape<T>) => {
    const track = emptyTrack(span);
    layOut(row, shape, track);
    return track;
  };
  const counts = new Map<string, Baseline>();
  const bad = new Map<string, number>();
  const beyond = new Set<string>();
  const streams = new Map<string, StreamBefore>();
  const shifts = new Map<string, ShiftBefore>();
  const controlCounts = new Map<string, ControlBefore>();
  const pooled = new Map(controls.map((minute) => [minute.minute, minute]));
  const controlRow = Array.from({ length: span.length }, (_, i) => pooled.get(minuteAt(span, i)));
  for (const check of checks) {
    if ('series' in check) {
      for (const { key } of check.series) {
        const track = lay(readings.counts.get(key), COUNT);
        const baseline = baselineOf(track, check.kind !== 'events');
        if (baseline) counts.set(key, baseline);
        const pooledBefore = baseline && controlsBefore(key, track, controlRow, baseline);
        if (pooledBefore) controlCounts.set(key, pooledBefore);
        const known = learned?.counts[key];
        if (known) streams.set(key, streamBefore(key, track, controlRow, known));
      }
    } else if (check.kind === 'gauge') {
      const track = lay(readings.values.get(check.signal), VALUE);
      if (wasBeyond(check, track)) beyond.add(check.signal);
      const known = learned?.gauges[check.signal];
      const shift = known && shiftBefore(check.signal, track, controlRow, known);
      if (shift) shifts.set(check.signal, shift);
    } else {
      const track = lay(readings.items.get(check.signal), ITEMS);
      const median = medianBad(track, track.length - RECENT_MINUTES) ?? medianBad(track, 0);
      if (median !== undefined) bad.set(check.signal, median);
    }
  }
  return { counts, bad, beyond, streams, shifts, controls: controlCounts };
}

// Of the very minutes of the baseline: in other ones the hour of the day would make a difference of its own.
function controlsBefore(
  key: string,
  track: Track,
  row: readonly (ControlMinute | undefined)[],
  { from, to }: Baseline,
): ControlBefore | undefined {
  let events = 0;
  let exposure = 0;
  const pairs = row.map((minute, i): Pair | undefined => {
    const count = minute?.counts[key];
    if (count === undefined || count.clusters < MIN_CONTROLS) return undefined;
    const end = minuteAt(track, i);
    if (end >= from && end <= to) {
      events += count.events;
      exposure += count.exposure;
    }
    if (slotAt(track, i) !== SLOT.value) return undefined;
    const treated = { events: track.amounts[i] as number, exposure: track.wholes[i] as number };
    return { treated, controls: count };
  });
  return exposure > 0 ? { events, exposure, phi: pairPhi(pairs) } : undefined;
}

/** Whether one of the last clean minutes, as many as make a breach, was beyond the limit. */
function wasBeyond({ limit, worse, forMinutes }: GaugeCheck, track: Track): boolean {
  if (limit === undefined) return false;
  let seen = 0;
  for (let i = track.length - 1; i >= 0 && seen < Math.max(1, forMinutes); i--) {
    if (slotAt(track, i) !== SLOT.value) continue;
    seen++;
    if (isWorse(track.amounts[i] ?? 0, limit, worse)) return true;
  }
  return false;
}

function medianBad(track: Track, from: number): number | undefined {
  const bad: number[] = [];
  for (let i = from; i < track.length; i++) {
    if (slotAt(track, i) === SLOT.value) bad.push(track.amounts[i] ?? 0);
  }
  if (bad.length === 0) return undefined;
  bad.sort((a, b) => a - b);
  const middle = bad.length >> 1;
  const upper = bad[middle] ?? 0;
  const lower = bad.length % 2 === 1 ? upper : (bad[middle - 1] ?? 0);
  return Math.ceil((lower + upper) / 2);
}
