import type { Answer, AwaitedChange } from '../gate/use-cases.ts';
import { askGate, type Reply } from './ask-gate.ts';
import { type HookResult, type HookSurroundings, stopped } from './run-hook.ts';
import { createStory, describe } from './story.ts';

/** What a soak Job waits for. */
export interface SoakOptions {
  readonly gateUrl: string;
  readonly change: AwaitedChange;
  readonly token: () => Promise<string | undefined>;
}

/** Longest long poll; below the idle limits of common load balancers (60 s). */
const LONGEST_POLL_SECONDS = 45;
const FIRST_PAUSE_MS = 1_000;
/** A gate that was away for long is not asked by a whole fleet at once when it is back. */
const LONGEST_PAUSE_MS = 30_000;
/**
 * A soak may last a weekend: a cluster that is not in the inventory yet, or keys that the gate can't fetch for a moment, must
 * not end it. What is refused for that long is a mistake that a person has to mend.
 */
const PATIENCE_MS = 10 * 60_000;

/**
 * Waits until the run of a digest is opened and decided, however long that takes and however often the gate is away. It never
 * opens a run: before the sync is asked for there is nothing to soak.
 */
export async function runSoak(options: SoakOptions, surroundings: HookSurroundings): Promise<HookResult> {
  const { clock, progress, aborted } = surroundings;
  const story = createStory();
  let pause = FIRST_PAUSE_MS;
  let refusedSince: number | undefined;
  let lastAnswer: Answer | undefined;
  for (;;) {
    const reply = await askGate({
      gateUrl: options.gateUrl,
      question: { awaits: options.change },
      waitSeconds: LONGEST_POLL_SECONDS,
      token: options.token,
      aborted,
      ...(surroundings.fetch && { fetch: surroundings.fetch }),
    });
    if (aborted.aborted) return stopped(lastAnswer);
    const now = clock.now();
    if (reply.is === 'answer') {
      lastAnswer = reply.answer;
      if (isDecided(reply.answer)) {
        return { end: reply.answer.verdict, text: describe(reply.answer), answer: reply.answer };
      }
    }
    const isRefused = reply.is === 'identity-refused' || reply.is === 'usage';
    refusedSince = isRefused ? (refusedSince ?? now) : undefined;
    if (isRefused && now - (refusedSince ?? now) >= PATIENCE_MS) {
      return { end: reply.is, text: reply.cause };
    }
    const line = story(reply, now);
    if (line !== undefined) progress(line);
    await clock.sleep(pauseMs(reply, pause), aborted);
    if (aborted.aborted) return stopped(lastAnswer);
    pause = reply.is === 'answer' ? FIRST_PAUSE_MS : Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

/** An attempt that ended without a verdict is none while the gate itself opens another one. */
function isDecided({ verdict, retryAfterSeconds }: Answer): boolean {
  return verdict !== 'hold' && !(verdict === 'inconclusive' && retryAfterSeconds > 0);
}

function pauseMs(reply: Reply, pause: number): number {
  if (reply.is === 'no-answer') return Math.min(reply.retryAfterMs ?? pause, PATIENCE_MS);
  // An answer that is no hold is answered at once, whatever the wait.
  if (reply.is === 'answer' && reply.answer.verdict !== 'hold') return reply.answer.retryAfterSeconds * 1000;
  return pause;
}
