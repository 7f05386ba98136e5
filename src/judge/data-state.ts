import type { Check } from '../domain/check.ts';
import { hasNumber, newestSlot, SLOT, type Track } from './track.ts';

/** What the newest minute of a check is, or that it has been silent ever since. */
export type DataState = 'fresh' | 'unknown' | 'missing' | 'partial' | 'no-traffic';

/**
 * State of a check's data.
 *
 * @param from index of the first minute that silence is looked for in
 */
export function dataState(track: Track, from: number): DataState {
  if (track.length === 0) return 'fresh';
  switch (newestSlot(track)) {
    case SLOT.unknown:
      return 'unknown';
    case SLOT.partial:
      return 'partial';
    case SLOT.absent:
    case SLOT.noData:
      return 'missing';
    case SLOT.noTraffic:
      return isSilent(track, from) ? 'no-traffic' : 'fresh';
    default:
      return 'fresh';
  }
}

function isSilent(track: Track, from: number): boolean {
  for (let i = from; i < track.length; i++) if (hasNumber(track, i)) return false;
  return from < track.length;
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
