import { z } from 'zod';
import { IdentityError } from '../../domain/errors.ts';
import type { Phase } from '../../domain/run.ts';
import type { Verdict } from '../../domain/verdict.ts';
import { answerText } from '../../gate/answer-text.ts';
import type { App } from '../../gate/ports.ts';
import { isRevoked } from '../../gate/run-times.ts';
import type { Gate } from '../../gate/use-cases.ts';
import { type KnownCaller, requireAccess } from '../../identity/caller.ts';
import type { Metrics } from '../../telemetry/metrics.ts';
import { FlaggerBody, type FlaggerHook, FlaggerQuery } from '../caller-schemas.ts';
import { type Reply, text } from '../reply.ts';
import { RequestError } from '../request-error.ts';
import { type Route, route } from '../route.ts';

type Payload = z.output<typeof FlaggerBody>;

/** What a hook asks the gate, and with which verdicts Flagger goes on. */
interface HookRule {
  readonly phase: (payload: Payload) => Phase;
  readonly passes: readonly Verdict[];
}

const beforeTheChange = (): Phase => 'PreSync';
const afterTheChange = (): Phase => 'PostSync';

/**
 * Hooks that wait for a verdict. What begins with `confirm` is asked again until it passes; a `rollout` hook that fails
 * counts towards rolling back, and a soak under way is no failure. After the rollout nothing can be stopped any more.
 */
const RULES: Readonly<Record<Exclude<FlaggerHook, 'rollback' | 'event'>, HookRule>> = {
  'confirm-rollout': { phase: beforeTheChange, passes: ['go'] },
  'pre-rollout': { phase: beforeTheChange, passes: ['go'] },
  rollout: { phase: afterTheChange, passes: ['go', 'hold'] },
  'confirm-traffic-increase': { phase: afterTheChange, passes: ['go'] },
  'confirm-promotion': { phase: afterTheChange, passes: ['go'] },
  'post-rollout': {
    phase: ({ phase }) => (phase === 'Failed' ? 'SyncFail' : 'PostSync'),
    passes: ['go', 'hold', 'halt', 'inconclusive'],
  },
};

/** Whose address it is: one app on one cluster. */
interface Place {
  readonly app: string;
  readonly cluster: string;
}

/** Flagger sends no header of ours and shows people the body of a refusal: it has an address of its own, and gets text. */
export function flaggerRoutes({
  gate,
  app: findApp,
  metrics,
}: {
  readonly gate: Pick<Gate, 'ask' | 'runs' | 'nudge'>;
  readonly app: (name: string) => Pick<App, 'mode'> | undefined;
  readonly metrics: Pick<Metrics, 'verdicts'>;
}): Route[] {
  async function verdictOn(rule: HookRule, payload: Payload, place: Place, caller: KnownCaller) {
    const phase = rule.phase(payload);
    if (phase !== 'PreSync') requireAccess(caller, 'sync');
    const answer = await gate.ask({ ...place, ...changeOf(payload), phase }, caller);
    metrics.verdicts.inc({ app: answer.app, verdict: answer.verdict });
    return said(rule.passes.includes(answer.verdict), answerText(answer));
  }
  /** The other way round: success rolls back, so only a halt is one, and not knowing is none. */
  async function rollback(payload: Payload, place: Place): Promise<Reply> {
    const { digest } = changeOf(payload);
    const [run] = await gate.runs({ ...place, digest, limit: 1 });
    const isStopped = run !== undefined && (run.verdict === 'halt' || isRevoked(run));
    const why = run?.reasons.map((reason) => reason.text).join(' ') ?? 'nobody asked for this change yet';
    if (isStopped && findApp(place.app)?.mode === 'observe') {
      return said(
        false,
        `No reason to roll back: ${place.app} is in observe mode. Enforced it would be: ${why}`,
      );
    }
    return said(isStopped, `${isStopped ? 'Roll back' : 'No reason to roll back'}: ${why}`);
  }
  return [
    route({
      method: 'post',
      path: '/v1/callers/flagger/{capability}',
      id: 'flaggerWebhook',
      tag: 'callers',
      summary: "Flagger's webhooks, each at the address of one app on one cluster",
      description:
        'The secret in the address is a token of kind capability; no header is read. 200 lets Flagger go on, 409 does not and says why, in text. The hook rollback is the other way round: 200 after a halt, else 409.',
      access: 'hook',
      hasCapability: true,
      params: z.strictObject({ capability: z.string() }),
      query: FlaggerQuery,
      body: FlaggerBody,
      answers: {
        200: {
          description: 'Flagger goes on; after a rollback hook it rolls back.',
          contentType: 'text/plain',
        },
        202: {
          description: 'An event is noted: the next look at the cluster happens now.',
          contentType: 'text/plain',
        },
        409: {
          description: 'Not now, or no more; after a rollback hook there is no reason to.',
          contentType: 'text/plain',
        },
      },
      problems: [404, 409, 503],
      async handle({ query: { hook }, body, caller }) {
        const place = placeOf(caller);
        if (hook === 'event') {
          gate.nudge([place.cluster]);
          return { ...text('Noted.'), status: 202 };
        }
        if (hook === 'rollback') return rollback(body, place);
        return verdictOn(RULES[hook], body, place, caller);
      },
    }),
  ];
}

function said(passes: boolean, words: string): Reply {
  return { ...text(words), status: passes ? 200 : 409 };
}

function placeOf({ name, scope }: KnownCaller): Place {
  const [[app] = [], [cluster] = []] = [scope.apps, scope.clusters];
  if (app !== undefined && cluster !== undefined) return { app, cluster };
  throw new IdentityError(
    'identity/scope',
    `The capability ${name} is not bound to one app on one cluster; the configuration must name both.`,
    403,
  );
}

function changeOf({ checksum, metadata = {} }: Payload): { revision: string; digest: string } {
  const { revision = checksum, digest = checksum ?? revision } = metadata;
  if (revision !== undefined && digest !== undefined) return { revision, digest };
  const detail =
    'checksum is missing; a Flagger that sends none needs metadata.revision in the webhook of the Canary';
  const errors = [{ field: 'checksum', code: 'input/missing-field', detail }];
  throw new RequestError(422, 'input/missing-field', `The body does not fit: ${detail}.`, { errors });
}
