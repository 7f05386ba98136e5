import { parentPort, workerData } from 'node:worker_threads';
import { seededRandom } from '../../src/simulator/random.ts';
import type { Job } from './job.ts';
import { SECTIONS, type SectionName } from './sections.ts';

// A thread that does one job after the other, and ends when its parent ends it.

const port = parentPort;
if (port === null)
  throw new Error('this file is a worker of the judge benchmark; run `npm run bench -- judge`');
const { seed } = workerData as { seed: number };
const randomFor = seededRandom(seed);

port.on('message', (job: Job) => {
  port.postMessage(SECTIONS[job.section as SectionName].run(job, randomFor));
});
