/** Minutes before the sync that a gauge's level and local scale are taken from. */
export const SHIFT_BEFORE_MINUTES = 60;

/** Samples after the sync before a mean says anything. */
export const SHIFT_LEAST_SAMPLES = 3;

/** Fewer samples in the hour before say nothing of the local scale. */
const LEAST_BEFORE = 30;

/** How much of the long-run spread adds to the local scale: a calm hour must not make the next one look wild. */
const SPREAD_SHARE = 0.2;

/** Minutes of the trailing mean that the long-run spread is measured around. */
const TRAILING_MINUTES = 180;

/** A constant gauge has no scale of its own: a change by less than this share of its size is none. */
const LEAST_SCALE = 1e-4;

/** Where a gauge stood in the hour before the sync; plain data, fixed for the run. */
export interface ShiftStart {
  readonly mean: number;
  /** The local scale, above 0. */
  readonly scale: number;
}

/**
 * Where a gauge stands at the sync.
 *
 * @param values  by minute, the last ones before the sync; NaN where nothing was read. A gauge's own, or its distance to
 *   the mean of the controls
 * @param spread  long-run spread of the same values, from `longRunSpread`
 * @returns undefined with less than half an hour of samples
 */
export function openShift(values: ArrayLike<number>, spread: number): ShiftStart | undefined {
  const { length } = values;
  const from = Math.max(0, length - SHIFT_BEFORE_MINUTES);
  let count = 0;
  let sum = 0;
  for (let i = from; i < length; i++) {
    if (!Number.isFinite(values[i])) continue;
    sum += values[i] as number;
    count++;
  }
  if (count < LEAST_BEFORE) return undefined;
  const mean = sum / count;
  let squares = 0;
  for (let i = from; i < length; i++) {
    if (Number.isFinite(values[i])) squares += ((values[i] as number) - mean) ** 2;
  }
  const local = Math.sqrt(squares / (count - 1));
  const scale = Math.max(local + SPREAD_SHARE * spread, LEAST_SCALE * Math.abs(mean), Number.MIN_VALUE);
  return Number.isFinite(scale) && Number.isFinite(mean) ? { mean, scale } : undefined;
}

/**
 * How far the mean of the minutes since the sync lies from the hour before it, in local scales, towards what is worse.
 *
 * @param sum     of the samples since the sync
 * @param samples how many; with fewer than three it is 0
 */
export function shiftOf(
  { mean, scale }: ShiftStart,
  { sum, samples }: { readonly sum: number; readonly samples: number },
  worse: 'up' | 'down' | 'either',
): number {
  if (samples < SHIFT_LEAST_SAMPLES) return 0;
  const shift = (sum / samples - mean) / scale;
  if (!Number.isFinite(shift)) return 0;
  if (worse === 'either') return Math.abs(shift);
  return worse === 'up' ? shift : -shift;
}

/**
 * A shift as a score: over what is usual after as many minutes.
 *
 * @param usual  75 % quantile of the shift's size among placebo windows, by minutes since the sync less one
 * @param minutes since the sync
 * @returns 0 or more
 */
export function shiftScore(shift: number, usual: readonly number[], minutes: number): number {
  const typical = usual[Math.min(minutes, usual.length) - 1] ?? 0;
  return shift > 0 ? shift / (typical > 0 ? typical : 1) : 0;
}

/** How far values stray from their mean of the last three hours; 0 with too little to measure. */
export function longRunSpread(values: ArrayLike<number>): number {
  let sum = 0;
  let count = 0;
  let squares = 0;
  let measured = 0;
  for (let i = 0; i < values.length; i++) {
    const value = values[i] as number;
    const gone = i - TRAILING_MINUTES;
    if (gone >= 0 && Number.isFinite(values[gone])) {
      sum -= values[gone] as number;
      count--;
    }
    if (!Number.isFinite(value)) continue;
    if (count >= LEAST_BEFORE) {
      squares += (value - sum / count) ** 2;
      measured++;
    }
    sum += value;
    count++;
  }
  return measured > 0 ? Math.sqrt(squares / measured) : 0;
}
