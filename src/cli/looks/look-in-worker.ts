import { extname } from 'node:path';
import type { LogLevel } from '../../telemetry/log.ts';
import { type StartLooks, startLookThread } from './look-thread.ts';

/** Looks by the machine's clock at sources that speak the Prometheus query API, in a thread of its own. */
export function looksInWorker(logLevel: LogLevel): StartLooks {
  // In a checkout both are TypeScript, in the package both are JavaScript.
  const file = new URL(`./look-worker${extname(import.meta.url)}`, import.meta.url);
  return (order, hear) => startLookThread(file, { ...order, logLevel }, hear);
}
