import { MINUTE_MS } from '../../domain/reading.ts';
import type { ControlMinute } from '../../judge/controls.ts';
import type { MinuteWindow } from '../../sources/signal-source.ts';
import {
  decodeCount,
  decodeItems,
  decodeValue,
  type EncodedControls,
  encodeControls,
} from './controls-json.ts';
import type { UsualBad } from './pool-controls.ts';

/** The controls of a run, fixed when it opens. */
export interface OpenedControls {
  /** Ascending. */
  readonly clusters: readonly string[];
  readonly usualBad: UsualBad;
  /** `alertIdentity` of what fired on them. */
  readonly alertsBefore: readonly string[];
  /** What they did in the day before, pooled, ascending; absent when that is summed up. */
  readonly minutes?: readonly ControlMinute[];
}

/** Controls as plain data: a row is in the order of the window's minutes, with a null where no control delivered. */
export interface EncodedOpenedControls extends Omit<OpenedControls, 'minutes'> {
  readonly rows?: { readonly [K in keyof EncodedControls]: Rows<EncodedControls[K]> };
}

type EncodedDay = NonNullable<EncodedOpenedControls['rows']>;

type Rows<R> = Readonly<Record<string, readonly (R[keyof R] | null)[]>>;

/** Runs that open together share their controls' day; it is encoded once. */
const encodedDays = new WeakMap<readonly ControlMinute[], EncodedDay>();

/** The controls of an opening as plain data, by rows: names would stand there once a minute else. */
export function encodeOpenedControls(
  { minutes, ...controls }: OpenedControls,
  window: MinuteWindow,
): EncodedOpenedControls {
  if (minutes === undefined) return controls;
  const rows = encodedDays.get(minutes) ?? encodeRows(minutes, window);
  encodedDays.set(minutes, rows);
  return { ...controls, rows };
}

function encodeRows(minutes: readonly ControlMinute[], window: MinuteWindow): EncodedDay {
  const length = (window.to - window.from) / MINUTE_MS + 1;
  const rows = { counts: {}, items: {}, values: {} } as Record<
    keyof EncodedControls,
    Record<string, unknown[]>
  >;
  for (const minute of minutes) {
    const at = (minute.minute - window.from) / MINUTE_MS;
    const encoded = encodeControls(minute);
    for (const kind of KINDS) {
      for (const [key, value] of Object.entries(encoded[kind])) {
        rows[kind][key] ??= new Array(length).fill(null);
        (rows[kind][key] as unknown[])[at] = value;
      }
    }
  }
  return rows as EncodedDay;
}

/** The opposite of `encodeOpenedControls`. */
export function decodeOpenedControls(
  { rows, ...controls }: EncodedOpenedControls,
  { from, to }: MinuteWindow,
): OpenedControls {
  if (rows === undefined) return controls;
  const length = (to - from) / MINUTE_MS + 1;
  const minutes = Array.from({ length }, (_, at) => ({
    minute: from + at * MINUTE_MS,
    counts: {} as Record<string, ControlMinute['counts'][string]>,
    items: {} as Record<string, ControlMinute['items'][string]>,
    values: {} as Record<string, ControlMinute['values'][string]>,
  }));
  for (const [key, row] of Object.entries(rows.counts)) {
    row.forEach((value, at) => {
      const minute = minutes[at];
      if (value && minute) minute.counts[key] = decodeCount(value);
    });
  }
  for (const [key, row] of Object.entries(rows.items)) {
    row.forEach((value, at) => {
      const minute = minutes[at];
      if (value && minute) minute.items[key] = decodeItems(value);
    });
  }
  for (const [key, row] of Object.entries(rows.values)) {
    row.forEach((value, at) => {
      const minute = minutes[at];
      if (value && minute) minute.values[key] = decodeValue(value);
    });
  }
  return { ...controls, minutes };
}

const KINDS = ['counts', 'items', 'values'] as const;
