import { z } from 'zod';
import { answerText } from '../../gate/answer-text.ts';
import type { Answer, Ask, Gate } from '../../gate/use-cases.ts';
import { type KnownCaller, requireAccess, requireScope } from '../../identity/caller.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { json } from '../reply.ts';
import { RequestError } from '../request-error.ts';
import { type Route, type RouteRequest, route } from '../route.ts';
import { AskBody, wholeNumber } from '../schemas.ts';
import { AnswerView } from '../view-schemas.ts';

/** Longest a verdict is waited for. */
export const MAX_WAIT_SECONDS = 60;

const AskQuery = z.strictObject({ wait: wholeNumber(0, MAX_WAIT_SECONDS, 0) });

type AskRequest = RouteRequest<'hook', unknown, z.output<typeof AskQuery>, z.output<typeof AskBody>>;

/** In which header a caller that reads the status only finds the verdict. */
const VERDICT_HEADER = 'x-gate-verdict';

/** The question all of it is about: go or halt? */
export function verdictRoutes(
  gate: Pick<Gate, 'ask' | 'askAndWait'>,
  metrics: Pick<Metrics, 'verdicts'>,
): Route[] {
  async function answer({ body, query, caller, gone }: AskRequest): Promise<Answer> {
    const question = askOf(body, caller);
    requireScope(caller, question);
    if (question.phase !== 'PreSync') requireAccess(caller, 'sync');
    const said =
      query.wait === 0
        ? await gate.ask(question, caller)
        : await gate.askAndWait(question, caller, query.wait * 1000, gone);
    metrics.verdicts.inc({ app: said.app, verdict: said.verdict });
    return said;
  }
  const about = {
    method: 'post',
    tag: 'verdicts',
    access: 'hook',
    query: AskQuery,
    body: AskBody,
    problems: [404, 409, 503],
  } as const;
  return [
    route({
      ...about,
      path: '/v1/verdicts',
      id: 'ask',
      summary: 'Ask for a verdict, or report a sync',
      description:
        'A verdict is always 200, a halt too. With ?wait a hold is answered only after that time, or as soon as the state or the reason of the run changes. The verdict is the first field, and there is no space in it: callers that search the text may look for "verdict":"go".',
      answers: { 200: { description: 'The verdict so far.', schema: AnswerView } },
      handle: async (request) => json(answerView(await answer(request))),
    }),
    route({
      ...about,
      path: '/v1/verdicts/strict',
      id: 'askStrictly',
      summary: 'Ask for a verdict, for callers that read the status only',
      description: `The same question as /v1/verdicts; only go is 200. Beside every verdict stands the header ${VERDICT_HEADER}; a 409 without it is a problem and no verdict.`,
      answers: {
        200: { description: 'Go.', schema: AnswerView },
        409: {
          description: `Any other verdict, in the header ${VERDICT_HEADER}; without it a contradiction to the ledger.`,
          schema: AnswerView,
        },
      },
      async handle(request) {
        const said = await answer(request);
        const status = said.verdict === 'go' ? 200 : 409;
        return { ...json(answerView(said), status), headers: { [VERDICT_HEADER]: said.verdict } };
      },
    }),
  ];
}

/** An answer as it goes over the wire: with one sentence for callers that show no more. */
export function answerView(answer: Answer): object {
  return { ...answer, text: answerText(answer) };
}

function askOf({ change, cluster, ...body }: z.output<typeof AskBody>, caller: KnownCaller): Ask {
  const { components, ...target } = change ?? {};
  return {
    ...body,
    cluster: ownCluster(cluster, caller),
    ...(components && { components }),
    ...(Object.keys(target).length > 0 && { change: target }),
  };
}

/**
 * The cluster that is asked about: a token of one cluster speaks for it, and nobody needs to say so.
 *
 * @throws RequestError 422 `input/missing-field` where neither tells
 */
export function ownCluster(
  asked: string | undefined,
  { scope: { clusters = [] } }: Pick<KnownCaller, 'scope'>,
): string {
  const [own, ...more] = clusters;
  const cluster = asked ?? (more.length === 0 ? own : undefined);
  if (cluster !== undefined) return cluster;
  const detail =
    'cluster is missing; it may be left out by a token that is bound to one cluster only, and yours is not';
  const errors = [{ field: 'cluster', code: 'input/missing-field', detail }];
  throw new RequestError(422, 'input/missing-field', `The request does not fit: ${detail}.`, { errors });
}
