import type { Metrics } from '../../telemetry/metrics.ts';
import { type ReadinessPorts, readReadiness } from '../readiness.ts';
import { json, text } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { ReadinessView } from '../view-schemas.ts';

/** What is needed to tell of the gate itself. */
export interface OperationParts {
  readonly metrics: Metrics;
  readonly readiness: ReadinessPorts;
  readonly now: () => number;
  /** The document of all routes, these included. */
  readonly openApi: () => object;
}

/** The gate itself: for those who run it and those who meet it for the first time. */
export function operationRoutes({ metrics, readiness, now, openApi }: OperationParts): Route[] {
  const about = { method: 'get', tag: 'operations', access: 'open' } as const;
  return [
    route({
      ...about,
      path: '/openapi.json',
      id: 'getOpenApi',
      summary: 'This document',
      answers: { 200: { description: 'OpenAPI 3.1.', contentType: 'application/json' } },
      handle: () => json(openApi()),
    }),
    route({
      ...about,
      path: '/metrics',
      id: 'getMetrics',
      summary: 'Metrics of the gate, in the Prometheus text format',
      access: 'read',
      answers: { 200: { description: 'The exposition.', contentType: 'text/plain' } },
      handle: async () => text(await metrics.exposition(), metrics.contentType),
    }),
    route({
      ...about,
      path: '/healthz',
      id: 'getHealth',
      summary: 'Whether the process answers',
      answers: { 200: { description: 'It does.', contentType: 'text/plain' } },
      handle: () => text('ok'),
    }),
    route({
      ...about,
      path: '/readyz',
      id: 'getReadiness',
      summary: 'Whether the gate can do its work: the ledger is writable and somebody looks',
      description:
        'Sources are shown; one that can not be read makes verdicts hold and the gate no less ready.',
      answers: {
        200: { description: 'It can.', schema: ReadinessView },
        503: { description: 'It can not, and the body says why.', schema: ReadinessView },
      },
      async handle() {
        const state = await readReadiness(readiness, now());
        return json(state, state.ready ? 200 : 503);
      },
    }),
  ];
}
