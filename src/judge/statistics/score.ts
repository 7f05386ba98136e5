/** A rise by less than a quarter is not acted on, however certain it is. */
export const SCORE_FLOOR = 1.25;

/** A single cause since the sync is an accident, however rare: one restarted pod convicts nobody. */
export const LEAST_CAUSES = 2;

/** Minutes in which the bar comes down. */
const FALL_MINUTES = 30;

/**
 * Evidence as a score that is compared with placebo windows: the bar is half as high again at the sync as after half an
 * hour, because wandering rates stray most at first. Below the effect floor nothing is scored.
 *
 * @param logE     evidence as a natural logarithm
 * @param estimate how many times worse it looks
 * @param minutes  since the sync
 * @returns 0 or more
 */
export function scoreOf(logE: number, estimate: number, minutes: number): number {
  if (!(estimate >= SCORE_FLOOR) || !(logE > 0)) return 0;
  return logE / (1.5 - 0.5 * Math.min(1, minutes / FALL_MINUTES));
}
