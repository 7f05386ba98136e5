/** Whether a value is on the worse side of a limit; the limit itself is not. */
export function isWorse(value: number, limit: number, worse: 'up' | 'down'): boolean {
  return worse === 'up' ? value > limit : value < limit;
}
