import { z } from 'zod';
import type { Ask, Gate } from '../../gate/use-cases.ts';
import { type KnownCaller, requireScope } from '../../identity/caller.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { json } from '../reply.ts';
import { RequestError } from '../request-error.ts';
import { type Route, route } from '../route.ts';
import { AskBody, wholeNumber } from '../schemas.ts';
import { AnswerView } from '../view-schemas.ts';

/** Longest a verdict is waited for. */
const MAX_WAIT_SECONDS = 60;

/** The question all of it is about: go or halt? */
export function verdictRoutes(
  gate: Pick<Gate, 'ask' | 'askAndWait'>,
  metrics: Pick<Metrics, 'verdicts'>,
): Route[] {
  const ask = route({
    method: 'post',
    path: '/v1/verdicts',
    id: 'ask',
    tag: 'verdicts',
    summary: 'Ask for a verdict, or report a sync',
    description:
      'A verdict is always 200, a halt too. With ?wait a hold is answered only after that time, or as soon as the state or the reason of the run changes.',
    access: 'hook',
    query: z.strictObject({ wait: wholeNumber(0, MAX_WAIT_SECONDS, 0) }),
    body: AskBody,
    answers: { 200: { description: 'The verdict so far.', schema: AnswerView } },
    problems: [404, 409, 503],
    async handle({ body, query, caller, gone }) {
      const question = askOf(body, caller);
      requireScope(caller, question);
      const answer =
        query.wait === 0
          ? await gate.ask(question, caller)
          : await gate.askAndWait(question, caller, query.wait * 1000, gone);
      metrics.verdicts.inc({ app: answer.app, verdict: answer.verdict });
      return json(answer);
    },
  });
  return [ask];
}

function askOf(
  { change, cluster, ...body }: z.output<typeof AskBody>,
  { scope: { clusters = [] } }: KnownCaller,
): Ask {
  const [own, ...more] = clusters;
  // A token of one cluster speaks for it; nobody needs to say so.
  const asked = cluster ?? (more.length === 0 ? own : undefined);
  if (asked !== undefined) {
    const { components, ...target } = change ?? {};
    return {
      ...body,
      cluster: asked,
      ...(components && { components }),
      ...(Object.keys(target).length > 0 && { change: target }),
    };
  }
  const detail =
    'cluster is missing; it may be left out by a token that is bound to one cluster only, and yours is not';
  const errors = [{ field: 'cluster', code: 'input/missing-field', detail }];
  throw new RequestError(422, 'input/missing-field', `The body does not fit: ${detail}.`, { errors });
}
