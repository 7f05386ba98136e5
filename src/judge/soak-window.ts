import { minutesText } from './numbers.ts';
import { newestSlot, SLOT, type Slot, slotAt, type Track } from './track.ts';

/** Share of the minutes of a soak that must have been read cleanly. */
export const CLEAN_SHARE = 0.9;

/** Slots that say what happened: a number, or that nobody used the thing. */
const KNOWN: ReadonlySet<Slot> = new Set([SLOT.value, SLOT.noTraffic]);
const NUMBER: ReadonlySet<Slot> = new Set([SLOT.value]);

/** The part of a track that go looks at. */
export interface SoakWindow {
  readonly track: Track;
  /** First minute after settling. */
  readonly settledIndex: number;
  /** Minutes that the soak needs. */
  readonly needed: number;
}

/** Whether a series was there for go. */
export interface Presence {
  readonly there: boolean;
  /** Minutes read cleanly among the last ones needed. */
  readonly clean: number;
  /** What is missing, empty when it was there. */
  readonly missing: string;
}

/** First index of the last `needed` minutes, never before settling. */
export function windowStart({ track, settledIndex, needed }: SoakWindow): number {
  return Math.max(settledIndex, track.length - needed);
}

/**
 * Whether the newest minute and nearly all of the minutes needed were read cleanly.
 *
 * @param quietIsThere whether a minute without traffic counts as read
 */
export function presenceOf(window: SoakWindow, quietIsThere: boolean): Presence {
  const { track, needed } = window;
  const kinds = quietIsThere ? KNOWN : NUMBER;
  const clean = countSlots(track, windowStart(window), kinds);
  const newest = track.length > window.settledIndex && kinds.has(newestSlot(track));
  const least = Math.ceil(CLEAN_SHARE * needed - 1e-9);
  const there = newest && clean >= least;
  const missing = newest
    ? `${clean} of the last ${minutesText(needed)} read, ${least} are needed`
    : 'the newest minute is missing';
  return { there, clean, missing: there ? '' : missing };
}

/** Whether the soak so far was read nearly throughout, with numbers and not just silence. */
export function wasReadThroughout({ track, settledIndex }: SoakWindow): boolean {
  const minutes = track.length - settledIndex;
  return minutes > 0 && countSlots(track, settledIndex, NUMBER) >= CLEAN_SHARE * minutes;
}

function countSlots(track: Track, from: number, kinds: ReadonlySet<Slot>): number {
  let count = 0;
  for (let i = from; i < track.length; i++) if (kinds.has(slotAt(track, i))) count++;
  return count;
}
