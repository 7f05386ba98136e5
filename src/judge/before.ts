import type { Check, GaugeCheck } from '../domain/check.ts';
import type { MinuteReading } from '../domain/reading.ts';
import { type Baseline, baselineOf, baselineSpan } from './baseline.ts';
import { COUNT, ITEMS, type Shape, SLOT, VALUE } from './cell.ts';
import { isWorse } from './is-worse.ts';
import type { ClusterReadings } from './judge-input.ts';
import { emptyTrack, layOut, slotAt, type Track } from './track.ts';

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
}

/** The level of items is that of the last hour, if anything is known of it. */
const RECENT_MINUTES = 60;

/** Sums up the day before the sync; minutes that ended after `baselineEnd` are left out. */
export function summariseBefore(
  checks: readonly Check[],
  readings: ClusterReadings,
  baselineEnd: number,
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
  for (const check of checks) {
    if ('series' in check) {
      for (const { key } of check.series) {
        const baseline = baselineOf(lay(readings.counts.get(key), COUNT), check.kind !== 'events');
        if (baseline) counts.set(key, baseline);
      }
    } else if (check.kind === 'gauge') {
      if (wasBeyond(check, lay(readings.values.get(check.signal), VALUE))) beyond.add(check.signal);
    } else {
      const track = lay(readings.items.get(check.signal), ITEMS);
      const median = medianBad(track, track.length - RECENT_MINUTES) ?? medianBad(track, 0);
      if (median !== undefined) bad.set(check.signal, median);
    }
  }
  return { counts, bad, beyond };
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
