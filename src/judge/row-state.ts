import { type Cell, isNumber, SLOT, type Slot } from './cell.ts';

/** What was read of one thing since the sync, as far as it matters later. Minutes are told by their index since the sync. */
export interface RowState {
  newest: Slot;
  /** The newest minute with a number, complete or partial; -1 while there is none. */
  numberAt: number;
  /** What it held. */
  amount: number;
  whole: number;
  /** Minutes with a number: since the sync, since settling; and the complete ones since settling. */
  numbers: number;
  numbersSettled: number;
  valuesSettled: number;
  /** Minutes since settling that say nothing, ascending; those that no soak window reaches are forgotten. */
  unread: number[];
  /** Minutes since settling without traffic, in the same way. */
  quiet: number[];
}

/** Where a minute stands in its run. */
export interface MinutePlace {
  /** Minutes since the sync before it. */
  readonly index: number;
  readonly isSettled: boolean;
  /** Length of the longest window that go may look back, in minutes. */
  readonly longestWindow: number;
}

/** A row before its first minute. */
export function openRow(): RowState {
  return {
    newest: SLOT.absent,
    numberAt: -1,
    amount: 0,
    whole: 0,
    numbers: 0,
    numbersSettled: 0,
    valuesSettled: 0,
    unread: [],
    quiet: [],
  };
}

/** Takes in one minute. */
export function takeIntoRow(row: RowState, { slot, amount, whole }: Cell, place: MinutePlace): void {
  row.newest = slot;
  if (isNumber(slot)) {
    row.numberAt = place.index;
    row.amount = amount;
    row.whole = whole;
    row.numbers += 1;
  }
  if (!place.isSettled) return;
  if (isNumber(slot)) row.numbersSettled += 1;
  if (slot === SLOT.value) row.valuesSettled += 1;
  else remember(slot === SLOT.noTraffic ? row.quiet : row.unread, place);
}

function remember(minutes: number[], { index, longestWindow }: MinutePlace): void {
  minutes.push(index);
  while ((minutes[0] ?? index) <= index - longestWindow) minutes.shift();
}
