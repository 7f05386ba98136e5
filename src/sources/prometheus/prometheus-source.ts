import { type Check, seriesKey } from '../../domain/check.ts';
import type { FactQuestion } from '../../domain/fact.ts';
import type { RecordedKind, RecordedSeries } from '../../domain/recorded-series.ts';
import { minutesOf } from '../minutes.ts';
import { type RowReader, readRows, unknownObservation } from '../rows.ts';
import type { MinuteWindow, Observation, SignalSource } from '../signal-source.ts';
import { readAlerts } from './alerts.ts';
import { type ClientOptions, createPrometheusClient, type PrometheusClient } from './client.ts';
import { readFacts } from './facts.ts';
import { readFired } from './fired.ts';
import { gapsOf, type LivePart, liveMinutes, readLive } from './live.ts';
import { countReading, type Found, itemReading, valueReading } from './readings.ts';
import { type RecordedPart, readRecorded, recordedMinutes } from './recorded.ts';
import { readStoreClock } from './store-clock.ts';

/** What is asked of a store, and how. */
export interface PrometheusSourceOptions extends ClientOptions {
  /** Everything that the rules record, with the expressions for as long as they have not. */
  readonly series: readonly RecordedSeries[];
  readonly checks: readonly Check[];
  readonly alertNames: readonly string[];
  /** What can be asked of an instant; by default nothing, and no fact is delivered. */
  readonly facts?: readonly FactQuestion[];
  /** Default `cluster`. */
  readonly clusterLabel?: string;
  /** Default 45 s: late scrapes and rules. Remote write and CloudWatch need more. */
  readonly settleDelayMs?: number;
  /** Whether expressions are evaluated live where the rules have no history yet. */
  readonly liveFallback: boolean;
}

const DEFAULT_SETTLE_DELAY_MS = 45_000;

/**
 * Signals from a store that speaks the Prometheus query API and evaluates our rules.
 *
 * @throws ConfigError when the url can't be used
 */
export function createPrometheusSource(options: PrometheusSourceOptions): SignalSource {
  const client = createPrometheusClient(options);
  return {
    name: options.name,
    settleDelayMs: options.settleDelayMs ?? DEFAULT_SETTLE_DELAY_MS,
    observe: (clusters, window, now) => observe(client, options, { clusters, window, now }),
    fired: (alertNames, clusters, window) =>
      readFired(client, { alertNames, clusters, window, clusterLabel: options.clusterLabel ?? 'cluster' }),
    facts: (clusters, ids, now) => {
      const { facts: questions = [], clusterLabel = 'cluster' } = options;
      return readFacts(client, { clusters, ids, questions, clusterLabel, now });
    },
    health: (now) => readStoreClock(client, now),
  };
}

interface Asked {
  readonly clusters: readonly string[];
  readonly window: MinuteWindow;
  readonly now: number;
}

async function observe(
  client: PrometheusClient,
  options: PrometheusSourceOptions,
  asked: Asked,
): Promise<Observation> {
  const { window, now } = asked;
  minutesOf(window);
  const { checks, series, alertNames, clusterLabel = 'cluster' } = options;
  const clusters = [...new Set(asked.clusters)];
  const [clock, alerts, recorded] = await Promise.all([
    readStoreClock(client, now),
    readAlerts(client, { alertNames, clusters, clusterLabel, now }),
    readRecorded(client, clusters, window, { series, clusterLabel }),
  ]);
  if (clock.cause !== undefined) return unknownObservation(checks, clusters, window, clock.cause);
  const gaps = options.liveFallback ? gapsOf(recorded, checks, window) : [];
  const live =
    gaps.length === 0
      ? []
      : await readLive(client, gaps, window.from, { series, clusterLabel, clusterCount: clusters.length });
  const lastGap = new Map(gaps.map(({ signal, to }) => [signal, to]));
  return { ...readRows(checks, clusters, window, rowReader(recorded, live, lastGap)), alerts };
}

/** Readings of recorded minutes, and of live ones where a signal's rules had recorded nothing yet. */
function rowReader(
  recorded: readonly RecordedPart[],
  live: readonly LivePart[],
  lastGap: ReadonlyMap<string, number>,
): RowReader {
  const partsOf = byCluster(recorded);
  const minutes = (kind: RecordedKind, cluster: string, signal: string, edge?: number) => {
    const key = seriesKey(signal, edge);
    const fromRules = recordedMinutes(partsOf.get(cluster) ?? [], kind, key, cluster);
    const gapEnd = lastGap.get(signal);
    if (gapEnd === undefined) return fromRules;
    const fromLive = liveMinutes(live, kind, key, cluster);
    return (minute: number): Found => (minute <= gapEnd ? fromLive(minute) : fromRules(minute));
  };
  return {
    count(cluster, { signal }, { edge }) {
      const events = minutes('events', cluster, signal, edge);
      const exposure = minutes('exposure', cluster, signal);
      return (minute) => countReading(events(minute), exposure(minute));
    },
    items(cluster, { signal }) {
      const bad = minutes('bad', cluster, signal);
      const among = minutes('among', cluster, signal);
      return (minute) => itemReading(bad(minute), among(minute));
    },
    value(cluster, { signal }) {
      const value = minutes('value', cluster, signal);
      return (minute) => valueReading(value(minute));
    },
  };
}

function byCluster(parts: readonly RecordedPart[]): ReadonlyMap<string, readonly RecordedPart[]> {
  const grouped = new Map<string, RecordedPart[]>();
  for (const part of parts) {
    for (const cluster of part.clusters) {
      const own = grouped.get(cluster);
      if (own) own.push(part);
      else grouped.set(cluster, [part]);
    }
  }
  return grouped;
}
