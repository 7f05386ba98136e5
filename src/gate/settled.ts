import type { Check, StateCheck } from '../domain/check.ts';
import { touches } from '../domain/component.ts';
import { cleanValue, type ItemCount, MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import { type Arrival, type ArrivalInput, arrivalsOf } from './arrival.ts';
import { readingAt } from './readings-json.ts';
import { placesOf } from './sight.ts';

/** How far a change has arrived, by what is furthest behind. */
export interface SettleProgress {
  readonly done: number;
  readonly total: number;
  /** One of what is counted: `node`. */
  readonly item?: string;
  /** What is still waited for, each part of a sentence. */
  readonly waitsFor?: readonly string[];
}

/** What settling is told by. */
export interface SettleInput extends ArrivalInput {
  /** Checks of covered signals. */
  readonly checks: readonly Check[];
  /** The newest minute, and any before it. */
  readonly readings: ClusterReadings;
  /** `usualBadItems` before the sync. */
  readonly usualBad: ReadonlyMap<string, number>;
}

/** Minutes before the sync whose median tells how many bad items are usual here. */
const USUAL_MINUTES = 60;

/** Nothing is known of any item. */
export const NO_PROGRESS: SettleProgress = { done: 0, total: 0 };

/**
 * Whether the change has arrived: everything that its components are made of runs what it should, and in the last minute
 * after the sync no state check of them shows more bad items than were usual before it. Not knowing one of them is not
 * settled. Without any of it the first minute that was read after the sync settles.
 */
export function settled(input: SettleInput): boolean {
  const states = statesOf(input);
  const minute = lastMinute(input.readings, states.length > 0 ? states : input.checks);
  if (minute === undefined || minute <= input.syncedAt) return false;
  return (
    arrivalsOf(input).every(({ isThere }) => isThere) &&
    states.every((check) => {
      const reading = readingAt(input.readings.items.get(check.signal), minute);
      if (reading.is === 'no-traffic') return true;
      const items = cleanValue(reading);
      return items !== undefined && items.bad <= (input.usualBad.get(check.signal) ?? 0);
    })
  );
}

/** How far the change has arrived, and what is still waited for; what is not known counts as nothing. */
export function settleProgress(input: SettleInput): SettleProgress {
  const all = [...arrivalsOf(input), ...recovered(input)];
  const counted = all.filter(({ total }) => total > 0);
  const shareOf = ({ done, total }: Arrival) => done / total;
  const [first, ...rest] = counted;
  if (first === undefined) return { ...NO_PROGRESS, ...waitsFor(all) };
  const { done, total, item } = rest.reduce((a, b) => (shareOf(b) < shareOf(a) ? b : a), first);
  return { done, total, item, ...waitsFor(all) };
}

/** "31 of 44 nodes run 1.51.0." */
export function settlingReason({ total, waitsFor = [] }: SettleProgress): Reason {
  const text =
    waitsFor.length > 0
      ? `The sync is done; ${waitsFor.join('; ')}.`
      : total === 0
        ? 'The sync is done; whether the change has arrived everywhere is not known yet.'
        : 'The sync is done and everything has arrived; the next minute that is read settles it.';
  return { code: 'run/settling', text };
}

/** What one reason names of what is waited for. */
const NAMED = 4;

function waitsFor(arrivals: readonly Arrival[]): Pick<SettleProgress, 'waitsFor'> {
  const missing = arrivals.filter(({ isThere }) => !isThere).map(({ text }) => text);
  if (missing.length === 0) return {};
  const more = missing.length > NAMED ? [`${missing.length - NAMED} more`] : [];
  return { waitsFor: [...missing.slice(0, NAMED), ...more] };
}

/** How far what went bad during the sync is back, by the state checks. */
function recovered(input: SettleInput): readonly Arrival[] {
  const states = statesOf(input);
  const minute = lastMinute(input.readings, states);
  if (minute === undefined) return [];
  return states.flatMap((check) => {
    const items = cleanValue(readingAt(input.readings.items.get(check.signal), minute));
    if (items === undefined) return [];
    const done = items.among - Math.max(0, items.bad - (input.usualBad.get(check.signal) ?? 0));
    const text = `${done} of ${items.among} items (${check.item}) are as good as before it`;
    return [{ done, total: items.among, item: check.item, isThere: done >= items.among, text }];
  });
}

function statesOf({ checks, components }: SettleInput): readonly StateCheck[] {
  return checks.filter(
    (check): check is StateCheck => check.kind === 'state' && touches(components, check.component),
  );
}

/** How many bad items are usual, by signal: the median of the last hour before the sync; 0 where nothing is known. */
export function usualBadItems(
  items: ClusterReadings['items'],
  baselineEnd: number,
): ReadonlyMap<string, number> {
  const from = baselineEnd - USUAL_MINUTES * MINUTE_MS;
  return new Map(
    [...items].map(([signal, row]) => {
      const bad = row
        .filter(({ minute }) => minute > from && minute <= baselineEnd)
        .flatMap(({ reading }) => cleanValue(reading)?.bad ?? [])
        .sort((a, b) => a - b);
      return [signal, bad[Math.floor(bad.length / 2)] ?? 0];
    }),
  );
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
