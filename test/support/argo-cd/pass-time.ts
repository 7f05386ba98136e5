import type { ManualClock } from '../../gate/support/manual-clock.ts';

/** How far time goes. */
export interface Passing {
  readonly atMostMs: number;
  /** Ends it earlier; asked at every moment at which somebody wakes. */
  readonly until?: () => boolean;
  /** Whether everybody who has something to do has done it and sleeps; without it one turn of the event loop is enough. */
  readonly isSettled?: () => boolean;
}

/**
 * Lets time go by from one moment at which somebody wakes to the next.
 *
 * @returns whether `until` came true
 */
export async function passTime(
  clock: ManualClock,
  { atMostMs, until = () => false, isSettled = () => true }: Passing,
): Promise<boolean> {
  const end = clock.now() + atMostMs;
  for (;;) {
    do await new Promise((resolve) => setImmediate(resolve));
    while (!isSettled());
    if (until()) return true;
    if (clock.now() >= end) return false;
    clock.advance(Math.min(clock.nextWake, end) - clock.now());
  }
}
