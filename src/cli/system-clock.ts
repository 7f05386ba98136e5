import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../gate/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep: (ms, aborted) => sleep(ms, aborted) };

/**
 * A clock that runs `factor` times as fast as the machine's, for the demo: an hour of the fleet in half a minute.
 */
export function fastClock(factor: number, start: number = Date.now()): Clock {
  return {
    now: () => start + (Date.now() - start) * factor,
    sleep: (ms, aborted) => sleep(ms / factor, aborted),
  };
}

async function sleep(ms: number, aborted?: AbortSignal): Promise<void> {
  try {
    await wait(ms, undefined, aborted === undefined ? {} : { signal: aborted });
  } catch (error) {
    // An abort ends the wait early; that is what it is for.
    if (!aborted?.aborted) throw error;
  }
}
