import type { Check } from '../../domain/check.ts';
import { type Count, cleanValue, type ItemCount } from '../../domain/reading.ts';
import type { ControlCount, ControlItems, ControlMinute, ControlValue } from '../../judge/controls.ts';
import { toleratedBad } from '../../judge/tolerated.ts';
import type { Observation } from '../../sources/signal-source.ts';
import { readingAt } from '../readings-json.ts';

/** Bad items that are usual on a control: by control, by signal. What has no entry is 0. */
export type UsualBad = Readonly<Record<string, Readonly<Record<string, number>>>>;

/** What controls are pooled by. */
export interface Pooling {
  /** Those that still stand still. */
  readonly clusters: readonly string[];
  readonly usualBad: UsualBad;
  readonly checks: readonly Check[];
  /** How many causes so many events of a series in one minute of one cluster come from. */
  readonly causesOf: (key: string, events: number) => number;
}

/** Clean readings of clusters by minute; undefined where there is none. */
export interface CleanReadings {
  count(cluster: string, key: string, minute: number): Count | undefined;
  items(cluster: string, signal: string, minute: number): ItemCount | undefined;
  value(cluster: string, signal: string, minute: number): number | undefined;
}

/** The clean readings of an observation. */
export function cleanReadings({ counts, items, values }: Observation): CleanReadings {
  return {
    count: (cluster, key, minute) => cleanValue(readingAt(counts.get(cluster)?.get(key), minute)),
    items: (cluster, signal, minute) => cleanValue(readingAt(items.get(cluster)?.get(signal), minute)),
    value: (cluster, signal, minute) => cleanValue(readingAt(values.get(cluster)?.get(signal), minute)),
  };
}

/** A thousandth of an event decides nothing, and is a third of the text. */
const CAUSE_DIGITS = 1_000;

/** What the controls did in one minute. Only clean readings count; what no control delivered has no entry. */
export function poolMinute(seen: CleanReadings, minute: number, pooling: Pooling): ControlMinute {
  const counts: Record<string, ControlCount> = {};
  const items: Record<string, ControlItems> = {};
  const values: Record<string, ControlValue> = {};
  for (const check of pooling.checks) {
    if ('series' in check) {
      for (const { key } of check.series) {
        const pooled = poolCounts(seen, minute, key, pooling);
        if (pooled) counts[key] = pooled;
      }
    } else if (check.kind === 'gauge') {
      const pooled = poolValues(seen, minute, check.signal, pooling);
      if (pooled) values[check.signal] = pooled;
    } else {
      const pooled = poolItems(seen, minute, check.signal, pooling);
      if (pooled) items[check.signal] = pooled;
    }
  }
  return { minute, counts, items, values };
}

function poolCounts(
  seen: CleanReadings,
  minute: number,
  key: string,
  { clusters, causesOf }: Pooling,
): ControlCount | undefined {
  let pooled = 0;
  let events = 0;
  let causes = 0;
  let exposure = 0;
  for (const cluster of clusters) {
    const count = seen.count(cluster, key, minute);
    if (count === undefined || count.exposure <= 0) continue;
    pooled += 1;
    events += count.events;
    causes += causesOf(key, count.events);
    exposure += count.exposure;
  }
  if (pooled === 0) return undefined;
  return { clusters: pooled, events, causes: Math.round(causes * CAUSE_DIGITS) / CAUSE_DIGITS, exposure };
}

function poolItems(
  seen: CleanReadings,
  minute: number,
  signal: string,
  { clusters, usualBad }: Pooling,
): ControlItems | undefined {
  let pooled = 0;
  let beyond = 0;
  for (const cluster of clusters) {
    const count = seen.items(cluster, signal, minute);
    if (count === undefined) continue;
    pooled += 1;
    const usual = usualBad[cluster]?.[signal] ?? 0;
    if (count.bad > toleratedBad(usual, count.among)) beyond += 1;
  }
  return pooled === 0 ? undefined : { clusters: pooled, beyond };
}

function poolValues(
  seen: CleanReadings,
  minute: number,
  signal: string,
  { clusters }: Pooling,
): ControlValue | undefined {
  let pooled = 0;
  let sum = 0;
  for (const cluster of clusters) {
    const value = seen.value(cluster, signal, minute);
    if (value === undefined) continue;
    pooled += 1;
    sum += value;
  }
  return pooled === 0 ? undefined : { clusters: pooled, mean: sum / pooled };
}
