import { UNFIT } from './class-history.ts';
import type { WindowCounts } from './learned-class.ts';

/** Minutes of a window before and after its made-up sync. */
export const BEFORE_MINUTES = 60;
export const AFTER_MINUTES = 120;

/** Distance of windows of one cluster. */
export const STRIDE_MINUTES = 10;

/** More windows than this make the tail no clearer and learning slower. */
const MOST_WINDOWS = 2400;

/** A window with more unread minutes than this share is left out. */
const MOST_MISSING = 0.1;

/** A made-up sync of a cluster. */
export interface PlaceboWindow {
  /** Index of the cluster. */
  readonly cluster: number;
  /** Index of the first minute after the made-up sync. */
  readonly start: number;
}

/** One cluster's minutes as windows see them. */
interface WindowRow {
  readonly unfit: Uint8Array;
  /** NaN in minutes that were not read. */
  readonly values: Float64Array;
}

/** The windows that are replayed, by cluster and time, and how many were left out. */
export interface WindowChoice {
  readonly windows: readonly PlaceboWindow[];
  /** All that are fit, before they were thinned out. */
  readonly fit: readonly PlaceboWindow[];
  readonly counts: WindowCounts;
}

/** Chooses the windows of a series: every ten minutes of every cluster, those left out in which something was going on. */
export function chooseWindows(rows: readonly WindowRow[], most: number = MOST_WINDOWS): WindowChoice {
  const fit: PlaceboWindow[] = [];
  const left = { sync: 0, alert: 0, missing: 0 };
  rows.forEach((row, cluster) => {
    const sums = unfitSums(row);
    for (let start = BEFORE_MINUTES; start + AFTER_MINUTES <= row.values.length; start += STRIDE_MINUTES) {
      const cause = causeToLeaveOut(sums, start);
      if (cause) left[cause]++;
      else fit.push({ cluster, start });
    }
  });
  const windows = thinned(fit, most);
  const everyMinutes = windows.length === 0 ? 0 : (STRIDE_MINUTES * fit.length) / windows.length;
  return { windows, fit, counts: { used: windows.length, ...left, everyMinutes } };
}

/** At most so many of a list, evenly spread over it. */
export function thinned<T>(list: readonly T[], most: number): readonly T[] {
  if (list.length <= most) return list;
  return Array.from({ length: most }, (_, i) => list[Math.floor((i * list.length) / most)] as T);
}

type Cause = 'sync' | 'alert' | 'missing';
type Sums = Readonly<Record<Cause, Uint32Array>>;

/** Running sums of unfit minutes by cause. */
function unfitSums({ unfit, values }: WindowRow): Sums {
  const sums = {
    sync: new Uint32Array(values.length + 1),
    alert: new Uint32Array(values.length + 1),
    missing: new Uint32Array(values.length + 1),
  };
  for (let i = 0; i < values.length; i++) {
    const bits = unfit[i] as number;
    const isMissing = (bits & UNFIT.missing) !== 0 || Number.isNaN(values[i] as number);
    sums.sync[i + 1] = (sums.sync[i] as number) + (bits & UNFIT.sync ? 1 : 0);
    sums.alert[i + 1] = (sums.alert[i] as number) + (bits & UNFIT.alert ? 1 : 0);
    sums.missing[i + 1] = (sums.missing[i] as number) + (isMissing ? 1 : 0);
  }
  return sums;
}

function causeToLeaveOut(sums: Sums, start: number): Cause | undefined {
  const from = start - BEFORE_MINUTES;
  const to = start + AFTER_MINUTES;
  const within = (cause: Cause) => (sums[cause][to] as number) - (sums[cause][from] as number);
  if (within('sync') > 0) return 'sync';
  if (within('alert') > 0) return 'alert';
  return within('missing') > MOST_MISSING * (to - from) ? 'missing' : undefined;
}
