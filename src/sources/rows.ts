import type {
  Check,
  CountCheck,
  CountSeries,
  GaugeCheck,
  PresenceCheck,
  StateCheck,
} from '../domain/check.ts';
import type { Count, ItemCount, MinuteReading, Reading } from '../domain/reading.ts';
import { minutesOf } from './minutes.ts';
import type { MinuteWindow, Observation } from './signal-source.ts';

/** How an adapter answers for one series of one cluster: a function from the end of a minute to its reading. */
export interface RowReader {
  count(cluster: string, check: CountCheck, series: CountSeries): (minute: number) => Reading<Count>;
  items(cluster: string, check: StateCheck | PresenceCheck): (minute: number) => Reading<ItemCount>;
  value(cluster: string, check: GaugeCheck): (minute: number) => Reading<number>;
}

/** The rows of one cluster, by series key or signal id. */
interface ClusterRows {
  readonly counts: ReadonlyMap<string, readonly MinuteReading<Count>[]>;
  readonly items: ReadonlyMap<string, readonly MinuteReading<ItemCount>[]>;
  readonly values: ReadonlyMap<string, readonly MinuteReading<number>[]>;
}

/**
 * Everything of an observation but its alerts: one row per cluster and series, one entry a minute, none left out. The
 * rows of a cluster are made when they are first asked for: a look at thousands of clusters goes from one to the next
 * and lets others have their turn, which making all of them at once would not.
 */
export function readRows(
  checks: readonly Check[],
  clusters: readonly string[],
  window: MinuteWindow,
  reader: RowReader,
): Omit<Observation, 'alerts'> {
  const minutes = minutesOf(window);
  const known = new Set(clusters);
  const made = new Map<string, ClusterRows>();
  const rowsOf = (cluster: string): ClusterRows | undefined => {
    if (!known.has(cluster)) return undefined;
    const rows = made.get(cluster) ?? clusterRows(checks, cluster, minutes, reader);
    made.set(cluster, rows);
    return rows;
  };
  const part = <K extends keyof ClusterRows>(kind: K) => ({
    get: (cluster: string) => rowsOf(cluster)?.[kind],
    keys: () => known.keys(),
    size: known.size,
  });
  return { window, counts: part('counts'), items: part('items'), values: part('values') };
}

function clusterRows(
  checks: readonly Check[],
  cluster: string,
  minutes: readonly number[],
  reader: RowReader,
): ClusterRows {
  const row = <T>(read: (minute: number) => Reading<T>): readonly MinuteReading<T>[] =>
    minutes.map((minute) => ({ minute, reading: read(minute) }));
  const counts = new Map<string, readonly MinuteReading<Count>[]>();
  const items = new Map<string, readonly MinuteReading<ItemCount>[]>();
  const values = new Map<string, readonly MinuteReading<number>[]>();
  for (const check of checks) {
    if (check.kind === 'gauge') values.set(check.signal, row(reader.value(cluster, check)));
    else if (check.kind === 'state' || check.kind === 'presence') {
      items.set(check.signal, row(reader.items(cluster, check)));
    } else {
      for (const series of check.series) counts.set(series.key, row(reader.count(cluster, check, series)));
    }
  }
  return { counts, items, values };
}

/** What is observed of a store that could not be asked, or can't be believed: `unknown` everywhere, alerts too. */
export function unknownObservation(
  checks: readonly Check[],
  clusters: readonly string[],
  window: MinuteWindow,
  cause: string,
): Observation {
  const unknown = { is: 'unknown', cause } as const;
  const always = () => () => unknown;
  return {
    ...readRows(checks, clusters, window, { count: always, items: always, value: always }),
    alerts: unknown,
  };
}
