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

/** How a reading's value becomes two numbers. */
export interface Shape<T> {
  readonly amount: (value: T) => number;
  readonly whole: (value: T) => number;
}

/** Events among exposure. */
export const COUNT: Shape<Count> = {
  amount: ({ events }) => countable(events),
  whole: ({ exposure }) => countable(exposure),
};

/** Bad among all items. */
export const ITEMS: Shape<ItemCount> = {
  amount: ({ bad }) => countable(bad),
  whole: ({ among }) => countable(among),
};

/** A plain number; its whole is 1, so that it never looks like "no traffic". */
export const VALUE: Shape<number> = { amount: (value) => value, whole: () => 1 };

/** An empty track over a span: nothing was delivered. */
export function emptyTrack(span: Span): Track {
  const { length } = span;
  const slots = new Uint8Array(length);
  return { ...span, slots, amounts: new Float64Array(length), wholes: new Float64Array(length) };
}

/**
 * Lays readings out by minute; what lies outside the track's span is left out. A number that can't be a measurement (NaN,
 * infinite, a negative count, events without exposure) is unknown, and so is a minute delivered twice with two contents.
 */
export function layOut<T>(
  readings: readonly MinuteReading<T>[] | undefined,
  shape: Shape<T>,
  track: Track,
): void {
  if (readings === undefined) return;
  // Rows hold a day of minutes and a look has hundreds of rows: no iterators and no tuples in here.
  for (let i = 0; i < readings.length; i++) {
    const entry = readings[i] as MinuteReading<T>;
    const at = Math.floor((entry.minute - track.first) / MINUTE_MS);
    if (at >= 0 && at < track.length) put(track, at, entry.reading, shape);
  }
}

function put<T>({ slots, amounts, wholes }: Track, at: number, reading: Reading<T>, shape: Shape<T>): void {
  const counts = reading.is === 'value' || reading.is === 'partial';
  const amount = counts ? shape.amount(reading.value) : 0;
  const whole = counts ? shape.whole(reading.value) : 0;
  const slot = slotOf(reading, amount, whole);
  const isNumber = slot === SLOT.value || slot === SLOT.partial;
  const before = slots[at];
  if (before === SLOT.absent) {
    slots[at] = slot;
    amounts[at] = isNumber ? amount : 0;
    wholes[at] = isNumber ? whole : 0;
  } else if (before !== slot || (isNumber && (amounts[at] !== amount || wholes[at] !== whole))) {
    slots[at] = SLOT.unknown;
    amounts[at] = 0;
    wholes[at] = 0;
  }
}

/** The first minutes of a track; its numbers are shared, not copied. */
export function firstOf(track: Track, length: number): Track {
  const { first, slots, amounts, wholes } = track;
  return {
    first,
    length,
    slots: slots.subarray(0, length),
    amounts: amounts.subarray(0, length),
    wholes: wholes.subarray(0, length),
  };
}

/** How many minutes of a track there are up to the newest one delivered. */
export function deliveredLength(track: Track): number {
  let length = track.length;
  while (length > 0 && track.slots[length - 1] === SLOT.absent) length--;
  return length;
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
