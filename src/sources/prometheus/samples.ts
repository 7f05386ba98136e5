import { setImmediate as breathe } from 'node:timers/promises';
import { seriesKey } from '../../domain/check.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import { RECORDED, type RecordedKind } from '../../domain/recorded-series.ts';
import { minuteOf } from '../minutes.ts';
import type { RangeSeries } from './answer.ts';
import { KIND_LABEL } from './queries.ts';

/** One number a minute; `ambiguous` where two series claim the same minute of the same cluster and signal. */
export interface MinuteSamples {
  get(minute: number): number | 'ambiguous' | undefined;
}

/** Samples of one answer by kind, series key and cluster. */
export interface SampleTable {
  of(kind: RecordedKind, key: string, cluster: string): MinuteSamples;
  /** The first minute of any cluster with a sample of the signal, of whatever kind; Infinity when there is none. */
  firstMinute(signal: string): number;
}

/** Series that are sorted in one go; others get their turn between two of them. */
const SERIES_AT_ONCE = 2_000;

const NONE: MinuteSamples = { get: () => undefined };
const KIND_OF_NAME = new Map<string, RecordedKind>(
  (Object.keys(RECORDED) as RecordedKind[]).map((kind) => [RECORDED[kind], kind]),
);

/** Sorts the series of an answer; series without signal, kind or cluster are left out. */
export async function collectSamples(
  result: readonly RangeSeries[],
  clusterLabel: string,
): Promise<SampleTable> {
  const table = new Map<string, Map<string, SampleRow>>();
  const first = new Map<string, number>();
  for (const [at, { metric, values }] of result.entries()) {
    if (at % SERIES_AT_ONCE === SERIES_AT_ONCE - 1) await breathe();
    const { __name__: name = '', signal, edge } = metric;
    const kind = KIND_OF_NAME.get(name) ?? (metric[KIND_LABEL] as RecordedKind | undefined);
    const cluster = metric[clusterLabel];
    if (kind === undefined || signal === undefined || cluster === undefined) continue;
    const rows = table.get(cluster) ?? new Map<string, SampleRow>();
    if (rows.size === 0) table.set(cluster, rows);
    const id = idOf(kind, seriesKey(signal, edge ? Number(edge) : undefined));
    const own = byMinute(values);
    const there = rows.get(id);
    if (there === undefined) rows.set(id, own);
    else there.claim(own);
    if (own.from < (first.get(signal) ?? Infinity)) first.set(signal, own.from);
  }
  return {
    of: (kind, key, cluster) => table.get(cluster)?.get(idOf(kind, key)) ?? NONE,
    firstMinute: (signal) => first.get(signal) ?? Infinity,
  };
}

/** Samples of consecutive minutes; a look at a fleet holds some for every series of every cluster, so they are small. */
class SampleRow implements MinuteSamples {
  /** The first minute; Infinity while there is none. */
  from = Infinity;
  #values: (number | 'ambiguous' | undefined)[] = [];

  get(minute: number): number | 'ambiguous' | undefined {
    return this.#values[(minute - this.from) / MINUTE_MS];
  }

  set(minute: number, value: number | 'ambiguous'): void {
    if (minute < this.from) {
      const missing = this.from === Infinity ? 0 : (this.from - minute) / MINUTE_MS;
      this.#values = [...new Array<undefined>(missing).fill(undefined), ...this.#values];
      this.from = minute;
    }
    const index = (minute - this.from) / MINUTE_MS;
    while (this.#values.length < index) this.#values.push(undefined);
    this.#values[index] = value;
  }

  /** Takes in another series of the same name: a minute that both have belongs to neither. */
  claim(other: SampleRow): void {
    for (const [index, value] of other.#values.entries()) {
      const minute = other.from + index * MINUTE_MS;
      if (value !== undefined) this.set(minute, this.get(minute) === undefined ? value : 'ambiguous');
    }
  }
}

/** The last sample of each minute: a rule group that was loaded again may have evaluated a minute twice. */
function byMinute(values: RangeSeries['values']): SampleRow {
  const row = new SampleRow();
  // Milliseconds are exact in the store; as seconds in JSON they are not.
  for (const [time, value] of values) row.set(minuteOf(Math.round(time * 1000)), value);
  return row;
}

function idOf(kind: RecordedKind, key: string): string {
  return `${kind} ${key}`;
}
