import { parentPort, workerData } from 'node:worker_threads';
import { learnClass } from '../judge/learning/learn-class.ts';
import type { Lesson } from './learn-in-worker.ts';

// The whole of the thread that `learnInWorker` starts.
const { history, now } = workerData as Lesson;
parentPort?.postMessage(learnClass(history, now));
