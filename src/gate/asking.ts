import { answerOf, unaskedAnswer } from './answer.ts';
import { endedBlind, mayResume } from './attempts.ts';
import type { GateParts } from './gate-parts.ts';
import { decideAgain } from './ledger.ts';
import { parseLook } from './look-record.ts';
import { answerInMode } from './observe-mode.ts';
import type { LedgerRun } from './ports.ts';
import { reportFailure, reportSync } from './post-sync.ts';
import { askPreSync } from './pre-sync.ts';
import { retold } from './retold.ts';
import { NO_PROGRESS } from './settled.ts';
import { type Target, targetOf } from './standing.ts';
import type { Answer, Ask, Caller } from './use-cases.ts';

/** How often a hold of a waiting PreSync is decided again. */
const ASK_AGAIN_MS = 10_000;

/** Answers a hook: decides what is to be decided, and says what the ledger holds. */
export async function ask(parts: GateParts, question: Ask, caller: Caller): Promise<Answer> {
  return counted(parts, await decideAnswer(parts, question, caller));
}

/**
 * Like `ask`, but a hold is answered only when the run's state or reason changes, or the time is over.
 *
 * @param aborted the caller is gone; the run does not notice
 */
export async function askAndWait(
  parts: GateParts,
  question: Ask,
  caller: Caller,
  { waitMs, aborted }: { readonly waitMs: number; readonly aborted: AbortSignal },
): Promise<Answer> {
  return counted(
    parts,
    await heldLonger(parts, { waitMs, aborted }, () => decideAnswer(parts, question, caller)),
  );
}

/** Asks again and again while the answer is the same hold, until the time is over or the caller is gone. */
export async function heldLonger(
  { clock, watch }: Pick<GateParts, 'clock' | 'watch'>,
  { waitMs, aborted }: { readonly waitMs: number; readonly aborted: AbortSignal },
  askAgain: () => Promise<Answer>,
): Promise<Answer> {
  const until = clock.now() + waitMs;
  const first = await askAgain();
  let latest = first;
  while (latest.verdict === 'hold' && sameStanding(first, latest)) {
    const leftMs = until - clock.now();
    if (leftMs <= 0 || aborted.aborted) break;
    const over = new AbortController();
    const either = AbortSignal.any([over.signal, aborted]);
    await Promise.race([
      watch.next(latest.runId, either),
      clock.sleep(Math.min(leftMs, ASK_AGAIN_MS), either),
    ]);
    over.abort();
    latest = await askAgain();
  }
  return latest;
}

async function decideAnswer(parts: GateParts, question: Ask, caller: Caller): Promise<Answer> {
  const target = targetOf(question, parts.inventory);
  const what = `the run of ${target.app.name} on ${target.cluster.name}`;
  return answerInMode(target.app, await decideAgain(what, () => askOnce(parts, target, caller)));
}

function counted({ metrics }: GateParts, answer: Answer): Answer {
  metrics.answered(answer.phase, answer.verdict, answer.reason);
  return answer;
}

async function askOnce(parts: GateParts, target: Target, caller: Caller): Promise<Answer> {
  switch (target.ask.phase) {
    case 'PreSync':
      return askPreSync(parts, target, caller);
    case 'PostSync':
      return answer(parts, target, await reportSync(parts, target, caller));
    case 'SyncFail':
      return answer(parts, target, await reportFailure(parts, target, caller));
  }
}

async function answer(parts: GateParts, target: Target, run: LedgerRun | undefined): Promise<Answer> {
  const { ask: question, cluster, app, digest, policy } = target;
  const { baseUrl, clock, store } = parts;
  const context = { phase: question.phase, cluster, baseUrl, now: clock.now() };
  if (run === undefined) {
    const asked = { app: app.name, cluster: cluster.name, digest, policy };
    return unaskedAnswer(asked, { ...context, settle: NO_PROGRESS });
  }
  const look = parseLook(await store.look(run.id));
  const resumes = await willResume(parts, run);
  return answerOf(retold(parts, run, look), { ...context, settle: look?.settle ?? NO_PROGRESS, resumes });
}

/** Whether the gate itself opens another attempt of a run that ended because it could not be seen. */
export async function willResume({ store, clock }: GateParts, run: LedgerRun): Promise<boolean> {
  if (!endedBlind(run)) return false;
  const { app, cluster, digest } = run;
  return mayResume(await store.runs({ app, cluster, digest }), clock.now());
}

function sameStanding(a: Answer, b: Answer): boolean {
  return a.runId === b.runId && a.state === b.state && a.reason === b.reason;
}
