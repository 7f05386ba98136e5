import type { Check, StateCheck } from '../domain/check.ts';
import { type Component, touches } from '../domain/component.ts';
import { cleanValue, type ItemCount, MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import { readingAt } from './readings-json.ts';
import { placesOf } from './sight.ts';

/** How far a change has arrived: items (nodes, workloads) as good as before the sync, of all items. */
export interface SettleProgress {
  readonly done: number;
  readonly total: number;
}

/** What settling is told by. */
export interface SettleInput {
  readonly components: readonly Component[];
  /** Checks of covered signals. */
  readonly checks: readonly Check[];
  /** Baseline and time since, in one row. */
  readonly readings: ClusterReadings;
  readonly baselineEnd: number;
  readonly syncedAt: number;
}

/** Minutes before the sync whose median tells how many bad items are usual here. */
export const USUAL_MINUTES = 60;

/** Nothing is known of any item. */
export const NO_PROGRESS: SettleProgress = { done: 0, total: 0 };

/**
 * Whether the change has arrived: in the last minute after the sync, no state check of the change's components shows
 * more bad items than were usual before it. Not knowing one of them is not settled. Without such a check the first
 * minute that was read after the sync settles.
 */
export function settled(input: SettleInput): boolean {
  const states = statesOf(input);
  const minute = lastMinute(input.readings, states.length > 0 ? states : input.checks);
  if (minute === undefined || minute <= input.syncedAt) return false;
  return states.every((check) => {
    const reading = readingAt(input.readings.items.get(check.signal), minute);
    if (reading.is === 'no-traffic') return true;
    const items = cleanValue(reading);
    return items !== undefined && items.bad <= usualBad(input, check);
  });
}

/** How far the change has arrived in the last minute; what is not known counts as nothing. */
export function settleProgress(input: SettleInput): SettleProgress {
  const states = statesOf(input);
  const minute = lastMinute(input.readings, states);
  if (minute === undefined) return NO_PROGRESS;
  let done = 0;
  let total = 0;
  for (const check of states) {
    const items = cleanValue(readingAt(input.readings.items.get(check.signal), minute));
    if (items === undefined) continue;
    total += items.among;
    done += items.among - Math.max(0, items.bad - usualBad(input, check));
  }
  return { done, total };
}

/** "31 of 44 items are as they were before the sync." */
export function settlingReason({ done, total }: SettleProgress): Reason {
  const text =
    total === 0
      ? 'The sync is done; whether the change has arrived everywhere is not known yet.'
      : `The sync is done; ${done} of ${total} items (nodes, workloads) are as good as before it.`;
  return { code: 'run/settling', text };
}

function statesOf({ checks, components }: SettleInput): readonly StateCheck[] {
  return checks.filter(
    (check): check is StateCheck => check.kind === 'state' && touches(components, check.component),
  );
}

function usualBad({ readings, baselineEnd }: SettleInput, { signal }: StateCheck): number {
  const row = readings.items.get(signal) ?? [];
  const from = baselineEnd - USUAL_MINUTES * MINUTE_MS;
  const bad = row
    .filter(({ minute }) => minute > from && minute <= baselineEnd)
    .flatMap(({ reading }) => cleanValue(reading)?.bad ?? [])
    .sort((a, b) => a - b);
  return bad[Math.floor(bad.length / 2)] ?? 0;
}

function lastMinute(readings: ClusterReadings, checks: readonly Check[]): number | undefined {
  let last: number | undefined;
  const see = (row: readonly MinuteReading<ItemCount | unknown>[] | undefined) => {
    const minute = row?.at(-1)?.minute;
    if (minute !== undefined && (last === undefined || minute > last)) last = minute;
  };
  for (const { kind, key } of checks.flatMap(placesOf)) see(readings[kind].get(key));
  return last;
}
