import { z } from 'zod';
import type { Gate } from '../../gate/use-cases.ts';
import { rolloutPage, rolloutsPage } from '../pages/rollout-page.ts';
import { json, page } from '../reply.ts';
import { RolloutListView, RolloutView } from '../rollout-schemas.ts';
import { rolloutView } from '../rollout-views.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';

/** What the rollout routes are made of. */
export interface RolloutParts {
  readonly gate: Pick<Gate, 'rollouts' | 'rollout'>;
  readonly publicUrl: string;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** What is on its way through the waves: as JSON, and as pages for people. */
export function rolloutRoutes({ gate, publicUrl, now }: RolloutParts): Route[] {
  const about = { method: 'get', tag: 'rollouts', access: 'read', problems: [404, 503] } as const;
  const one = { ...about, params: z.strictObject({ app: name, digest: name }) } as const;
  const page200 = { 200: { description: 'A page.', contentType: 'text/html' } };
  return [
    route({
      ...about,
      path: '/v1/rollouts',
      id: 'listRollouts',
      summary: 'Rollouts of what was asked for last, what needs a person first',
      query: z.strictObject({ app: name.exactOptional() }),
      answers: { 200: { description: 'The rollouts.', schema: RolloutListView } },
      async handle({ query }) {
        const rollouts = await gate.rollouts(query.app);
        const views = rollouts.map((rollout) => rolloutView(rollout, publicUrl));
        return json({ at: new Date(now()).toISOString(), rollouts: views });
      },
    }),
    route({
      ...one,
      path: '/v1/rollouts/{app}/{digest}',
      id: 'getRollout',
      summary: 'One digest of an app: what each wave waits for, since when, and who can act',
      answers: { 200: { description: 'The rollout.', schema: RolloutView } },
      handle: async ({ params }) =>
        json(rolloutView(await gate.rollout(params.app, params.digest), publicUrl)),
    }),
    route({
      ...about,
      path: '/rollouts',
      id: 'showRollouts',
      tag: 'pages',
      summary: 'Rollouts, for people',
      answers: page200,
      handle: async () => page(rolloutsPage(await gate.rollouts(), now())),
    }),
    route({
      ...one,
      path: '/rollouts/{app}/{digest}',
      id: 'showRollout',
      tag: 'pages',
      summary: 'One rollout, for people',
      answers: page200,
      handle: async ({ params }) => page(rolloutPage(await gate.rollout(params.app, params.digest), now())),
    }),
  ];
}
