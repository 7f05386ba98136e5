import { type MessagePort, parentPort, workerData } from 'node:worker_threads';
import { createLog } from '../../telemetry/log.ts';
import { prometheusSource } from '../prometheus-source.ts';
import { systemClock } from '../system-clock.ts';
import { endTracing, startTracing } from '../tracing.ts';
import { lookInThread } from './look-in-thread.ts';
import type { LookOrder } from './look-words.ts';

// The whole of the thread in which the gate of `tidegate serve` looks.

/** As long as the gate itself waits for a collector that is away. */
const PATIENCE_MS = 1_500;

const order = workerData as LookOrder;
const port = parentPort as MessagePort;
const plainLog = createLog(order.logLevel);
const { tracing } = await startTracing('tidegate', PATIENCE_MS, plainLog.warn.bind(plainLog));
const log = createLog(order.logLevel, undefined, tracing.logFields);
try {
  await lookInThread({ order, port, clock: systemClock, log, tracing, createSource: prometheusSource });
} finally {
  port.close();
  await endTracing(tracing);
}
