import { once } from 'node:events';
import { type MessagePort, parentPort } from 'node:worker_threads';
import { lookInThread } from '../../src/cli/looks/look-in-thread.ts';
import type { LookOrder } from '../../src/cli/looks/look-words.ts';
import { fastClock } from '../../src/cli/system-clock.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { NO_TRACING } from '../../src/telemetry/tracing.ts';
import type { GateOrder } from './crash-gate.ts';
import { sourcesOf } from './sources.ts';

// The whole of the thread in which a gate looks that is killed. It loads first and starts when it is told where.

const [{ order, gate, port }] = (await once(parentPort as MessagePort, 'message')) as [
  { readonly order: LookOrder; readonly gate: GateOrder; readonly port: MessagePort },
];
try {
  await lookInThread({
    order,
    port,
    clock: fastClock(gate.time),
    log: createLog(order.logLevel),
    tracing: NO_TRACING,
    createSource: sourcesOf(gate, order.config),
  });
} finally {
  port.close();
  parentPort?.unref();
}
