import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import type { Job } from './job.ts';
import { addTallies, type Tallies } from './tally.ts';

const THREADS = 2;

/**
 * Does all jobs on a few threads and adds up what they counted. The result does not depend on which thread did what.
 *
 * @param progress called before each job
 */
export async function runJobs(
  jobs: readonly Job[],
  seed: number,
  progress: (job: Job, done: number) => void,
): Promise<Tallies> {
  const total: Tallies = new Map();
  const queue = [...jobs];
  let done = 0;
  const work = async () => {
    const worker = new Worker(new URL('./worker.ts', import.meta.url), { workerData: { seed } });
    try {
      for (let job = queue.shift(); job !== undefined; job = queue.shift()) {
        progress(job, done);
        worker.postMessage(job);
        const [tallies] = (await once(worker, 'message')) as [Tallies];
        addTallies(total, tallies);
        done++;
      }
    } finally {
      await worker.terminate();
    }
  };
  await Promise.all(Array.from({ length: Math.min(THREADS, jobs.length) }, work));
  return total;
}
