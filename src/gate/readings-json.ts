import type { Count, ItemCount, MinuteReading, Reading } from '../domain/reading.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import type { ControlMinute } from '../judge/controls.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { JudgeMinute } from '../judge/run-facts.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import { decodeControls, type EncodedControls, encodeControls } from './controls/controls-json.ts';
import type { StoredMinute } from './ports.ts';

/**
 * Readings of a window as JSON: by kind and key one entry a minute. `[3, 1200]` or `0.7` is a value, `"-"` no traffic,
 * `null` no data. Keys are sorted, so that one content is one text.
 */
export interface EncodedReadings {
  readonly window: MinuteWindow;
  readonly counts: Rows<Pair>;
  readonly items: Rows<Pair>;
  readonly values: Rows<number>;
}

type Pair = readonly [number, number];
type Rows<P> = Readonly<Record<string, readonly Encoded<P>[]>>;
type Encoded<P> = P | '-' | null | Unclean<P>;
type Unclean<P> = { readonly unknown: string } | { readonly partial: P; readonly cause: string };

interface EncodedMinute {
  readonly counts: Readonly<Record<string, Encoded<Pair>>>;
  readonly items: Readonly<Record<string, Encoded<Pair>>>;
  readonly values: Readonly<Record<string, Encoded<number>>>;
  readonly controls?: EncodedControls;
}

const packCount = ({ events, exposure }: Count): Pair => [events, exposure];
const unpackCount = ([events, exposure]: Pair): Count => ({ events, exposure });
const packItems = ({ bad, among }: ItemCount): Pair => [bad, among];
const unpackItems = ([bad, among]: Pair): ItemCount => ({ bad, among });
const same = (value: number): number => value;

/** All readings of a window of whole minutes; a minute without an entry is no data. */
export function encodeReadings(readings: ClusterReadings, window: MinuteWindow): EncodedReadings {
  return {
    window,
    counts: encodeRows(readings.counts, window, packCount),
    items: encodeRows(readings.items, window, packItems),
    values: encodeRows(readings.values, window, same),
  };
}

/** The opposite of `encodeReadings`. */
export function decodeReadings({ window, counts, items, values }: EncodedReadings): ClusterReadings {
  return {
    counts: decodeRows(counts, window, unpackCount),
    items: decodeRows(items, window, unpackItems),
    values: decodeRows(values, window, same),
  };
}

/** One minute of the readings as JSON text, with what the controls did in it. */
export function encodeMinute(readings: ClusterReadings, minute: number, controls?: ControlMinute): string {
  const encoded: EncodedMinute = {
    counts: encodeAt(readings.counts, minute, packCount),
    items: encodeAt(readings.items, minute, packItems),
    values: encodeAt(readings.values, minute, same),
    ...(controls && { controls: encodeControls(controls) }),
  };
  return JSON.stringify(encoded);
}

/** The opposite of `encodeMinute`. */
export function decodeMinute({ minute, json }: StoredMinute): JudgeMinute {
  const encoded = JSON.parse(json) as EncodedMinute;
  return {
    minute,
    counts: decodeAt(encoded.counts, unpackCount),
    items: decodeAt(encoded.items, unpackItems),
    values: decodeAt(encoded.values, same),
    ...(encoded.controls && { controls: decodeControls(encoded.controls, minute) }),
  };
}

/** The reading of a minute in a row of one entry a minute; no data when it has none. */
export function readingAt<T>(row: readonly MinuteReading<T>[] | undefined, minute: number): Reading<T> {
  const first = row?.[0]?.minute;
  if (row === undefined || first === undefined) return NO_DATA;
  const expected = row[(minute - first) / MINUTE_MS];
  // A row with a hole in it still answers rightly, only slower.
  const entry = expected?.minute === minute ? expected : row.find((candidate) => candidate.minute === minute);
  return entry?.reading ?? NO_DATA;
}

function encodeRows<T, P>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
  { from, to }: MinuteWindow,
  pack: (value: T) => P,
): Record<string, Encoded<P>[]> {
  const minutes = Array.from({ length: (to - from) / MINUTE_MS + 1 }, (_, index) => from + index * MINUTE_MS);
  const encoded = sorted(rows).map(([key, row]) => [
    key,
    minutes.map((minute) => encode(readingAt(row, minute), pack)),
  ]);
  return Object.fromEntries(encoded);
}

function decodeRows<T, P>(
  rows: Rows<P>,
  { from }: MinuteWindow,
  unpack: (packed: P) => T,
): Map<string, MinuteReading<T>[]> {
  const decoded = Object.entries(rows).map(([key, row]): [string, MinuteReading<T>[]] => [
    key,
    row.map((reading, index) => ({ minute: from + index * MINUTE_MS, reading: decode(reading, unpack) })),
  ]);
  return new Map(decoded);
}

function encodeAt<T, P>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
  minute: number,
  pack: (value: T) => P,
): Record<string, Encoded<P>> {
  return Object.fromEntries(sorted(rows).map(([key, row]) => [key, encode(readingAt(row, minute), pack)]));
}

function decodeAt<T, P>(
  encoded: Readonly<Record<string, Encoded<P>>>,
  unpack: (packed: P) => T,
): Record<string, Reading<T>> {
  return Object.fromEntries(Object.entries(encoded).map(([key, reading]) => [key, decode(reading, unpack)]));
}

function sorted<V>(rows: ReadonlyMap<string, V>): [string, V][] {
  return [...rows].sort(([a], [b]) => (a < b ? -1 : 1));
}

function encode<T, P>(reading: Reading<T>, pack: (value: T) => P): Encoded<P> {
  switch (reading.is) {
    case 'value':
      return pack(reading.value);
    case 'no-traffic':
      return '-';
    case 'no-data':
      return null;
    case 'partial':
      return { partial: pack(reading.value), cause: reading.cause };
    case 'unknown':
      return { unknown: reading.cause };
  }
}

const NO_DATA = { is: 'no-data' } as const;
const NO_TRAFFIC = { is: 'no-traffic' } as const;

function decode<T, P>(encoded: Encoded<P>, unpack: (packed: P) => T): Reading<T> {
  if (encoded === null) return NO_DATA;
  if (encoded === '-') return NO_TRAFFIC;
  if (isUnclean(encoded)) {
    return 'unknown' in encoded
      ? { is: 'unknown', cause: encoded.unknown }
      : { is: 'partial', value: unpack(encoded.partial), cause: encoded.cause };
  }
  return { is: 'value', value: unpack(encoded) };
}

function isUnclean<P>(encoded: P | Unclean<P>): encoded is Unclean<P> {
  return typeof encoded === 'object' && !Array.isArray(encoded);
}
