/** Runs tasks, at most so many at once; the results are in the order of the tasks. Rejects with the first rejection. */
export async function inTurn<T>(
  tasks: readonly (() => Promise<T>)[],
  concurrency: number,
): Promise<readonly T[]> {
  const results: T[] = [];
  const queue = tasks.entries();
  const worker = async () => {
    for (const [i, task] of queue) results[i] = await task();
  };
  await Promise.all(Array.from({ length: Math.min(concurrency, tasks.length) }, worker));
  return results;
}
