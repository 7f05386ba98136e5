import type { Check } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import { type Before, summariseBefore } from '../judge/before.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import { decodeOpening, type Opening } from './opening.ts';
import type { Store, StoredMinute } from './ports.ts';
import { decodeMinute } from './readings-json.ts';
import { USUAL_MINUTES } from './settled.ts';

/**
 * Everything that a run is judged by: what was fixed when it opened, and every final minute since. Of the day before
 * only its summary is kept and its last hour: a run in memory is then a twentieth of what it is in the store.
 */
export class RunReadings {
  readonly opening: Omit<Opening, 'readings'>;
  readonly before: Before;
  /** The last minute that is in it. */
  lastMinute: number;
  /** How many readings it holds. */
  size = 0;
  readonly #rows: {
    readonly [K in keyof ClusterReadings]: Map<string, MinuteReading<RowValue<K>>[]>;
  };

  /** @param checks every check of the gate; the summary is of those that the cluster delivers */
  constructor({ readings, ...opening }: Opening, minutes: readonly StoredMinute[], checks: readonly Check[]) {
    this.opening = opening;
    this.before = summariseBefore(checks, readings, opening.baselineEnd);
    this.lastMinute = opening.window.to;
    const { counts, items, values } = readings;
    this.#rows = { counts: this.#recent(counts), items: this.#recent(items), values: this.#recent(values) };
    this.append(minutes);
  }

  /** The last hour before and the time since, in one row. */
  get readings(): ClusterReadings {
    return this.#rows;
  }

  /** Adds minutes as they are stored, ascending; one that it holds already, or that the opening covers, is left out. */
  append(minutes: readonly StoredMinute[]): void {
    for (const stored of minutes) {
      const { minute } = stored;
      if (minute <= this.lastMinute) continue;
      const { counts, items, values } = decodeMinute(stored);
      this.#add(this.#rows.counts, counts, minute);
      this.#add(this.#rows.items, items, minute);
      this.#add(this.#rows.values, values, minute);
      this.lastMinute = minute;
    }
  }

  #add<T>(
    rows: Map<string, MinuteReading<T>[]>,
    readings: Readonly<Record<string, MinuteReading<T>['reading']>>,
    minute: number,
  ): void {
    for (const [key, reading] of Object.entries(readings)) {
      const row = rows.get(key);
      if (row) row.push({ minute, reading });
      else rows.set(key, [{ minute, reading }]);
      this.size += 1;
    }
  }

  #recent<T>(rows: ReadonlyMap<string, readonly MinuteReading<T>[]>): Map<string, MinuteReading<T>[]> {
    const from = this.opening.baselineEnd - USUAL_MINUTES * MINUTE_MS;
    const recent = [...rows].map(([key, row]) => [key, row.filter(({ minute }) => minute > from)] as const);
    for (const [, row] of recent) this.size += row.length;
    return new Map(recent);
  }
}

type RowValue<K extends keyof ClusterReadings> =
  ClusterReadings[K] extends ReadonlyMap<string, readonly MinuteReading<infer T>[]> ? T : never;

/** Most readings that are kept in memory over all runs: 150 bytes each, so 225 MB, or 250 runs of fifty series. */
const MAX_CACHED_READINGS = 1_500_000;

/** The readings of open runs, kept while there is room and built again from the store where there is none. */
export interface ReadingsCache {
  /** Undefined while the run has no opening. */
  get(runId: string): Promise<RunReadings | undefined>;
  /** Signals that the run's cluster delivers; undefined while the run has no opening. */
  covered(runId: string): Promise<readonly string[] | undefined>;
  /** The last minute stored for a run; undefined while the run has no opening. */
  lastMinute(runId: string): Promise<number | undefined>;
  /** Forgets a run: it is closed, or what is held may not be what is stored. */
  drop(runId: string): void;
}

/** A cache over the store. What doesn't fit is not kept: throwing out what the next look needs would help nobody. */
export function createReadingsCache(
  store: Store,
  checks: readonly Check[],
  maxReadings = MAX_CACHED_READINGS,
): ReadingsCache {
  const kept = new Map<string, RunReadings>();
  const covered = new Map<string, readonly string[]>();
  const roomFor = (size: number) => {
    let used = 0;
    for (const readings of kept.values()) used += readings.size;
    return used + size <= maxReadings;
  };
  const get = async (runId: string) => {
    const known = kept.get(runId);
    if (known) return known;
    const opening = await store.opening(runId);
    if (opening === undefined) return undefined;
    const readings = new RunReadings(decodeOpening(opening), await store.minutes(runId), checks);
    if (roomFor(readings.size)) kept.set(runId, readings);
    covered.set(runId, readings.opening.covered);
    return readings;
  };
  return {
    get,
    covered: async (runId) => covered.get(runId) ?? (await get(runId))?.opening.covered,
    lastMinute: async (runId) => kept.get(runId)?.lastMinute ?? (await store.lastMinute(runId)),
    drop(runId) {
      kept.delete(runId);
      covered.delete(runId);
    },
  };
}
