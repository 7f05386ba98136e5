import { z } from 'zod';
import { WATCHDOG } from '../../domain/watchdog.ts';
import type { Gate } from '../../gate/use-cases.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { AlertmanagerBody } from '../schemas.ts';

/** The label in which our alerts name their cluster. */
const CLUSTER_LABEL = 'cluster';

/** The clusters that alerts name; undefined when one names none, and all of them are meant. */
function clustersOf(
  alerts: readonly { readonly labels: Readonly<Record<string, string>> }[],
): readonly string[] | undefined {
  const named = new Set(alerts.map(({ labels }) => labels[CLUSTER_LABEL]));
  return named.has(undefined) ? undefined : [...named].filter((name) => name !== undefined);
}

function isWatchdog({ labels }: { readonly labels: Readonly<Record<string, string>> }): boolean {
  return labels['alertname'] === WATCHDOG;
}

/** The items that are like this, and the others. */
function apart<T>(items: readonly T[], isLike: (item: T) => boolean): readonly [readonly T[], readonly T[]] {
  return [items.filter(isLike), items.filter((item) => !isLike(item))];
}

/** Callers that tell us when to look; what they tell is never taken for the truth. */
export function webhookRoutes(gate: Pick<Gate, 'nudge'>, metrics: Pick<Metrics, 'watchdogs'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/webhooks/alertmanager',
      id: 'alertmanagerWebhook',
      tag: 'webhooks',
      summary: 'An alert fired or resolved: the next look happens now',
      description:
        'The body only says which clusters to look at; whether an alert fires is read from the metric source. An alert without a cluster, or a list that was truncated, makes the gate look at all of them. The alert GateWatchdog only tells that alerts arrive.',
      access: 'webhook',
      body: AlertmanagerBody,
      answers: {
        202: {
          description:
            'The clusters that are looked at now (none are named when it is all of them), and those that the inventory does not have: their alerts name them otherwise than the configuration.',
          schema: z
            .looseObject({ clusters: z.array(z.string()), unknown: z.array(z.string()) })
            .meta({ id: 'Nudged' }),
        },
      },
      handle({ body: { alerts: all, truncatedAlerts = 0 }, caller: { scope } }) {
        const [watchdogs, alerts] = apart(all, isWatchdog);
        // It tells that alerts arrive, and nothing of any cluster.
        if (watchdogs.some(({ status }) => status !== 'resolved')) {
          metrics.watchdogs.inc({ alertname: WATCHDOG });
        }
        // What was left out may be of any cluster.
        const named = truncatedAlerts > 0 ? undefined : clustersOf(alerts);
        const told = named ?? scope.clusters ?? [];
        const own = told.filter((name) => scope.clusters?.includes(name) ?? true);
        // No alerts at all is no reason to look, nor are other people's clusters; the empty list would mean everywhere.
        const isNews = alerts.length > 0 && (own.length > 0 || told.length === 0);
        const clusters = isNews ? gate.nudge(own) : [];
        return json({ clusters, unknown: told.filter((name) => !clusters.includes(name)) }, 202);
      },
    }),
  ];
}
