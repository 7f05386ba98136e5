import { seriesKey } from '../../domain/check.ts';
import { RECORDED, type RecordedKind } from '../../domain/recorded-series.ts';
import { minuteOf } from '../minutes.ts';
import type { RangeSeries } from './answer.ts';
import { KIND_LABEL } from './queries.ts';

/** One number a minute; `ambiguous` where two series claim the same minute of the same cluster and signal. */
export type MinuteSamples = ReadonlyMap<number, number | 'ambiguous'>;

/** Samples of one answer by kind, series key and cluster. */
export interface SampleTable {
  of(kind: RecordedKind, key: string, cluster: string): MinuteSamples;
  /** The first minute of any cluster with a sample of the signal, of whatever kind; Infinity when there is none. */
  firstMinute(signal: string): number;
}

const NONE: MinuteSamples = new Map();
const KIND_OF_NAME = new Map<string, RecordedKind>(
  (Object.keys(RECORDED) as RecordedKind[]).map((kind) => [RECORDED[kind], kind]),
);

/** Sorts the series of an answer; series without signal, kind or cluster are left out. */
export function collectSamples(result: readonly RangeSeries[], clusterLabel: string): SampleTable {
  const table = new Map<string, Map<number, number | 'ambiguous'>>();
  const first = new Map<string, number>();
  for (const { metric, values } of result) {
    const { __name__: name = '', signal, edge } = metric;
    const kind = KIND_OF_NAME.get(name) ?? (metric[KIND_LABEL] as RecordedKind | undefined);
    const cluster = metric[clusterLabel];
    if (kind === undefined || signal === undefined || cluster === undefined) continue;
    const id = idOf(kind, seriesKey(signal, edge ? Number(edge) : undefined), cluster);
    const own = byMinute(values);
    const there = table.get(id);
    if (there === undefined) table.set(id, own);
    else for (const [minute, value] of own) there.set(minute, there.has(minute) ? 'ambiguous' : value);
    const [minute = Infinity] = own.keys();
    first.set(signal, Math.min(minute, first.get(signal) ?? Infinity));
  }
  return {
    of: (kind, key, cluster) => table.get(idOf(kind, key, cluster)) ?? NONE,
    firstMinute: (signal) => first.get(signal) ?? Infinity,
  };
}

/** The last sample of each minute: a rule group that was loaded again may have evaluated a minute twice. */
function byMinute(values: RangeSeries['values']): Map<number, number | 'ambiguous'> {
  // Milliseconds are exact in the store; as seconds in JSON they are not.
  return new Map(values.map(([time, value]) => [minuteOf(Math.round(time * 1000)), value]));
}

function idOf(kind: RecordedKind, key: string, cluster: string): string {
  return JSON.stringify([kind, key, cluster]);
}
