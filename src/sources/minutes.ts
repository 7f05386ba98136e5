import { InputError } from '../domain/errors.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import type { MinuteWindow } from './signal-source.ts';

/** The end of the last minute whose numbers no longer change, in epoch milliseconds. */
export function finalMinute(now: number, settleDelayMs: number): number {
  return Math.floor((now - settleDelayMs) / MINUTE_MS) * MINUTE_MS;
}

/**
 * The end of the minute that a time belongs to; a time at the very end belongs to the minute that ends there.
 *
 * A rule evaluated at t records the minute (t - 60 s, t], and its group runs at any offset inside a minute:
 * what it recorded at 12:00:37 is the minute that ends at 12:01:00.
 */
export function minuteOf(timeMs: number): number {
  return Math.ceil(timeMs / MINUTE_MS) * MINUTE_MS;
}

/**
 * The ends of all minutes of a window, ascending.
 *
 * @throws InputError `source/window` when an end is no whole minute
 */
export function minutesOf({ from, to }: MinuteWindow): readonly number[] {
  if (from % MINUTE_MS !== 0 || to % MINUTE_MS !== 0) {
    throw new InputError(
      'source/window',
      `the window ${from} to ${to} is not made of whole minutes; both ends are multiples of ${MINUTE_MS} ms`,
      'window',
    );
  }
  const count = Math.max(0, (to - from) / MINUTE_MS + 1);
  return Array.from({ length: count }, (_, i) => from + i * MINUTE_MS);
}
