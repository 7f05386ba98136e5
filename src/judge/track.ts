import {
  type Count,
  type ItemCount,
  MINUTE_MS,
  type MinuteReading,
  type Reading,
} from '../domain/reading.ts';

/** What a minute's slot holds; `absent` is a minute that nobody delivered. */
export const SLOT = { absent: 0, noData: 1, noTraffic: 2, value: 3, partial: 4, unknown: 5 } as const;
export type Slot = (typeof SLOT)[keyof typeof SLOT];

const SLOT_OF = {
  value: SLOT.value,
  'no-traffic': SLOT.noTraffic,
  'no-data': SLOT.noData,
  partial: SLOT.partial,
  unknown: SLOT.unknown,
} as const;

/** A row of whole minutes; `first` is the end of the first one, in epoch milliseconds. */
export interface Span {
  readonly first: number;
  readonly length: number;
}

/**
 * Readings of one series laid out by minute, so that neither their order nor a repeated one matters.
 * `amounts` are events, bad items or values; `wholes` exposure or items. Both are 0 where the slot has no number.
 */
export interface Track extends Span {
  readonly slots: Uint8Array;
  readonly amounts: Float64Array;
  readonly wholes: Float64Array;
}

/** A smaller count is a rounding error of the store's. */
const LEAST_COUNT = 1e-6;

type Amounts = readonly [amount: number, whole: number];

/** Events among exposure, as amounts. */
export const ofCount = ({ events, exposure }: Count): Amounts => [countable(events), countable(exposure)];
/** Bad among all items, as amounts. */
export const ofItems = ({ bad, among }: ItemCount): Amounts => [countable(bad), countable(among)];
/** A plain number; its whole is 1, so that it never looks like "no traffic". */
export const ofValue = (value: number): Amounts => [value, 1];

/**
 * Lays readings out by minute. A number that can't be a measurement (NaN, infinite, a negative count,
 * events without exposure) is unknown, and so is a minute that was delivered twice with two contents.
 */
export function trackOf<T>(
  readings: readonly MinuteReading<T>[] | undefined,
  span: Span,
  amountsOf: (value: T) => Amounts,
): Track {
  const slots = new Uint8Array(span.length);
  const amounts = new Float64Array(span.length);
  const wholes = new Float64Array(span.length);
  for (const { minute, reading } of readings ?? []) {
    const at = slotIndex(span, minute);
    if (at === undefined) continue;
    const [amount, whole] = numbersOf(reading, amountsOf);
    const slot = slotOf(reading, amount, whole);
    const counts = slot === SLOT.value || slot === SLOT.partial;
    const before = slots[at];
    if (before === SLOT.absent) {
      slots[at] = slot;
      amounts[at] = counts ? amount : 0;
      wholes[at] = counts ? whole : 0;
    } else if (before !== slot || (counts && (amounts[at] !== amount || wholes[at] !== whole))) {
      slots[at] = SLOT.unknown;
      amounts[at] = 0;
      wholes[at] = 0;
    }
  }
  return { ...span, slots, amounts, wholes };
}

/** Where a minute lies in a span; undefined outside. */
export function slotIndex(span: Span, minute: number): number | undefined {
  const at = Math.floor((minute - span.first) / MINUTE_MS);
  return at >= 0 && at < span.length ? at : undefined;
}

/** End of a slot's minute, in epoch milliseconds. */
export function minuteAt(span: Span, index: number): number {
  return span.first + index * MINUTE_MS;
}

/** What the newest minute holds; absent when the span is empty. */
export function newestSlot(track: Track): Slot {
  return slotAt(track, track.length - 1);
}

/** What a minute holds; absent outside the span. */
export function slotAt(track: Track, index: number): Slot {
  return (track.slots[index] ?? SLOT.absent) as Slot;
}

/** Index of the newest minute with a number, complete or partial. */
export function lastNumber(track: Track): number | undefined {
  for (let i = track.length - 1; i >= 0; i--) if (hasNumber(track, i)) return i;
  return undefined;
}

/** Whether a minute brought a number, complete or partial. */
export function hasNumber(track: Track, index: number): boolean {
  const slot = slotAt(track, index);
  return slot === SLOT.value || slot === SLOT.partial;
}

/** Counts of the clean minutes with index `from` up to `end`, which is left out. */
export function valuesFrom(track: Track, from: number, end: number = track.length): Count {
  let events = 0;
  let exposure = 0;
  for (let i = Math.max(0, from); i < end; i++) {
    if (slotAt(track, i) !== SLOT.value) continue;
    events += track.amounts[i] ?? 0;
    exposure += track.wholes[i] ?? 0;
  }
  return { events, exposure };
}

function numbersOf<T>(reading: Reading<T>, amountsOf: (value: T) => Amounts): Amounts {
  return reading.is === 'value' || reading.is === 'partial' ? amountsOf(reading.value) : [0, 0];
}

function slotOf<T>(reading: Reading<T>, amount: number, whole: number): Slot {
  const slot = SLOT_OF[reading.is];
  if (slot !== SLOT.value && slot !== SLOT.partial) return slot;
  if (!Number.isFinite(amount) || !Number.isFinite(whole)) return SLOT.unknown;
  if (whole > 0) return slot;
  if (amount !== 0) return SLOT.unknown;
  return slot === SLOT.partial ? SLOT.partial : SLOT.noTraffic;
}

/** Counts are interpolated between scrapes, so a trace of one is none; what no counter can hold is no count. */
function countable(count: number): number {
  if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER)) return Number.NaN;
  return count < LEAST_COUNT ? 0 : count;
}
