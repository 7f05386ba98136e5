import type { Check, CheckedAlert } from '../domain/check.ts';
import type { MinuteReading, Reading } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { LearnedClass } from '../judge/learning/learned-class.ts';
import type { JudgeMinute, RunFacts } from '../judge/run-facts.ts';
import type { RunJudge } from '../judge/run-judge.ts';
import type { LearnedClasses } from './learning/learned-classes.ts';
import { beforeOf, decodeOpening, type Opening, type OpeningFacts, openingFacts } from './opening.ts';
import type { LedgerRun, Store, StoredMinute } from './ports.ts';
import { decodeMinute } from './readings-json.ts';
import { harmFrom, momentsOf } from './run-times.ts';
import { usualBadItems } from './settled.ts';

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
  /** How many bad items were usual before, by signal. */
  readonly usualBad: ReadonlyMap<string, number>;
  /** What was told last while it was held, and of which look; kept because telling takes longer than judging. */
  told: { readonly at: number; readonly reasons: readonly Reason[] } | undefined;
  /** How many readings it held when it was read. */
  readonly size: number;
  readonly #newest: {
    readonly [K in keyof ClusterReadings]: Map<string, readonly MinuteReading<RowValue<K>>[]>;
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
    this.usualBad = usualBadItems(readings.items, opening.baselineEnd);
    this.#newest = {
      counts: newestOf(readings.counts),
      items: newestOf(readings.items),
      values: newestOf(readings.values),
    };
    this.append(minutes, run, now);
    this.size = Object.values(this.#newest).reduce((sum, { size }) => sum + size, 0);
  }

  /** The newest minute. */
  get readings(): ClusterReadings {
    return this.#newest;
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
    const put = <T>(
      rows: Map<string, readonly MinuteReading<T>[]>,
      readings: Readonly<Record<string, Reading<T>>>,
    ) => {
      for (const [key, reading] of Object.entries(readings)) rows.set(key, [{ minute, reading }]);
    };
    put(this.#newest.counts, counts);
    put(this.#newest.items, items);
    put(this.#newest.values, values);
  }
}

/** What a run is judged by, from its opening. */
export function factsOf(
  run: LedgerRun,
  opening: Omit<Opening, 'window'>,
  { checks, alerts }: Judging,
  learned?: LearnedClass,
): RunFacts {
  const { baselineEnd, covered, alertsBefore, controls, promises } = opening;
  return {
    policy: run.policy,
    components: run.components,
    baselineEnd,
    syncedAt: harmFrom(run),
    checks,
    alerts,
    covered,
    before: beforeOf(opening, checks, learned),
    alertsBefore,
    ...(controls && { controls: controls.clusters }),
    ...(learned && { learned }),
    ...(promises && { promises }),
  };
}

function newestOf<T>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
): Map<string, readonly MinuteReading<T>[]> {
  return new Map([...rows].map(([key, row]) => [key, row.slice(-1)]));
}

type RowValue<K extends keyof ClusterReadings> =
  ClusterReadings[K] extends ReadonlyMap<string, readonly MinuteReading<infer T>[]> ? T : never;

/**
 * Most readings that are kept in memory over all runs. Each takes 1.6 KB with the judge's state, as measured on 10,000 runs
 * of 23 series: 0.8 GB in all, or some 20,000 such runs. Runs beyond that are built again from the store at every look.
 */
const MAX_CACHED_READINGS = 500_000;

/** Open runs as their looks need them, kept while there is room and built again from the store where there is none. */
export interface ReadingsCache {
  /** Undefined while the run has no opening. */
  get(run: LedgerRun, now: number): Promise<RunReadings | undefined>;
  /** The same, without keeping it: for a run that nobody will look at again. */
  read(run: LedgerRun, now: number): Promise<RunReadings | undefined>;
  /** What is in memory of a run; undefined where the store would have to be read. */
  kept(run: LedgerRun): RunReadings | undefined;
  /** What is fixed of a run; undefined while it has no opening. */
  opening(run: LedgerRun, now: number): Promise<OpeningFacts | undefined>;
  /** The last minute stored for a run; undefined while the run has no opening. */
  lastMinute(runId: string): Promise<number | undefined>;
  /** Forgets a run: it is closed, or what is held may not be what is stored. */
  drop(runId: string): void;
  /** Forgets all runs but these. */
  keepOnly(runIds: ReadonlySet<string>): void;
}

/** A cache over the store. What doesn't fit is not kept: throwing out what the next look needs would help nobody. */
export function createReadingsCache(
  store: Store,
  judging: Judging & { readonly learned?: Pick<LearnedClasses, 'at'> },
  maxReadings = MAX_CACHED_READINGS,
): ReadingsCache {
  const kept = new Map<string, RunReadings>();
  const openings = new Map<string, OpeningFacts>();
  let used = 0;
  const forget = (runId: string) => {
    used -= kept.get(runId)?.size ?? 0;
    kept.delete(runId);
  };
  const drop = (runId: string) => {
    forget(runId);
    openings.delete(runId);
  };
  const keep = (runId: string, readings: RunReadings) => {
    forget(runId);
    if (used + readings.size > maxReadings) return;
    used += readings.size;
    kept.set(runId, readings);
  };
  const keptOf = (run: LedgerRun) => {
    const known = kept.get(run.id);
    return known?.harmFrom === harmFrom(run) ? known : undefined;
  };
  const read = async (run: LedgerRun, now: number) => {
    const known = keptOf(run);
    if (known) return known;
    const json = await store.opening(run.id);
    if (json === undefined) return undefined;
    const opening = decodeOpening(json);
    const learned = opening.learned && (await judging.learned?.at(opening.learned));
    return new RunReadings(run, opening, await store.minutes(run.id), judging, now, learned);
  };
  const get = async (run: LedgerRun, now: number) => {
    const readings = await read(run, now);
    if (readings === undefined) return undefined;
    if (kept.get(run.id) !== readings) keep(run.id, readings);
    openings.set(run.id, readings.opening);
    return readings;
  };
  return {
    get,
    read,
    kept: keptOf,
    opening: async (run, now) => openings.get(run.id) ?? (await get(run, now))?.opening,
    lastMinute: async (runId) => kept.get(runId)?.lastMinute ?? (await store.lastMinute(runId)),
    drop,
    keepOnly(runIds) {
      for (const runId of [...kept.keys(), ...openings.keys()]) if (!runIds.has(runId)) drop(runId);
    },
  };
}
