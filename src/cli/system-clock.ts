import { setTimeout as wait } from 'node:timers/promises';
import type { Clock } from '../gate/ports.ts';

/** The machine's clock. */
export const systemClock: Clock = { now: () => Date.now(), sleep: (ms, aborted) => sleep(ms, aborted) };

/** How a faster clock runs; processes that share it agree on the time. */
export interface FastTime {
  /** Seconds of it in one of the machine's. */
  readonly factor: number;
  /** The machine's time at its start, epoch milliseconds. */
  readonly realStart: number;
  /** Its own time at its start, epoch milliseconds. */
  readonly start: number;
}

/** A clock that runs faster than the machine's, for the demo: an hour of the fleet in half a minute. */
export function fastClock({ factor, realStart, start }: FastTime): Clock {
  return {
    now: () => start + (Date.now() - realStart) * factor,
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
