import type { Check } from '../../domain/check.ts';
import { cleanValue, MINUTE_MS, type MinuteReading } from '../../domain/reading.ts';
import type { MinuteWindow, Observation } from '../../sources/signal-source.ts';
import type { CleanReadings } from './pool-controls.ts';

/** What a cluster did in a window, as bare numbers: an eighth of what readings take. NaN where nothing clean was read. */
export interface ClusterDay {
  readonly window: MinuteWindow;
  /** By series key or signal, two numbers a minute: events and exposure, bad and among, or a value and nothing. */
  readonly rows: ReadonlyMap<string, Float64Array>;
}

/** A day without a clean reading. */
export function emptyDay(checks: readonly Check[], window: MinuteWindow): ClusterDay {
  const length = (2 * (window.to - window.from)) / MINUTE_MS + 2;
  const keys = checks.flatMap((check) =>
    'series' in check ? check.series.map(({ key }) => key) : check.signal,
  );
  return { window, rows: new Map(keys.map((key) => [key, new Float64Array(length).fill(Number.NaN)])) };
}

/** The same day seen from another window: what lies outside is forgotten, what it did not have is not known. */
export function movedDay(
  { window, rows }: ClusterDay,
  checks: readonly Check[],
  to: MinuteWindow,
): ClusterDay {
  const moved = emptyDay(checks, to);
  const shift = (2 * (to.from - window.from)) / MINUTE_MS;
  for (const [key, row] of moved.rows) {
    const from = rows.get(key);
    if (from === undefined) continue;
    const known = from.subarray(Math.max(0, shift), Math.max(0, shift + row.length));
    row.set(known, Math.max(0, -shift));
  }
  return moved;
}

/** Writes an observation of a cluster into its day. */
export function fillDay({ window, rows }: ClusterDay, cluster: string, seen: Observation): void {
  const fill = <T>(
    byKey: ReadonlyMap<string, readonly MinuteReading<T>[]> | undefined,
    numbers: (value: T) => readonly [number, number],
  ) => {
    for (const [key, readings] of byKey ?? []) {
      const row = rows.get(key);
      for (const { minute, reading } of row ? readings : []) {
        const value = cleanValue(reading);
        if (row && value !== undefined) row.set(numbers(value), (2 * (minute - window.from)) / MINUTE_MS);
      }
    }
  };
  fill(seen.counts.get(cluster), ({ events, exposure }) => [events, exposure]);
  fill(seen.items.get(cluster), ({ bad, among }) => [bad, among]);
  fill(seen.values.get(cluster), (value) => [value, 0]);
}

/** The clean readings of some clusters' days. */
export function readingsOfDays(days: ReadonlyMap<string, ClusterDay>): CleanReadings {
  const at = (cluster: string, key: string, minute: number): readonly [number, number] | undefined => {
    const day = days.get(cluster);
    const row = day?.rows.get(key);
    if (day === undefined || row === undefined) return undefined;
    const place = (2 * (minute - day.window.from)) / MINUTE_MS;
    const [first = Number.NaN, second = Number.NaN] = [row[place], row[place + 1]];
    return Number.isNaN(first) ? undefined : [first, second];
  };
  return {
    count(cluster, key, minute) {
      const found = at(cluster, key, minute);
      return found && { events: found[0], exposure: found[1] };
    },
    items(cluster, signal, minute) {
      const found = at(cluster, signal, minute);
      return found && { bad: found[0], among: found[1] };
    },
    value: (cluster, signal, minute) => at(cluster, signal, minute)?.[0],
  };
}
