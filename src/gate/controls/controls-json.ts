import type { ControlCount, ControlItems, ControlMinute, ControlValue } from '../../judge/controls.ts';

/** A pooled minute as JSON: a series is `[clusters, events, exposure]`, with its causes behind them where they differ. */
export interface EncodedControls {
  readonly counts: Readonly<Record<string, EncodedCount>>;
  readonly items: Readonly<Record<string, EncodedPair>>;
  readonly values: Readonly<Record<string, EncodedPair>>;
}

type EncodedCount = readonly [number, number, number] | readonly [number, number, number, number];
type EncodedPair = readonly [number, number];

/** A pooled minute without its time, as plain data; keys are sorted, so that one content is one text. */
export function encodeControls({ counts, items, values }: ControlMinute): EncodedControls {
  return {
    counts: mapped(counts, ({ clusters, events, exposure, causes }) =>
      causes === events ? ([clusters, events, exposure] as const) : [clusters, events, exposure, causes],
    ),
    items: mapped(items, ({ clusters, beyond }) => [clusters, beyond] as const),
    values: mapped(values, ({ clusters, mean }) => [clusters, mean] as const),
  };
}

/** The opposite of `encodeControls`. */
export function decodeControls({ counts, items, values }: EncodedControls, minute: number): ControlMinute {
  return {
    minute,
    counts: mapped(counts, decodeCount),
    items: mapped(items, decodeItems),
    values: mapped(values, decodeValue),
  };
}

/** Counts of a series, as they were encoded. */
export function decodeCount([clusters, events, exposure, causes = events]: EncodedCount): ControlCount {
  return { clusters, events, causes, exposure };
}

/** Bad items of a signal, as they were encoded. */
export function decodeItems([clusters, beyond]: EncodedPair): ControlItems {
  return { clusters, beyond };
}

/** A gauge, as it was encoded. */
export function decodeValue([clusters, mean]: EncodedPair): ControlValue {
  return { clusters, mean };
}

function mapped<T, U>(record: Readonly<Record<string, T>>, change: (value: T) => U): Record<string, U> {
  const sorted = Object.entries(record).sort(([a], [b]) => (a < b ? -1 : 1));
  return Object.fromEntries(sorted.map(([key, value]) => [key, change(value)]));
}
