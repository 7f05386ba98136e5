import { bundleOf } from '../../src/cli/bundle.ts';
import { startGate } from '../../src/cli/compose-gate.ts';
import { looksInWorker } from '../../src/cli/looks/look-in-worker.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { type FleetPlace, fleetConfig } from './world.ts';

// The real gate in a process of its own, over a ledger that is there: prints its address, ends on SIGTERM.

const config = fleetConfig(JSON.parse(process.argv[2] ?? '{}') as FleetPlace);
const gate = await startGate({
  config,
  bundle: bundleOf(config),
  clock: systemClock,
  log: createLog('error'),
  createSource: prometheusSource,
  looks: looksInWorker('error'),
});
process.stdout.write(`${gate.url}\n`);
process.once('SIGTERM', () => gate.stop());
