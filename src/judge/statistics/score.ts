/** A rise by less than a quarter is not acted on, however certain it is. */
export const SCORE_FLOOR = 1.25;

/** A single cause since the sync is an accident, however rare: one restarted pod convicts nobody. */
export const LEAST_CAUSES = 2;

/**
 * How much evidence a score of 1 takes: most at the sync, because wandering rates stray most at first and whoever looks
 * often looks mostly early; then falling evenly to 1.
 */
export interface Bar {
  /** At the sync, 1 or more. */
  readonly start: number;
  /** Minutes until it is 1; it stays there. */
  readonly minutes: number;
}

/** The same evidence at any minute. */
export const LEVEL_BAR: Bar = { start: 1, minutes: 1 };

/** The height of a bar so many minutes after the sync, 1 or more. */
export function barAt({ start, minutes: falling }: Bar, minutes: number): number {
  return 1 + (start - 1) * (1 - Math.min(1, minutes / falling));
}

/**
 * Evidence as a score that is compared with placebo windows. Below the effect floor nothing is scored.
 *
 * @param logE     evidence as a natural logarithm
 * @param estimate how many times worse it looks
 * @param minutes  since the sync
 * @returns 0 or more
 */
export function scoreOf(logE: number, estimate: number, minutes: number, bar: Bar): number {
  if (!(estimate >= SCORE_FLOOR) || !(logE > 0)) return 0;
  return logE / barAt(bar, minutes);
}
