import { answerOf, unaskedAnswer } from './answer.ts';
import { heldLonger, willResume } from './asking.ts';
import type { GateParts } from './gate-parts.ts';
import { parseLook } from './look-record.ts';
import { answerInMode } from './observe-mode.ts';
import { retold } from './retold.ts';
import { isOpen } from './run-times.ts';
import { NO_PROGRESS } from './settled.ts';
import { type Standing, standingOf, targetOf } from './standing.ts';
import type { Answer, AwaitedChange } from './use-cases.ts';

/**
 * The verdict on a change, for who waits for it and asks for nothing: nothing is opened, and nothing written. What was
 * decided counts only while it is about what the cluster has now; a digest that comes back is waited for until it is asked
 * for again.
 */
export async function awaitVerdict(
  parts: GateParts,
  change: AwaitedChange,
  wait: { readonly waitMs: number; readonly aborted: AbortSignal },
): Promise<Answer> {
  return heldLonger(parts, wait, () => readVerdict(parts, change));
}

async function readVerdict(parts: GateParts, change: AwaitedChange): Promise<Answer> {
  const { baseUrl, clock, store } = parts;
  const { cluster: name, digest } = change;
  const target = targetOf({ ...change, revision: digest, phase: 'PostSync' }, parts.inventory);
  const { app, cluster, policy } = target;
  const standing = await standingOf(store, target);
  const { own } = standing;
  const context = { phase: 'PostSync', cluster, baseUrl, now: clock.now() } as const;
  if (own === undefined || !stillCounts(standing)) {
    const asked = { app: app.name, cluster: name, digest, policy };
    return answerInMode(app, unaskedAnswer(asked, { ...context, settle: NO_PROGRESS }));
  }
  const look = parseLook(await store.look(own.id));
  const settle = look?.settle ?? NO_PROGRESS;
  const resumes = await willResume(parts, own);
  // What was there before the gate was has no verdict of its own; to be asked about it is to be told that it may stay.
  const phase = own.state === 'adopted' ? 'PreSync' : context.phase;
  return answerInMode(app, answerOf(retold(parts, own, look), { ...context, phase, settle, resumes }));
}

/** A halt holds wherever the digest is; any other end is about the digest that the cluster has. */
function stillCounts({ own, isCurrent }: Standing): boolean {
  if (own === undefined) return false;
  if (isOpen(own) || own.state === 'halted') return true;
  return isCurrent && own.state !== 'superseded' && own.state !== 'abandoned';
}
