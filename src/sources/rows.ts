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

/** Everything of an observation but its alerts: one row per cluster and series, one entry a minute, none left out. */
export function readRows(
  checks: readonly Check[],
  clusters: readonly string[],
  window: MinuteWindow,
  reader: RowReader,
): Omit<Observation, 'alerts'> {
  const minutes = minutesOf(window);
  const row = <T>(read: (minute: number) => Reading<T>): readonly MinuteReading<T>[] =>
    minutes.map((minute) => ({ minute, reading: read(minute) }));
  const counts = new Map<string, Map<string, readonly MinuteReading<Count>[]>>();
  const items = new Map<string, Map<string, readonly MinuteReading<ItemCount>[]>>();
  const values = new Map<string, Map<string, readonly MinuteReading<number>[]>>();
  for (const cluster of clusters) {
    const own = { counts: new Map(), items: new Map(), values: new Map() };
    counts.set(cluster, own.counts);
    items.set(cluster, own.items);
    values.set(cluster, own.values);
    for (const check of checks) {
      if (check.kind === 'gauge') own.values.set(check.signal, row(reader.value(cluster, check)));
      else if (check.kind === 'state' || check.kind === 'presence') {
        own.items.set(check.signal, row(reader.items(cluster, check)));
      } else {
        for (const series of check.series)
          own.counts.set(series.key, row(reader.count(cluster, check, series)));
      }
    }
  }
  return { window, counts, items, values };
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
