import { setTimeout as delay } from 'node:timers/promises';

/** How long to wait, how often to look, and what else to tell when it was in vain. */
export interface WaitOptions {
  /** Default 10,000. */
  readonly timeoutMs?: number;
  /** Default 50. */
  readonly everyMs?: number;
  /** Ends the wait at once with the signal's reason. */
  readonly signal?: AbortSignal;
}

/**
 * Asks again and again until there is an answer: for state behind HTTP, which can't tell us by an event.
 *
 * @param what  what is waited for, as it stands in the error: "the target is up"
 * @param probe answers undefined or false for "not yet"; throwing means "not yet" too
 * @returns the first other answer
 * @throws Error after the time, with the last error of the probe as its cause
 */
export async function waitFor<T>(
  what: string,
  probe: () => T | undefined | false | Promise<T | undefined | false>,
  { timeoutMs = 10_000, everyMs = 50, signal }: WaitOptions = {},
): Promise<T> {
  const deadline = performance.now() + timeoutMs;
  let cause: unknown;
  do {
    signal?.throwIfAborted();
    try {
      const answer = await probe();
      if (answer !== undefined && answer !== false) return answer;
      cause = undefined;
    } catch (error) {
      cause = error;
    }
    await delay(everyMs);
  } while (performance.now() < deadline);
  signal?.throwIfAborted();
  const last = cause instanceof Error ? `; the last error was: ${cause.message}` : '';
  throw new Error(`waited ${timeoutMs} ms in vain until ${what}${last}`, { cause });
}
