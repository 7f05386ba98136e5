import type { AlertReading, Reading } from '../../domain/reading.ts';
import { clusterGroups } from './chunks.ts';
import type { PrometheusClient } from './client.ts';
import { inTurn } from './in-turn.ts';
import { LIMITS } from './limits.ts';
import { alertsQuery } from './queries.ts';
import { partialCause } from './readings.ts';

/** Which alerts of which clusters are asked, and when. */
export interface AlertsAsked {
  readonly alertNames: readonly string[];
  readonly clusters: readonly string[];
  readonly clusterLabel: string;
  /** Epoch milliseconds. */
  readonly now: number;
}

/** The firing and pending alerts, from the series that the store's rules write about themselves. */
export async function readAlerts(
  client: PrometheusClient,
  { alertNames, clusters, clusterLabel, now }: AlertsAsked,
): Promise<Reading<readonly AlertReading[]>> {
  if (alertNames.length === 0) return { is: 'value', value: [] };
  const questions = clusterGroups(clusters).map((group) => () => {
    const query = alertsQuery(alertNames, clusterLabel, group);
    return client.ask({ subject: 'alerts', type: 'vector', form: { query, time: String(now / 1000) } });
  });
  const alerts: AlertReading[] = [];
  let warning: string | undefined;
  for (const answer of await inTurn(questions, LIMITS.concurrency)) {
    if (!answer.ok) return { is: 'unknown', cause: answer.cause };
    warning ??= answer.warning;
    alerts.push(...answer.result.flatMap((metric) => alertOf(metric, clusterLabel)));
  }
  if (warning === undefined) return { is: 'value', value: alerts };
  return { is: 'partial', value: alerts, cause: partialCause(warning) };
}

function alertOf(metric: Readonly<Record<string, string>>, clusterLabel: string): AlertReading[] {
  const { __name__, alertname, alertstate, [clusterLabel]: cluster, ...labels } = metric;
  if (alertname === undefined || cluster === undefined) return [];
  if (alertstate !== 'firing' && alertstate !== 'pending') return [];
  return [{ name: alertname, cluster, state: alertstate, labels }];
}
