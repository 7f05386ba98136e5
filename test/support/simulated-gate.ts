import { bundleOf } from '../../src/cli/bundle.ts';
import { type RunningGate, startGate } from '../../src/cli/compose-gate.ts';
import { systemClock } from '../../src/cli/system-clock.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import { renderCheckedAlerts, renderChecks } from '../../src/render/checks/render-checks.ts';
import { createFleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { createLog } from '../../src/telemetry/log.ts';

/** Starts a real gate over a quiet simulated fleet of the clusters in a configuration, which is as it would stand in the file. */
export function startSimulatedGate(
  written: Readonly<Record<string, unknown>>,
  folder: string,
): Promise<RunningGate> {
  const config = parseConfig(JSON.stringify(written), {
    ...{ source: 'simulated', folder },
    environment: { logLevel: 'error' },
  });
  const bundle = bundleOf(config);
  const checks = renderChecks(bundle);
  const fleet = createFleet({
    clusters: config.fleet.clusters.map(({ name }) => ({ name })),
    ...{ checks, alerts: renderCheckedAlerts(bundle), random: seededRandom(1) },
  });
  return startGate({
    ...{ config, bundle, clock: systemClock, log: createLog('error') },
    createSource: ({ source }) => createSimulatedSource({ name: source.name, fleet, checks }),
  });
}
