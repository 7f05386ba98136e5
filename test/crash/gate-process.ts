import { once } from 'node:events';
import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { fastClock } from '../../src/cli/system-clock.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { GateOrder } from './crash-gate.ts';
import { sourcesOf } from './sources.ts';
import { warmLooks } from './warm-looks.ts';

// A real gate in fast-forward that looks in a thread of its own, as in production, over a quiet fleet or over stores
// that speak HTTP, in a process of its own that is killed. It loads first and starts when it is told where, so that a
// kill meets the gate and not Node.

const looks = warmLooks();
const [order] = (await once(process, 'message')) as [GateOrder];
const config = parseConfig(JSON.stringify(order.config), {
  source: 'crash',
  folder: '/',
  environment: { logLevel: 'error' },
});
const gate = await startGate({
  config,
  bundle: bundleOf(config),
  clock: fastClock(order.time),
  log: createLog('error'),
  // As long as three looks, as in production; but the database's clock is not in fast-forward.
  leaseMs: 500,
  looks: looks(order),
  createSource: sourcesOf(order, config),
});
process.send?.({ url: gate.url });
// Whoever started it may die without a word; then nobody would end it.
await once(process, 'disconnect');
process.exit();
