import type { Check } from '../../domain/check.ts';
import type { FactId } from '../../domain/fact.ts';
import type { AlertReading, Reading } from '../../domain/reading.ts';
import type { Fleet } from '../../simulator/fleet.ts';
import { minutesOf } from '../minutes.ts';
import { type RowReader, readRows } from '../rows.ts';
import type {
  FactsByCluster,
  FiredMinutes,
  MinuteWindow,
  Observation,
  SignalSource,
} from '../signal-source.ts';

/** What is read of a simulated fleet. */
export interface SimulatedSourceOptions {
  readonly name: string;
  readonly fleet: Fleet;
  readonly checks: readonly Check[];
  /** Default 0: what is simulated is never late. */
  readonly settleDelayMs?: number;
}

/** A simulated fleet read in process. Its time is the `now` of each observation; minutes after it have no data yet. */
export function createSimulatedSource(options: SimulatedSourceOptions): SignalSource {
  const { name, fleet, checks, settleDelayMs = 0 } = options;
  return {
    name,
    settleDelayMs,
    observe: async (clusters, window, now) => observe(fleet, checks, { clusters, window, now }),
    fired: async (alertNames, clusters, window) => ({
      is: 'value',
      value: firedOf(fleet, alertNames, clusters, window),
    }),
    facts: async (clusters, ids, now) => factsOf(fleet, clusters, ids, now),
    async health(now) {
      const away = fleet.clusters.map((cluster) => fleet.away(cluster.name, now));
      const cause = away.find((one) => one !== undefined);
      const reachable = away.length === 0 || away.includes(undefined);
      return { reachable, ...(reachable ? { skewMs: 0 } : {}), ...(cause === undefined ? {} : { cause }) };
    },
  };
}

function observe(
  fleet: Fleet,
  checks: readonly Check[],
  asked: { readonly clusters: readonly string[]; readonly window: MinuteWindow; readonly now: number },
): Observation {
  const clusters = [...new Set(asked.clusters)];
  const rows = readRows(checks, clusters, asked.window, rowReader(fleet, asked.now));
  return { ...rows, alerts: alertsOf(fleet, clusters, asked.now) };
}

function firedOf(
  fleet: Fleet,
  alertNames: readonly string[],
  clusters: readonly string[],
  window: MinuteWindow,
): FiredMinutes {
  minutesOf(window);
  const names = new Set(alertNames);
  const fired = clusters.map((name) => [name, new Set(fleet.fired(name, names, window))] as const);
  return new Map(fired.filter(([, minutes]) => minutes.size > 0));
}

function factsOf(
  fleet: Fleet,
  clusters: readonly string[],
  ids: readonly FactId[],
  now: number,
): FactsByCluster {
  return new Map(
    clusters.map((cluster) => {
      const cause = fleet.away(cluster, now);
      const unknown = () => new Map(ids.map((id) => [id, { is: 'unknown' as const, cause: cause ?? '' }]));
      return [cluster, cause === undefined ? fleet.facts(cluster, ids, now) : unknown()];
    }),
  );
}

function rowReader(fleet: Fleet, now: number): RowReader {
  const reader = <T>(cluster: string, read: (minute: number) => Reading<T>) => {
    const cause = fleet.away(cluster, now);
    if (cause !== undefined) return (): Reading<T> => ({ is: 'unknown', cause });
    return (minute: number): Reading<T> => (minute > now ? { is: 'no-data' } : read(minute));
  };
  return {
    count: (cluster, check, { key }) =>
      reader(cluster, (minute) => fleet.counts(cluster, check, minute).get(key) ?? { is: 'no-data' }),
    items: (cluster, check) => reader(cluster, (minute) => fleet.items(cluster, check, minute)),
    value: (cluster, check) => reader(cluster, (minute) => fleet.value(cluster, check, minute)),
  };
}

function alertsOf(fleet: Fleet, clusters: readonly string[], now: number): Reading<readonly AlertReading[]> {
  const cause = clusters.map((cluster) => fleet.away(cluster, now)).find((one) => one !== undefined);
  if (cause !== undefined) return { is: 'unknown', cause };
  return { is: 'value', value: clusters.flatMap((cluster) => fleet.alerts(cluster, now)) };
}
