import type { Check } from '../domain/check.ts';
import { SLOT } from './cell.ts';
import type { Look } from './look.ts';
import type { RowState } from './row-state.ts';

/** What the newest minute of a check is, or that it has been silent ever since. */
export type DataState = 'fresh' | 'unknown' | 'missing' | 'partial' | 'no-traffic';

/** State of a check's data: silence is looked for since settling, and before that since the sync. */
export function dataState(row: RowState, { minutes, settledMinutes }: Look): DataState {
  if (minutes === 0) return 'fresh';
  switch (row.newest) {
    case SLOT.unknown:
      return 'unknown';
    case SLOT.partial:
      return 'partial';
    case SLOT.absent:
    case SLOT.noData:
      return 'missing';
    case SLOT.noTraffic:
      return (settledMinutes > 0 ? row.numbersSettled : row.numbers) === 0 ? 'no-traffic' : 'fresh';
    default:
      return 'fresh';
  }
}

/** What a state that isn't fresh means, behind a check's title. */
export function dataText(check: Check, state: Exclude<DataState, 'fresh'>): string {
  switch (state) {
    case 'unknown':
      return 'the newest minute could not be read';
    case 'missing':
      return 'it delivered before, and nothing in the newest minute';
    case 'partial':
      return 'the newest minute is incomplete';
    case 'no-traffic':
      return `there is ${'series' in check ? 'no traffic' : 'none of it'}, so nothing can be learned`;
  }
}
