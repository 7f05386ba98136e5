import { setImmediate as breathe } from 'node:timers/promises';
import type { Check } from '../../domain/check.ts';
import { UnavailableError } from '../../domain/errors.ts';
import { MINUTE_MS, type MinuteReading, type Reading } from '../../domain/reading.ts';
import type { ClassHistory, ClusterHistory, CountRow } from '../../judge/learning/class-history.ts';
import { UNFIT } from '../../judge/learning/class-history.ts';
import { minutesOf } from '../../sources/minutes.ts';
import type { FiredMinutes, MinuteWindow, Observation, SignalSource } from '../../sources/signal-source.ts';
import { markMoves, type Span } from './moves.ts';

/** What is learned from. */
export interface HistoryQuest {
  readonly class: string;
  /** Names of the clusters that are read, all through one source. */
  readonly clusters: readonly string[];
  readonly source: SignalSource;
  readonly checks: readonly Check[];
  /** Alerts in whose minutes nothing is learned. */
  readonly haltingAlerts: readonly string[];
  /** When each cluster was being changed. */
  readonly moves: ReadonlyMap<string, readonly Span[]>;
  readonly window: MinuteWindow;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** How far back is learned from, in minutes. */
export const HISTORY_MINUTES = 48 * 60;

/** Readings that are in memory at once beside what was read of them: 150 bytes each, so 6 MB. */
export const READINGS_AT_ONCE = 40_000;

/**
 * Reads what a class's clusters did, chunk by chunk of time and all clusters in each, so that a store without records
 * evaluates an expression once for all of them.
 *
 * Rejects with UnavailableError `learning/unreadable` where the store can't tell: holes would be learned as silence.
 */
export async function readHistory(quest: HistoryQuest): Promise<ClassHistory> {
  const { source, clusters, checks, window, now } = quest;
  const fired = await firedMinutes(quest);
  const minutes = (window.to - window.from) / MINUTE_MS + 1;
  const rows = clusters.map((cluster) => emptyHistory(cluster, checks, minutes));
  const readings = clusters.length * Math.max(1, seriesCount(checks));
  const step = Math.max(1, Math.floor(READINGS_AT_ONCE / readings)) * MINUTE_MS;
  for (let from = window.from; from <= window.to; from += step) {
    const part = { from, to: Math.min(window.to, from + step - MINUTE_MS) };
    const seen = await source.observe(clusters, part, now);
    refuseUnknown(seen, clusters, (cause) => unreadable(quest, cause));
    const offset = (from - window.from) / MINUTE_MS;
    for (const row of rows) fill(row, seen, offset);
    await breathe();
  }
  for (const row of rows) markUnfit(row, quest, fired);
  return {
    class: quest.class,
    first: window.from,
    minutes,
    clusters: rows,
    worse: new Map(checks.flatMap((check) => (check.kind === 'gauge' ? [[check.signal, check.worse]] : []))),
  };
}

/**
 * What a class's clusters did, read through as many sources as they have.
 *
 * @returns undefined when none has one
 */
export async function readHistories(
  clusters: readonly string[],
  sources: (cluster: string) => SignalSource | undefined,
  quest: Omit<HistoryQuest, 'source' | 'clusters'>,
): Promise<ClassHistory | undefined> {
  let whole: ClassHistory | undefined;
  for (const [source, names] of Map.groupBy(clusters, (cluster) => sources(cluster))) {
    if (source === undefined) continue;
    const part = await readHistory({ ...quest, source, clusters: names });
    whole = whole ? { ...whole, clusters: [...whole.clusters, ...part.clusters] } : part;
  }
  return whole;
}

async function firedMinutes(quest: HistoryQuest): Promise<FiredMinutes> {
  const { source, haltingAlerts, clusters, window } = quest;
  if (haltingAlerts.length === 0) return new Map();
  const fired = await source.fired(haltingAlerts, clusters, window);
  if (fired.is === 'value' || fired.is === 'partial') return fired.value;
  throw unreadable(quest, fired.is === 'unknown' ? fired.cause : 'it has nothing of alerts');
}

/** A store that tells nothing at all was not asked; a single reading that is no number is a hole. */
export function refuseUnknown(
  seen: Observation,
  clusters: readonly string[],
  refuse: (cause: string) => Error,
): void {
  let cause: string | undefined;
  for (const cluster of clusters) {
    for (const rows of [seen.counts.get(cluster), seen.items.get(cluster), seen.values.get(cluster)]) {
      for (const row of rows?.values() ?? []) {
        for (const { reading } of row) {
          if (reading.is !== 'unknown') return;
          cause ??= reading.cause;
        }
      }
    }
  }
  if (cause !== undefined) throw refuse(cause);
}

function unreadable({ class: name, source }: HistoryQuest, cause: string): UnavailableError {
  return new UnavailableError(
    'learning/unreadable',
    `the past of class ${name} is not learned from: source ${source.name} can't be read: ${cause}`,
  );
}

function emptyHistory(cluster: string, checks: readonly Check[], minutes: number): ClusterHistory {
  const counts = new Map<string, CountRow>();
  const gauges = new Map<string, Float64Array>();
  for (const check of checks) {
    if ('series' in check) {
      for (const { key } of check.series) {
        const events = new Float64Array(minutes).fill(Number.NaN);
        counts.set(key, { events, exposure: new Float64Array(minutes) });
      }
    } else if (check.kind === 'gauge') {
      gauges.set(check.signal, new Float64Array(minutes).fill(Number.NaN));
    }
  }
  return { cluster, unfit: new Uint8Array(minutes), counts, gauges };
}

function fill({ cluster, counts, gauges }: ClusterHistory, seen: Observation, offset: number): void {
  const each = <T>(row: readonly MinuteReading<T>[] | undefined, take: (at: number, r: Reading<T>) => void) =>
    row?.forEach(({ reading }, index) => void take(offset + index, reading));
  for (const [key, { events, exposure }] of counts) {
    each(seen.counts.get(cluster)?.get(key), (at, reading) => {
      if (reading.is === 'no-traffic') events[at] = 0;
      if (reading.is !== 'value') return;
      events[at] = reading.value.events;
      exposure[at] = reading.value.exposure;
    });
  }
  for (const [signal, values] of gauges) {
    each(seen.values.get(cluster)?.get(signal), (at, reading) => {
      if (reading.is === 'value') values[at] = reading.value;
    });
  }
}

function markUnfit(row: ClusterHistory, { moves, window }: HistoryQuest, fired: FiredMinutes): void {
  const { cluster, unfit, counts, gauges } = row;
  markMoves(unfit, window, moves.get(cluster) ?? []);
  const alerts = fired.get(cluster);
  const rows = [...[...counts.values()].map(({ events }) => events), ...gauges.values()];
  minutesOf(window).forEach((minute, at) => {
    const isSilent = rows.every((values) => Number.isNaN(values[at]));
    unfit[at] = (unfit[at] ?? 0) | (alerts?.has(minute) ? UNFIT.alert : 0) | (isSilent ? UNFIT.missing : 0);
  });
}

/** How many series checks read of a cluster. */
export function seriesCount(checks: readonly Check[]): number {
  return checks.reduce((sum, check) => sum + ('series' in check ? check.series.length : 1), 0);
}
