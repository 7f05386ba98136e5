import { MINUTE_MS, type Reading } from '../../domain/reading.ts';
import { minutesOf } from '../minutes.ts';
import type { FiredMinutes, MinuteWindow } from '../signal-source.ts';
import { clusterGroups, windowsOf } from './chunks.ts';
import type { PrometheusClient } from './client.ts';
import { inTurn } from './in-turn.ts';
import { LIMITS } from './limits.ts';
import { firedQuery } from './queries.ts';
import { partialCause } from './readings.ts';

/** Which alerts of which clusters are asked, over which minutes. */
export interface FiredAsked {
  readonly alertNames: readonly string[];
  readonly clusters: readonly string[];
  readonly clusterLabel: string;
  readonly window: MinuteWindow;
}

/** When alerts fired, from the series that the store's rules write about themselves, looked at once a minute. */
export async function readFired(
  client: PrometheusClient,
  { alertNames, clusters, clusterLabel, window }: FiredAsked,
): Promise<Reading<FiredMinutes>> {
  minutesOf(window);
  const fired = new Map<string, Set<number>>();
  if (alertNames.length === 0) return { is: 'value', value: fired };
  const questions = clusterGroups([...new Set(clusters)]).flatMap((group) =>
    windowsOf(window, Math.floor(LIMITS.pointsPerAnswer / group.length)).map(({ from, to }) => () => {
      const query = firedQuery(alertNames, clusterLabel, group);
      const form = { query, start: String(from / 1000), end: String(to / 1000), step: '60' };
      return client.ask({ subject: 'alerts', type: 'matrix', form });
    }),
  );
  let warning: string | undefined;
  for (const answer of await inTurn(questions, LIMITS.concurrency)) {
    if (!answer.ok) return { is: 'unknown', cause: answer.cause };
    warning ??= answer.warning;
    for (const { metric, values } of answer.result) {
      const cluster = metric[clusterLabel];
      if (cluster === undefined) continue;
      const own = fired.get(cluster) ?? new Set();
      for (const [time] of values) own.add(Math.round((time * 1000) / MINUTE_MS) * MINUTE_MS);
      fired.set(cluster, own);
    }
  }
  if (warning === undefined) return { is: 'value', value: fired };
  return { is: 'partial', value: fired, cause: partialCause(warning) };
}
