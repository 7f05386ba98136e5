import { z } from 'zod';
import type { Gate } from '../../gate/use-cases.ts';
import { json } from '../reply.ts';
import { type Route, route } from '../route.ts';
import { label, name, wholeNumber } from '../schemas.ts';
import { AnswerView } from '../view-schemas.ts';
import { answerView, MAX_WAIT_SECONDS, ownCluster } from './verdicts.ts';

/** The verdict for who waits for it and asks for nothing: soak Jobs, and whatever must not open a run. */
export function awaitedVerdictRoutes(gate: Pick<Gate, 'awaitVerdict'>): Route[] {
  return [
    route({
      method: 'get',
      path: '/v1/verdicts',
      id: 'awaitVerdict',
      tag: 'verdicts',
      summary: 'The verdict on a change as it stands; opens no run',
      description:
        'Where no run of the digest is open, or what was decided is no longer about what the cluster has, it is a hold with the reason run/not-asked. With ?wait a hold is answered only after that time, or as soon as the state or the reason changes.',
      access: 'read',
      query: z.strictObject({
        app: name,
        cluster: name.exactOptional().meta({ description: 'May be left out by a token of one cluster.' }),
        digest: label.meta({ description: 'Identity of the change, or its revision where it has none.' }),
        wait: wholeNumber(0, MAX_WAIT_SECONDS, 0),
      }),
      answers: { 200: { description: 'The verdict so far.', schema: AnswerView } },
      problems: [404, 503],
      async handle({ query: { wait, ...change }, caller, gone }) {
        const cluster = ownCluster(change.cluster, caller);
        return json(answerView(await gate.awaitVerdict({ ...change, cluster }, wait * 1000, gone)));
      },
    }),
  ];
}
