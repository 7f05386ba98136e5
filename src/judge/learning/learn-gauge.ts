import { MIN_CONTROLS } from '../controls.ts';
import {
  longRunSpread,
  openShift,
  SHIFT_BEFORE_MINUTES,
  SHIFT_LEAST_SAMPLES,
  shiftOf,
  shiftScore,
} from '../statistics/shift.ts';
import type { ClusterHistory } from './class-history.ts';
import type { LearnedGauge, LearnedShift } from './learned-class.ts';
import { AFTER_MINUTES, chooseWindows, type PlaceboWindow } from './placebo-windows.ts';
import { runningHighest } from './replay-window.ts';
import { LEVEL_BARS } from './score-bars.ts';
import { columnsOf, controlCounts, ringOf } from './series-history.ts';

type Worse = LearnedGauge['worse'];

/** What is usual: the quantile that scores are measured in. */
const USUAL_QUANTILE = 0.75;

/**
 * What a class did in one gauge while nothing was changed.
 *
 * @returns undefined when no cluster delivered it
 */
export function learnGauge(
  signal: string,
  worse: Worse,
  all: readonly ClusterHistory[],
): LearnedGauge | undefined {
  const clusters = all.filter(({ gauges }) => gauges.get(signal)?.some(Number.isFinite));
  if (clusters.length === 0) return undefined;
  const rows = clusters.map(({ gauges }) => gauges.get(signal) as Float64Array);
  const { windows, counts } = chooseWindows(
    clusters.map(({ unfit }, i) => ({ unfit, values: rows[i] as Float64Array })),
  );
  return {
    worse,
    spread: median(rows.map(longRunSpread)),
    own: learnShift(rows, windows, worse),
    controlled: controlCounts(clusters.length).map((controls) => {
      const distances = rows.map((row, i) => {
        const against = ringOf(i, controls, rows.length);
        return distanceToControls(
          row,
          against.map((each) => ({
            values: rows[each] as Float64Array,
            unfit: (clusters[each] as ClusterHistory).unfit,
          })),
        );
      });
      return {
        controls,
        spread: median(distances.map(longRunSpread)),
        ...learnShift(distances, windows, worse),
      };
    }),
    windows: counts,
  };
}

function learnShift(
  rows: readonly Float64Array[],
  windows: readonly PlaceboWindow[],
  worse: Worse,
): LearnedShift {
  const spreads = rows.map(longRunSpread);
  const paths = windows
    .map(({ cluster, start }) =>
      shiftPath(rows[cluster] as Float64Array, start, spreads[cluster] as number, worse),
    )
    .filter((path) => path !== undefined);
  const usual = Array.from({ length: AFTER_MINUTES }, (_, i) =>
    i + 1 < SHIFT_LEAST_SAMPLES ? 0 : usualSize(paths, i),
  );
  const highest = paths.map((path) => {
    const running = runningHighest(1, LEVEL_BARS);
    path.forEach((shift, i) => {
      running.add(i, shiftScore(shift, usual, i + 1));
    });
    return running.highest;
  });
  return { usual, scores: columnsOf(highest) };
}

/** The shift after each minute of a window; undefined where the hour before is too empty. */
function shiftPath(
  values: Float64Array,
  start: number,
  spread: number,
  worse: Worse,
): Float64Array | undefined {
  const begin = openShift(values.subarray(Math.max(0, start - SHIFT_BEFORE_MINUTES), start), spread);
  if (begin === undefined) return undefined;
  const path = new Float64Array(AFTER_MINUTES);
  let sum = 0;
  let samples = 0;
  for (let i = 0; i < AFTER_MINUTES; i++) {
    const value = values[start + i] as number;
    if (Number.isFinite(value)) {
      sum += value;
      samples++;
    }
    path[i] = shiftOf(begin, { sum, samples }, worse);
  }
  return path;
}

/** Rounded to what a reader needs: six digits. */
function usualSize(paths: readonly Float64Array[], minute: number): number {
  const sizes = Float64Array.from(paths, (path) => Math.abs(path[minute] as number)).sort();
  return Number((sizes[Math.floor(USUAL_QUANTILE * (sizes.length - 1))] ?? 0).toPrecision(6));
}

/** A gauge less the mean of its controls in the same minute; NaN where fewer than three were fit and read. */
function distanceToControls(
  row: Float64Array,
  controls: readonly { readonly values: Float64Array; readonly unfit: Uint8Array }[],
): Float64Array {
  return row.map((value, i) => {
    let sum = 0;
    let count = 0;
    for (const { values, unfit } of controls) {
      if (unfit[i] || !Number.isFinite(values[i])) continue;
      sum += values[i] as number;
      count++;
    }
    return count < MIN_CONTROLS ? Number.NaN : value - sum / count;
  });
}

function median(values: readonly number[]): number {
  const sorted = Float64Array.from(values).sort();
  return sorted[sorted.length >> 1] ?? 0;
}
