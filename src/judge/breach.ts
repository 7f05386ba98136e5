import { type Cell, isNumber, SLOT } from './cell.ts';
import type { RowState } from './row-state.ts';

/** How long something has been beyond what is tolerated. */
export interface BreachState {
  /** Clean minutes beyond up to the newest one, without a gap. */
  row: number;
  /** The same up to the newest minute with a number. */
  rowThen: number;
  /** Minutes beyond since the last clean one within bounds; a gap between two of them makes nothing better. */
  lasting: number;
  /** Whether the newest minute with a number is beyond. */
  isBeyond: boolean;
  /** Index of the last minute of a breach since the sync; -1 while there was none. */
  lastBreach: number;
}

/** Nothing was beyond yet. */
export function openBreach(): BreachState {
  return { row: 0, rowThen: 0, lasting: 0, isBeyond: false, lastBreach: -1 };
}

/**
 * Takes in one minute.
 *
 * @param beyond     whether its number is beyond what is tolerated; false without a number
 * @param forMinutes minutes in a row that make a breach, 1 or more
 */
export function takeIntoBreach(
  breach: BreachState,
  { slot }: Cell,
  {
    beyond,
    forMinutes,
    index,
  }: { readonly beyond: boolean; readonly forMinutes: number; readonly index: number },
): void {
  breach.row = beyond && slot === SLOT.value ? breach.row + 1 : 0;
  if (isNumber(slot)) {
    breach.rowThen = breach.row;
    breach.isBeyond = beyond;
  }
  if (beyond) breach.lasting += 1;
  else if (slot === SLOT.value) breach.lasting = 0;
  if (beyond && breach.lasting >= forMinutes) breach.lastBreach = index;
}

/** Whether a breach is on now: the newest minutes are all clean and all beyond, as many as the rule asks. */
export function lastsUntilNow({ row }: BreachState, forMinutes: number): boolean {
  return row >= forMinutes;
}

/** Whether the newest minute is beyond what is tolerated, however short that has been so. */
export function isBeyondNow({ isBeyond }: BreachState, { newest }: RowState): boolean {
  return isBeyond && isNumber(newest);
}
