import { once } from 'node:events';
import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import { fastClock } from '../../src/cli/system-clock.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { renderCheckedAlerts, renderChecks } from '../../src/render/checks/render-checks.ts';
import { createFleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { createLog } from '../../src/telemetry/log.ts';
import type { GateOrder } from './crash-gate.ts';

// A real gate in fast-forward, over a quiet fleet or over stores that speak HTTP, in a process of its own that is killed. It loads first and starts when
// it is told where, so that a kill meets the gate and not Node.

const [order] = (await once(process, 'message')) as [GateOrder];
const config = parseConfig(JSON.stringify(order.config), {
  source: 'crash',
  folder: '/',
  environment: { logLevel: 'error' },
});
const bundle = bundleOf(config);
const parts = { checks: renderChecks(bundle), alerts: renderCheckedAlerts(bundle) };
const clusters = config.fleet.clusters.map(({ name }) => ({ name, size: 3 }));
const fleet =
  order.seed === undefined
    ? undefined
    : createFleet({ ...parts, clusters, random: seededRandom(order.seed) });
const gate = await startGate({
  config,
  bundle,
  clock: fastClock(order.time),
  log: createLog('error'),
  // As long as three looks, as in production; but the database's clock is not in fast-forward.
  leaseMs: 500,
  createSource: (context) =>
    fleet
      ? createSimulatedSource({ name: context.source.name, fleet, checks: context.checks })
      : prometheusSource(context),
});
process.send?.({ url: gate.url });
// Whoever started it may die without a word; then nobody would end it.
await once(process, 'disconnect');
process.exit();
