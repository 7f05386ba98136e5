import { z } from 'zod';
import { type Freeze, freezeTarget } from '../../gate/freezes.ts';
import type { FreezeOrder } from '../../gate/freezing.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { actorOf, type KnownCaller, requireScope } from '../../identity/caller.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { name } from '../schemas.ts';
import { FreezeBody, FreezeListView, FreezeView, ThawQuery } from '../word-schemas.ts';

/** What the freeze routes are made of. */
export interface FreezeParts {
  readonly gate: Pick<Gate, 'freeze' | 'thaw' | 'freezes'>;
  /** Epoch milliseconds. */
  readonly now: () => number;
}

/** The stop switch. */
export function freezeRoutes({ gate, now }: FreezeParts): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/freezes',
      id: 'listFreezes',
      tag: 'freezes',
      summary: 'Freezes in force, the oldest first',
      access: 'read',
      answers: { 200: { description: 'The freezes.', schema: FreezeListView } },
      problems: [503],
      handle: async () =>
        json({ at: new Date(now()).toISOString(), freezes: (await gate.freezes()).map(freezeView) }),
    }),
    route({
      method: 'post',
      path: '/v1/freezes',
      id: 'freeze',
      tag: 'freezes',
      summary: 'Stop the fleet, a wave, a cluster or an app until a time',
      description:
        'PreSync holds where it covers; syncs under way go on, soaks go on looking and may halt, and their go opens nothing until the thaw.',
      access: 'freeze',
      body: FreezeBody,
      answers: { 201: { description: 'The freeze.', schema: FreezeView } },
      problems: [404, 503],
      async handle({ body, caller }) {
        const { reason, actor: named, ...order } = body;
        const actor = actorOf(caller, named);
        requireFreezeScope(caller, order);
        return json(freezeView(await gate.freeze(order, { actor, reason })), 201);
      },
    }),
    route({
      method: 'delete',
      path: '/v1/freezes/{id}',
      id: 'thaw',
      tag: 'freezes',
      summary: 'End a freeze before its time',
      access: 'freeze',
      params: z.strictObject({ id: name }),
      query: ThawQuery,
      answers: { 200: { description: 'The freeze that was ended.', schema: FreezeView } },
      problems: [404, 503],
      async handle({ params, query, caller }) {
        const actor = actorOf(caller, query.actor);
        const own = (await gate.freezes()).find(({ id }) => id === params.id);
        if (own) requireFreezeScope(caller, own);
        return json(freezeView(await gate.thaw(params.id, { actor, reason: query.reason })));
      },
    }),
  ];
}

/** Who is bound to some clusters or apps freezes nothing that reaches beyond them. */
export function requireFreezeScope(
  caller: KnownCaller,
  { scope, name: of }: Pick<FreezeOrder, 'scope' | 'name'>,
): void {
  const beyond = freezeTarget({ scope, ...(of !== undefined && { name: of }) });
  const target = { cluster: beyond, app: beyond };
  if (of === undefined || scope === 'fleet' || scope === 'wave') requireScope(caller, target);
  else requireScope(caller, { ...target, [scope]: of });
}

function freezeView({ at, expiresAt, ...freeze }: Freeze): Readonly<Record<string, unknown>> {
  return { ...freeze, at: new Date(at).toISOString(), expiresAt: new Date(expiresAt).toISOString() };
}
