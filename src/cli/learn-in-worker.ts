import { extname } from 'node:path';
import { Worker } from 'node:worker_threads';
import type { Learn } from '../gate/learning/learn-classes.ts';
import type { ClassHistory } from '../judge/learning/class-history.ts';
import type { LearnedClass } from '../judge/learning/learned-class.ts';

/** What the worker gets. */
export interface Lesson {
  readonly history: ClassHistory;
  readonly now: number;
}

/** Memory that learning may take beside the history, which is handed over and not copied. */
const LIMITS = { maxOldGenerationSizeMb: 256, maxYoungGenerationSizeMb: 32 } as const;

/** Learns in a thread of its own, so that hooks are answered meanwhile. Rejects with what went wrong there. */
export const learnInWorker: Learn = (history, now, aborted) => {
  // In a checkout both are TypeScript, in the package both are JavaScript.
  const file = new URL(`./learn-worker${extname(import.meta.url)}`, import.meta.url);
  const lesson: Lesson = { history, now };
  const worker = new Worker(file, {
    workerData: lesson,
    transferList: buffersOf(history),
    resourceLimits: LIMITS,
  });
  return new Promise<LearnedClass>((resolve, reject) => {
    const end = () => {
      reject(new Error('learning was given up'));
      void worker.terminate();
    };
    aborted.addEventListener('abort', end, { once: true });
    worker.once('message', resolve);
    worker.once('error', reject);
    worker.once('exit', (code) => {
      aborted.removeEventListener('abort', end);
      reject(new Error(`the thread that learns ended with ${code} and learned nothing`));
    });
    if (aborted.aborted) end();
  });
};

function buffersOf({ clusters }: ClassHistory): ArrayBuffer[] {
  return clusters.flatMap(({ unfit, counts, gauges }) =>
    [
      unfit,
      ...[...counts.values()].flatMap(({ events, exposure }) => [events, exposure]),
      ...gauges.values(),
    ].map(({ buffer }) => buffer as ArrayBuffer),
  );
}
