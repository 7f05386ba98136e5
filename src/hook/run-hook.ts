import type { Clock } from '../gate/ports.ts';
import type { Answer } from '../gate/use-cases.ts';
import { askGate, type HookAsk, type Reply } from './ask-gate.ts';
import type { HookEnd } from './exit-codes.ts';
import { createStory, describe } from './story.ts';

/** What a hook was told to do. */
export interface HookOptions {
  readonly gateUrl: string;
  readonly ask: HookAsk;
  readonly token: () => Promise<string | undefined>;
  /** `register` ends when the gate has noted the sync; `wait` ends with the verdict. */
  readonly mode: 'wait' | 'register';
  /** On a hold, wait for another answer, or end at once. */
  readonly onHold: 'wait' | 'fail';
  readonly maxWaitMs: number;
}

/** How a hook ended, with the last answer where there was one. */
export interface HookResult {
  readonly end: HookEnd | 'registered';
  readonly text: string;
  readonly answer?: Answer;
}

/** What the hook needs of its surroundings. */
export interface HookSurroundings {
  readonly clock: Clock;
  /** Told whenever what is waited for changes, and when the gate can't be reached: a line with its time. */
  readonly progress: (line: string) => void;
  /** Aborts when the pod is told to end. */
  readonly aborted: AbortSignal;
  /** How requests are sent; default: the runtime's way. */
  readonly fetch?: typeof fetch;
}

/** Longest long poll; below the idle limits of common load balancers (60 s). */
const LONGEST_POLL_SECONDS = 45;
/** Pauses between attempts while there is no answer. */
const FIRST_PAUSE_MS = 1_000;
const LONGEST_PAUSE_MS = 15_000;

/** Asks the gate until it answers for good or the time is over. Never ends with go but for an answer that says go. */
export async function runHook(options: HookOptions, surroundings: HookSurroundings): Promise<HookResult> {
  const { clock, progress, aborted } = surroundings;
  const deadline = clock.now() + options.maxWaitMs;
  let pause = FIRST_PAUSE_MS;
  let last: Reply | undefined;
  let lastAnswer: Answer | undefined;
  const story = createStory();
  for (;;) {
    const leftMs = deadline - clock.now();
    const reply = await askGate({
      gateUrl: options.gateUrl,
      question: { asks: options.ask },
      waitSeconds: pollSeconds(options, leftMs),
      token: options.token,
      aborted,
      ...(surroundings.fetch && { fetch: surroundings.fetch }),
    });
    if (aborted.aborted) return stopped(lastAnswer);
    last = reply;
    if (reply.is === 'answer') {
      lastAnswer = reply.answer;
      pause = FIRST_PAUSE_MS;
      const result = resultOf(options, reply.answer);
      if (result !== undefined) return result;
    } else if (reply.is !== 'no-answer') {
      return { end: reply.is, text: reply.cause };
    }
    const line = story(reply, clock.now());
    if (line !== undefined) progress(line);
    if (clock.now() >= deadline) return outOfTime(last, lastAnswer, options);
    await clock.sleep(pauseMs(reply, pause, deadline - clock.now()), aborted);
    if (aborted.aborted) return stopped(lastAnswer);
    if (reply.is === 'no-answer') pause = Math.min(pause * 2, LONGEST_PAUSE_MS);
  }
}

function pollSeconds({ mode, onHold }: HookOptions, leftMs: number): number {
  if (mode === 'register' || onHold === 'fail') return 0;
  return Math.max(0, Math.min(LONGEST_POLL_SECONDS, Math.floor(leftMs / 1000)));
}

function pauseMs(reply: Reply, pause: number, leftMs: number): number {
  const wanted = reply.is === 'no-answer' ? (reply.retryAfterMs ?? pause) : FIRST_PAUSE_MS;
  return Math.max(0, Math.min(wanted, leftMs));
}

function resultOf(options: HookOptions, answer: Answer): HookResult | undefined {
  // The halt that follows is what was reported, and no trouble of the report.
  if (options.ask.phase === 'SyncFail') {
    return { end: 'registered', text: `the failed sync is noted: ${describe(answer)}`, answer };
  }
  if (answer.verdict !== 'hold') return { end: answer.verdict, text: describe(answer), answer };
  if (options.mode === 'register') {
    return {
      end: 'registered',
      text: `the sync is registered as ${answer.runId}; this is no verdict`,
      answer,
    };
  }
  if (options.onHold === 'fail') return { end: 'hold', text: describe(answer), answer };
  return undefined;
}

function outOfTime(last: Reply, lastAnswer: Answer | undefined, { maxWaitMs }: HookOptions): HookResult {
  const waited = `after ${Math.round(maxWaitMs / 1000)} s`;
  if (last.is === 'answer') {
    return { end: 'hold', text: `still held ${waited}: ${describe(last.answer)}`, answer: last.answer };
  }
  const cause = 'cause' in last ? last.cause : '';
  return {
    end: 'no-answer',
    text: `no answer ${waited}: ${cause}`,
    ...(lastAnswer === undefined ? {} : { answer: lastAnswer }),
  };
}

/** How a wait ends that was told to end. */
export function stopped(lastAnswer: Answer | undefined): HookResult {
  return {
    end: 'no-answer',
    text: 'told to end before there was a verdict; the run goes on in the gate, and asking again joins it',
    ...(lastAnswer === undefined ? {} : { answer: lastAnswer }),
  };
}
