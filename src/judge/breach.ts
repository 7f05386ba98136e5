import { hasNumber, SLOT, slotAt, type Track } from './track.ts';

/** A rule that a minute can break, and how many minutes in a row make it a breach. */
export interface BreachRule {
  readonly track: Track;
  /** 1 or more. */
  readonly forMinutes: number;
  /** Whether a minute with a number is beyond what is tolerated. */
  beyond(index: number): boolean;
}

/** Whether a breach is on now: the newest minutes are all clean and all beyond, as many as the rule asks. */
export function lastsUntilNow(rule: BreachRule): boolean {
  const { track, forMinutes } = rule;
  if (track.length < forMinutes) return false;
  for (let i = track.length - forMinutes; i < track.length; i++) {
    if (slotAt(track, i) !== SLOT.value || !rule.beyond(i)) return false;
  }
  return true;
}

/** Whether the newest minute is beyond what is tolerated, however short that has been so. */
export function isBeyondNow(rule: BreachRule): boolean {
  const newest = rule.track.length - 1;
  return hasNumber(rule.track, newest) && rule.beyond(newest);
}

/** How many minutes up to `newest` were clean and beyond, without a gap. */
export function rowUntil(rule: BreachRule, newest: number): number {
  let row = 0;
  for (let i = newest; i >= 0 && slotAt(rule.track, i) === SLOT.value && rule.beyond(i); i--) row++;
  return row;
}

/**
 * Index of the last minute of a breach since the sync. Only a clean minute within bounds ends a row of minutes beyond,
 * so a gap between two of them makes nothing better.
 */
export function lastBreach(rule: BreachRule): number | undefined {
  const { track, forMinutes } = rule;
  let row = 0;
  let last: number | undefined;
  for (let i = 0; i < track.length; i++) {
    const beyond = hasNumber(track, i) && rule.beyond(i);
    if (beyond) row++;
    else if (slotAt(track, i) === SLOT.value) row = 0;
    if (beyond && row >= forMinutes) last = i;
  }
  return last;
}
