import type { Check, CheckedAlert } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading, type Reading } from '../domain/reading.ts';
import { summariseBefore } from '../judge/before.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { LearnedClass } from '../judge/learning/learned-class.ts';
import type { JudgeMinute, RunFacts } from '../judge/run-facts.ts';
import type { RunJudge } from '../judge/run-judge.ts';
import type { LearnedClasses } from './learning/learned-classes.ts';
import { coveredChecks } from './observing.ts';
import { decodeOpening, type Opening, type OpeningFacts, openingFacts } from './opening.ts';
import type { LedgerRun, Store, StoredMinute } from './ports.ts';
import { decodeMinute } from './readings-json.ts';
import { harmFrom, momentsOf } from './run-times.ts';
import { USUAL_MINUTES } from './settled.ts';

/** What every run is judged by. */
export interface Judging {
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  /** Opens the judging of a run. */
  readonly judge: (facts: RunFacts) => RunJudge;
}

/**
 * A run as its looks need it: what was fixed when it opened, and the judge that has taken in every final minute since.
 * The minutes themselves are in the store alone; what is told by them here was decoded as they are stored.
 */
export class RunReadings {
  readonly opening: OpeningFacts;
  readonly judge: RunJudge;
  /** From here harm is looked for; a run that is admitted again is judged anew. */
  readonly harmFrom: number;
  /** The last minute that is in it. */
  lastMinute: number;
  /** How many readings it holds. */
  size = 0;
  readonly #recent: {
    readonly [K in keyof ClusterReadings]: Map<string, MinuteReading<RowValue<K>>[]>;
  };

  constructor(
    run: LedgerRun,
    opening: Opening,
    minutes: readonly StoredMinute[],
    judging: Judging,
    now: number,
    learned?: LearnedClass,
  ) {
    const { readings } = opening;
    this.opening = openingFacts(opening);
    this.harmFrom = harmFrom(run);
    this.judge = judging.judge(factsOf(run, opening, judging, learned));
    this.lastMinute = opening.window.to;
    this.#recent = lastHour(readings, opening.baselineEnd);
    for (const rows of Object.values(this.#recent)) {
      for (const row of rows.values()) this.size += row.length;
    }
    this.append(minutes, run, now);
  }

  /** The last hour before the sync, and the newest minute. */
  get readings(): ClusterReadings {
    return this.#recent;
  }

  /**
   * Takes in minutes as they are stored, ascending; one that it holds already, or that the opening covers, is left out.
   *
   * @param run as it is before the look that brings them
   */
  append(minutes: readonly StoredMinute[], run: LedgerRun, now: number): void {
    const moments = momentsOf(run, now);
    for (const stored of minutes) {
      if (stored.minute <= this.lastMinute) continue;
      const minute = decodeMinute(stored);
      this.judge.advance(minute, moments);
      this.#keepNewest(minute);
      this.lastMinute = stored.minute;
    }
  }

  #keepNewest({ minute, counts, items, values }: JudgeMinute): void {
    const { baselineEnd } = this.opening;
    const put = <T>(
      rows: Map<string, MinuteReading<T>[]>,
      readings: Readonly<Record<string, Reading<T>>>,
    ) => {
      for (const [key, reading] of Object.entries(readings)) {
        const row = rows.get(key) ?? [];
        if (row.length === 0) rows.set(key, row);
        if ((row.at(-1)?.minute ?? 0) > baselineEnd) row.pop();
        else this.size += 1;
        row.push({ minute, reading });
      }
    };
    put(this.#recent.counts, counts);
    put(this.#recent.items, items);
    put(this.#recent.values, values);
  }
}

/** What a run is judged by, from its opening. */
export function factsOf(
  run: LedgerRun,
  opening: Omit<Opening, 'window'>,
  { checks, alerts }: Judging,
  learned?: LearnedClass,
): RunFacts {
  const { baselineEnd, covered, alertsBefore, readings, controls, promises } = opening;
  const known = { ...(learned && { learned }), ...(controls && { controls: controls.minutes }) };
  return {
    policy: run.policy,
    components: run.components,
    baselineEnd,
    syncedAt: harmFrom(run),
    checks,
    alerts,
    covered,
    before: summariseBefore(coveredChecks(checks, covered), readings, baselineEnd, known),
    alertsBefore,
    ...(controls && { controls: controls.clusters }),
    ...(learned && { learned }),
    ...(promises && { promises }),
  };
}

function lastHour({ counts, items, values }: ClusterReadings, baselineEnd: number) {
  const from = baselineEnd - USUAL_MINUTES * MINUTE_MS;
  const recent = <T>(
    rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
    keep: (minute: number) => boolean,
  ) => new Map([...rows].map(([key, row]) => [key, row.filter(({ minute }) => keep(minute))] as const));
  // Only of items anything is asked but the newest minute: how many of them are usually bad.
  const newest = (rows: ClusterReadings['counts'] | ClusterReadings['values']) =>
    Math.max(0, ...[...rows.values()].map((row) => row.at(-1)?.minute ?? 0));
  const last = Math.max(newest(counts), newest(values));
  return {
    counts: recent(counts, (minute) => minute === last),
    items: recent(items, (minute) => minute > from),
    values: recent(values, (minute) => minute === last),
  };
}

type RowValue<K extends keyof ClusterReadings> =
  ClusterReadings[K] extends ReadonlyMap<string, readonly MinuteReading<infer T>[]> ? T : never;

/** Most readings that are kept in memory over all runs: 200 bytes each with the judge's state, so 800 MB, or 12,000 runs of twenty signals. */
const MAX_CACHED_READINGS = 4_000_000;

/** Open runs as their looks need them, kept while there is room and built again from the store where there is none. */
export interface ReadingsCache {
  /** Undefined while the run has no opening. */
  get(run: LedgerRun, now: number): Promise<RunReadings | undefined>;
  /** The same, without keeping it: for a run that nobody will look at again. */
  read(run: LedgerRun, now: number): Promise<RunReadings | undefined>;
  /** What is fixed of a run; undefined while it has no opening. */
  opening(run: LedgerRun, now: number): Promise<OpeningFacts | undefined>;
  /** The last minute stored for a run; undefined while the run has no opening. */
  lastMinute(runId: string): Promise<number | undefined>;
  /** Forgets a run: it is closed, or what is held may not be what is stored. */
  drop(runId: string): void;
}

/** A cache over the store. What doesn't fit is not kept: throwing out what the next look needs would help nobody. */
export function createReadingsCache(
  store: Store,
  judging: Judging & { readonly learned?: Pick<LearnedClasses, 'at'> },
  maxReadings = MAX_CACHED_READINGS,
): ReadingsCache {
  const kept = new Map<string, RunReadings>();
  const openings = new Map<string, OpeningFacts>();
  const roomFor = (size: number) => {
    let used = 0;
    for (const readings of kept.values()) used += readings.size;
    return used + size <= maxReadings;
  };
  const read = async (run: LedgerRun, now: number) => {
    const known = kept.get(run.id);
    if (known && known.harmFrom === harmFrom(run)) return known;
    const json = await store.opening(run.id);
    if (json === undefined) return undefined;
    const opening = decodeOpening(json);
    const learned = opening.learned && (await judging.learned?.at(opening.learned));
    return new RunReadings(run, opening, await store.minutes(run.id), judging, now, learned);
  };
  const get = async (run: LedgerRun, now: number) => {
    const readings = await read(run, now);
    if (readings === undefined) return undefined;
    if (kept.get(run.id) !== readings && roomFor(readings.size)) kept.set(run.id, readings);
    openings.set(run.id, readings.opening);
    return readings;
  };
  return {
    get,
    read,
    opening: async (run, now) => openings.get(run.id) ?? (await get(run, now))?.opening,
    lastMinute: async (runId) => kept.get(runId)?.lastMinute ?? (await store.lastMinute(runId)),
    drop(runId) {
      kept.delete(runId);
      openings.delete(runId);
    },
  };
}
