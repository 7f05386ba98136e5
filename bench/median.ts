/** The value at a share of a list, 0..1: 0.5 is the median. Nearest rank; the list must not be empty. */
export function quantile(values: readonly number[], share: number): number {
  const sorted = [...values].sort((a, b) => a - b);
  const at = Math.min(sorted.length - 1, Math.max(0, Math.ceil(share * sorted.length) - 1));
  return sorted[at] ?? Number.NaN;
}

/** Runs something several times; milliseconds of each run, the first (cold) one left out. */
export async function timed(runs: number, run: () => unknown): Promise<readonly number[]> {
  const times: number[] = [];
  for (let at = 0; at <= runs; at += 1) {
    const start = performance.now();
    await run();
    if (at > 0) times.push(performance.now() - start);
  }
  return times;
}
