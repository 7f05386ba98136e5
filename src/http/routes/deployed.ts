import type { Gate } from '../../gate/use-cases.ts';
import { actorOf, requireScope } from '../../identity/caller.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { seenDeployed } from '../seen-deployed.ts';
import { runView } from '../views.ts';
import { AdoptBody, AdoptedView, DeployedBody, DeployedView } from '../word-schemas.ts';

/** What is on the clusters, told by others than the hooks: at the first install, and by Argo CD's notifications. */
export function deployedRoutes(gate: Pick<Gate, 'adopt' | 'deployed'>): Route[] {
  const about = { method: 'post', tag: 'deployed', problems: [404, 409, 503] } as const;
  return [
    route({
      ...about,
      path: '/v1/adopt',
      id: 'adopt',
      summary: 'First install: record what the clusters have, all of it or nothing',
      description:
        'What is adopted is no go, so it opens no wave, and no veto: going back to it is admitted at once.',
      access: 'adopt',
      body: AdoptBody,
      answers: { 201: { description: 'The runs that stand for it.', schema: AdoptedView } },
      async handle({ body, caller }) {
        const { places, reason, actor: named } = body;
        const actor = actorOf(caller, named);
        for (const place of places) requireScope(caller, place);
        return json({ runs: (await gate.adopt(places, { actor, reason })).map(runView) }, 201);
      },
    }),
    route({
      ...about,
      path: '/v1/callers/argocd-notifications',
      id: 'reportDeployed',
      summary: "Argo CD's notifications tell what a cluster has now",
      description:
        'What a run accounts for changes nothing. A digest that came past every hook is judged as an ungated sync, and holds later waves until a person acknowledges it.',
      access: 'webhook',
      body: DeployedBody,
      answers: { 200: { description: 'The run that accounts for it.', schema: DeployedView } },
      async handle({ body, caller }) {
        requireScope(caller, body);
        const { run, isNew } = await gate.deployed(seenDeployed(body), caller);
        return json({ run: runView(run), isNew });
      },
    }),
  ];
}
