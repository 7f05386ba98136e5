import { z } from 'zod';
import type { App, RunFilter } from '../../gate/ports.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { actorOf, type KnownCaller, requireScope } from '../../identity/caller.ts';
import { evidenceChart } from '../pages/evidence-chart.ts';
import { runCharts } from '../pages/run-charts.ts';
import { runPage } from '../pages/run-page.ts';
import { json, page, text } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { name, OverrideBody, ProbeBody, RetryBody, wholeNumber } from '../schemas.ts';
import { EvidenceView, RunListView, RunView } from '../view-schemas.ts';
import { evidenceView, runView } from '../views.ts';
import { AcknowledgeBody } from '../word-schemas.ts';

const MAX_RUNS = 500;
const RUNS = 50;

const byId = z.strictObject({ id: name });

type FindApp = (name: string) => Pick<App, 'mode'> | undefined;

type RunGate = Pick<
  Gate,
  'run' | 'runs' | 'evidence' | 'evidenceOverTime' | 'override' | 'retry' | 'acknowledge' | 'reportProbe'
>;

/**
 * The ledger, and a person's word on it.
 *
 * @param findApp the app of a run, as it is configured now
 */
export function runRoutes(gate: RunGate, findApp: FindApp, now: () => number): Route[] {
  return [...readingRoutes(gate, findApp, now), ...decidingRoutes(gate)];
}

function readingRoutes(gate: RunGate, findApp: FindApp, now: () => number): Route[] {
  const about = { method: 'get', tag: 'runs', access: 'read', params: byId, problems: [404, 503] } as const;
  return [
    route({
      ...about,
      path: '/v1/runs',
      id: 'listRuns',
      summary: 'Runs that match, the newest first',
      params: z.strictObject({}),
      query: z.strictObject({
        app: name.exactOptional(),
        cluster: name.exactOptional(),
        digest: name.exactOptional(),
        open: z.enum(['true', 'false']).exactOptional(),
        limit: wholeNumber(1, MAX_RUNS, RUNS),
        before: name.exactOptional().meta({ description: 'Only runs older than this one.' }),
      }),
      answers: { 200: { description: 'The runs.', schema: RunListView } },
      async handle({ query: { open, ...query } }) {
        const filter: RunFilter = { ...query, ...(open && { open: open === 'true' }) };
        const runs = await gate.runs(filter);
        const before = runs.length === query.limit ? runs.at(-1)?.id : undefined;
        return json({ runs: runs.map(runView), before });
      },
    }),
    route({
      ...about,
      path: '/v1/runs/{id}',
      id: 'getRun',
      summary: 'One run',
      answers: { 200: { description: 'The run.', schema: RunView } },
      handle: async ({ params }) => json(runView(await gate.run(params.id))),
    }),
    route({
      ...about,
      path: '/v1/runs/{id}/evidence',
      id: 'getEvidence',
      summary: 'What the last look saw, and what was judged minute by minute',
      answers: { 200: { description: 'The evidence.', schema: EvidenceView } },
      handle: async ({ params }) => json(evidenceView(await gate.evidence(params.id))),
    }),
    route({
      ...about,
      path: '/v1/runs/{id}/verdict.txt',
      id: 'getVerdictText',
      summary: 'The verdict as one bare word, for callers that compare text',
      answers: { 200: { description: 'hold, go, halt or inconclusive.', contentType: 'text/plain' } },
      handle: async ({ params }) => text((await gate.run(params.id)).verdict),
    }),
    route({
      ...about,
      path: '/runs/{id}',
      id: 'showRun',
      tag: 'pages',
      summary: 'One run with its evidence, for people',
      answers: { 200: { description: 'A page.', contentType: 'text/html' } },
      async handle({ params }) {
        const [evidence, overTime] = await Promise.all([
          gate.evidence(params.id),
          gate.evidenceOverTime(params.id),
        ]);
        const [charts, grown] = await Promise.all([
          runCharts(evidence),
          evidenceChart(evidence.run, overTime),
        ]);
        const isObserved = findApp(evidence.run.app)?.mode === 'observe';
        return page(runPage(evidence, { isObserved, charts, grown, now: now() }));
      },
    }),
  ];
}

function decidingRoutes(gate: RunGate): Route[] {
  const about = { method: 'post', tag: 'runs', params: byId, problems: [404, 409, 503] } as const;
  /** A run that the caller may decide about. */
  const own = async (id: string, caller: KnownCaller) => requireScope(caller, await gate.run(id));
  const answers = { 200: { description: 'The run as it stands now.', schema: RunView } };
  return [
    route({
      ...about,
      path: '/v1/runs/{id}/override',
      id: 'overrideRun',
      access: 'override',
      summary: 'A person decides',
      body: OverrideBody,
      answers,
      async handle({ params, body, caller }) {
        const { verdict, reason } = body;
        const actor = actorOf(caller, body.actor);
        await own(params.id, caller);
        return json(runView(await gate.override(params.id, verdict, { actor, reason })));
      },
    }),
    route({
      ...about,
      path: '/v1/runs/{id}/probes/{name}',
      id: 'reportProbe',
      access: 'probe',
      summary: 'Report what a functional test found',
      description:
        'A later report of the same name takes the place of an earlier one. A probe that the policy requires halts the run when a test failed; without it there is no go.',
      params: z.strictObject({ id: name, name }),
      body: ProbeBody,
      answers,
      async handle({ params, body, caller }) {
        await own(params.id, caller);
        return json(runView(await gate.reportProbe(params.id, params.name, body, caller)));
      },
    }),
    route({
      ...about,
      path: '/v1/runs/{id}/retry',
      id: 'retryRun',
      access: 'retry',
      summary: 'A person asks for another attempt',
      body: RetryBody,
      answers,
      async handle({ params, body, caller }) {
        const { reason } = body;
        const actor = actorOf(caller, body.actor);
        await own(params.id, caller);
        return json(runView(await gate.retry(params.id, { actor, reason })));
      },
    }),
    route({
      ...about,
      path: '/v1/runs/{id}/acknowledge',
      id: 'acknowledgeRun',
      access: 'acknowledge',
      summary: 'A person has seen it, and lets the rollout go on',
      description:
        'A sync that nobody admitted, a halt that freezes the rollout, or waves that changed during it; what was decided stays what it is.',
      body: AcknowledgeBody,
      answers,
      async handle({ params, body, caller }) {
        const { reason } = body;
        const actor = actorOf(caller, body.actor);
        await own(params.id, caller);
        return json(runView(await gate.acknowledge(params.id, { actor, reason })));
      },
    }),
  ];
}
