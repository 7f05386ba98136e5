import { SLOT } from './cell.ts';
import { minutesText } from './numbers.ts';
import type { RowState } from './row-state.ts';

/** Share of the minutes of a soak that must have been read cleanly. */
export const CLEAN_SHARE = 0.9;

/** The minutes that go looks at. */
export interface SoakWindow {
  /** Minutes since the sync. */
  readonly minutes: number;
  /** Whole minutes since settling. */
  readonly settledMinutes: number;
  /** Minutes that the soak needs. */
  readonly needed: number;
}

/** Whether a series was there for go. */
export interface Presence {
  readonly there: boolean;
  /** Minutes read cleanly among the last ones needed. */
  readonly clean: number;
  /** What is missing, empty when it was there. */
  missing(): string;
}

/** Index of the first of the last minutes needed, never before settling. */
export function windowStart({ minutes, settledMinutes, needed }: SoakWindow): number {
  return minutes - Math.min(settledMinutes, needed);
}

/**
 * Whether the newest minute and nearly all of the minutes needed were read cleanly.
 *
 * @param quietIsThere whether a minute without traffic counts as read
 */
export function presenceOf(row: RowState, window: SoakWindow, quietIsThere: boolean): Presence {
  const { minutes, settledMinutes, needed } = window;
  const start = windowStart(window);
  const gaps = countFrom(row.unread, start) + (quietIsThere ? 0 : countFrom(row.quiet, start));
  const clean = minutes - start - gaps;
  const isRead = row.newest === SLOT.value || (quietIsThere && row.newest === SLOT.noTraffic);
  const newest = settledMinutes > 0 && isRead;
  const least = Math.ceil(CLEAN_SHARE * needed - 1e-9);
  const there = newest && clean >= least;
  return {
    there,
    clean,
    missing() {
      if (there) return '';
      return newest
        ? `${clean} of the last ${minutesText(needed)} read, ${least} are needed`
        : 'the newest minute is missing';
    },
  };
}

/** Whether the soak so far was read nearly throughout, with numbers and not just silence. */
export function wasReadThroughout(row: RowState, { settledMinutes }: SoakWindow): boolean {
  return settledMinutes > 0 && row.valuesSettled >= CLEAN_SHARE * settledMinutes;
}

function countFrom(minutes: readonly number[], start: number): number {
  let count = 0;
  for (let i = minutes.length - 1; i >= 0 && (minutes[i] ?? 0) >= start; i--) count++;
  return count;
}
