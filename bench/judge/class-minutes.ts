import { type Count, MINUTE_MS, type Reading } from '../../src/domain/reading.ts';
import type { ControlCount, ControlMinute, ControlValue } from '../../src/judge/controls.ts';
import type { LearnedClass } from '../../src/judge/learning/learned-class.ts';
import { causesOf } from '../../src/judge/streams-before.ts';
import type { Row } from './streams/count-fleet.ts';

/** The sync of every simulated soak, epoch milliseconds. */
export const SYNC: number = Date.UTC(2026, 0, 1);

/** How far back a run looks when it opens. */
export const DAY_MINUTES: number = 24 * 60;

/** Minutes of every cluster of a class: counts by series key, or values of a gauge by signal. */
export type ClassRows = ReadonlyMap<string, readonly (Row | Float64Array)[]>;

/** What the controls did in one minute, pooled as the gate pools it. */
export function controlMinute(
  learned: LearnedClass | undefined,
  rows: ClassRows,
  controls: readonly number[],
  minute: number,
  indexIn: (row: Row | Float64Array) => number,
): ControlMinute {
  const counts: Record<string, ControlCount> = {};
  const values: Record<string, ControlValue> = {};
  for (const [key, clusters] of rows) {
    if (rowOf(clusters, controls[0] ?? 0) instanceof Float64Array) {
      const own = controls
        .map((control) => rowOf(clusters, control))
        .filter((row) => row instanceof Float64Array);
      const read = own.map((row) => row[indexIn(row)] ?? Number.NaN).filter(Number.isFinite);
      const mean = read.reduce((sum, value) => sum + value, 0) / read.length;
      values[key] = { clusters: read.length, mean };
      continue;
    }
    const known = learned?.counts[key];
    const sums = { clusters: 0, events: 0, causes: 0, exposure: 0 };
    for (const control of controls) {
      const row = rowOf(clusters, control);
      if (row instanceof Float64Array) continue;
      const at = indexIn(row);
      const events = row.events[at] ?? 0;
      const exposure = row.exposure[at] ?? 0;
      if (!(exposure > 0 && events >= 0)) continue;
      sums.clusters += 1;
      sums.events += events;
      sums.causes += known ? causesOf(known, events) : events;
      sums.exposure += exposure;
    }
    counts[key] = sums;
  }
  return { minute, counts, items: {}, values };
}

/** End of a minute of the day before the sync, epoch milliseconds. */
export function minuteBefore(at: number): number {
  return SYNC - (DAY_MINUTES - 1 - at) * MINUTE_MS;
}

/** Index of a minute of the day before the sync. */
export function dayIndex(row: Row | Float64Array, at: number): number {
  return lengthOf(row) - DAY_MINUTES + at;
}

/** How many minutes a row has. */
export function lengthOf(row: Row | Float64Array): number {
  return row instanceof Float64Array ? row.length : row.events.length;
}

/** A cluster's row. @throws RangeError when there is none */
export function rowOf<R>(rows: readonly R[], cluster: number): R {
  const row = rows[cluster];
  if (row === undefined) throw new RangeError(`no cluster ${cluster} among ${rows.length}`);
  return row;
}

/** Counts of a minute as a source would answer them. */
export function countReading({ events, exposure }: Row, at: number): Reading<Count> {
  const count = { events: events[at] ?? Number.NaN, exposure: exposure[at] ?? 0 };
  if (Number.isNaN(count.events)) return { is: 'no-data' };
  return count.exposure > 0 ? { is: 'value', value: count } : { is: 'no-traffic' };
}

/** A gauge's value as a source would answer it; NaN was not read. */
export function valueReading(values: Float64Array, at: number): Reading<number> {
  const value = values[at] ?? Number.NaN;
  return Number.isNaN(value) ? { is: 'no-data' } : { is: 'value', value };
}
