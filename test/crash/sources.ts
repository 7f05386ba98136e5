import { bundleOf } from '../../src/cli/bundle.ts';
import type { CreateSource } from '../../src/cli/gate-sources.ts';
import { prometheusSource } from '../../src/cli/prometheus-source.ts';
import type { Config } from '../../src/config/config.ts';
import { renderCheckedAlerts, renderChecks } from '../../src/render/checks/render-checks.ts';
import { createFleet } from '../../src/simulator/fleet.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import type { GateOrder } from './crash-gate.ts';

/** What a gate reads: a quiet fleet in its own process where the order has a seed, else stores that speak HTTP. */
export function sourcesOf({ seed }: GateOrder, config: Config): CreateSource {
  if (seed === undefined) return prometheusSource;
  const bundle = bundleOf(config);
  const fleet = createFleet({
    checks: renderChecks(bundle),
    alerts: renderCheckedAlerts(bundle),
    clusters: config.fleet.clusters.map(({ name }) => ({ name, size: 3 })),
    random: seededRandom(seed),
  });
  return ({ source, checks }) => createSimulatedSource({ name: source.name, fleet, checks });
}
