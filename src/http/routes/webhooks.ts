import { z } from 'zod';
import type { Gate } from '../../gate/use-cases.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { AlertmanagerBody } from '../schemas.ts';

/** The label in which our alerts name their cluster. */
const CLUSTER_LABEL = 'cluster';

/** Callers that tell us when to look; what they tell is never taken for the truth. */
export function webhookRoutes(gate: Pick<Gate, 'nudge'>): Route[] {
  return [
    route({
      method: 'post',
      path: '/v1/webhooks/alertmanager',
      id: 'alertmanagerWebhook',
      tag: 'webhooks',
      summary: 'An alert fired or resolved: the next look happens now',
      description:
        'The body only says which clusters to look at; whether an alert fires is read from the metric source. An alert without a cluster makes the gate look at all of them.',
      access: 'act',
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
      handle({ body: { alerts } }) {
        const named = alerts.map(({ labels }) => labels[CLUSTER_LABEL]);
        const told = named.includes(undefined)
          ? []
          : [...new Set(named.filter((each) => each !== undefined))];
        // No alerts at all is no reason to look; the empty list would mean everywhere.
        const clusters = alerts.length > 0 ? gate.nudge(told) : [];
        return json({ clusters, unknown: told.filter((name) => !clusters.includes(name)) }, 202);
      },
    }),
  ];
}
