import { type Count, MINUTE_MS, type MinuteReading, type Reading } from '../domain/reading.ts';
import { cellOf, type Shape, SLOT, type Slot } from './cell.ts';

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
  const { slot, amount, whole } = cellOf(reading, shape);
  const before = slots[at];
  if (before === SLOT.absent) {
    slots[at] = slot;
    amounts[at] = amount;
    wholes[at] = whole;
  } else if (before !== slot || amounts[at] !== amount || wholes[at] !== whole) {
    slots[at] = SLOT.unknown;
    amounts[at] = 0;
    wholes[at] = 0;
  }
}

/** End of a slot's minute, in epoch milliseconds. */
export function minuteAt(span: Span, index: number): number {
  return span.first + index * MINUTE_MS;
}

/** What a minute holds; absent outside the span. */
export function slotAt(track: Track, index: number): Slot {
  return (track.slots[index] ?? SLOT.absent) as Slot;
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
