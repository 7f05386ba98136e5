import { milliseconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import type { Cluster, Policy } from '../domain/run.ts';
import type { App, Inventory, WaveRules } from '../gate/ports.ts';
import { alphaShare, pooledShare, type WaveSize } from './alpha-share.ts';
import type { AppConfig, Config, WaveConfig } from './config.ts';

/** A cluster with the teams that look after it. */
export interface OwnedCluster extends Cluster {
  readonly owners: readonly string[];
}

/** Fleet, apps and policies of a configuration; as fixed as the configuration is. */
export interface ConfiguredInventory extends Inventory {
  readonly clusters: readonly OwnedCluster[];
  readonly apps: readonly App[];
  cluster(name: string): OwnedCluster | undefined;
  /**
   * The policy of the cluster's wave, with the share of the rollout's alpha that the app may spend on the cluster.
   *
   * @throws DefinitionError `inventory/no-policy` for a cluster that is not of this inventory
   */
  policyFor(app: string, cluster: string): Policy;
}

/** The inventory of a configuration; pure. */
export function createInventory(config: Config): ConfiguredInventory {
  const { clusters } = config.fleet;
  const clustersByName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const apps = config.apps.map(({ targets, ...app }) => ({
    ...app,
    clusters: clusters.filter((cluster) => isTarget(targets, cluster)).map(({ name }) => name),
  }));
  const appsByName = new Map(apps.map((app) => [app.name, app]));
  const policies = new Map(config.waves.map(({ name, policy }) => [name, policyOf(config, policy)]));
  const waves = config.waves.map(({ name }) => name);
  const rules = new Map(config.waves.map((wave) => [wave.name, rulesOf(config, wave)]));
  const waveOf = (cluster: string) => clustersByName.get(cluster)?.wave;
  // Counted once: every ask wants to know them.
  const membersByApp = new Map(
    apps.map(({ name, clusters: members }) => [
      name,
      { names: new Set(members), byWave: Map.groupBy(members, (one) => waveOf(one) ?? '') },
    ]),
  );
  // A cluster that the app is not rolled out to (any more) shares as if it were.
  const waveSizes = (app: string, cluster: string): readonly WaveSize[] => {
    const members = membersByApp.get(app);
    const joining = members?.names.has(cluster) ? undefined : waveOf(cluster);
    return waves.map((name) => ({
      name,
      clusters: (members?.byWave.get(name)?.length ?? 0) + (name === joining ? 1 : 0),
    }));
  };
  return {
    clusters,
    apps,
    waves,
    waivers: config.waivers,
    cluster: (name) => clustersByName.get(name),
    app: (name) => appsByName.get(name),
    policyFor(app, cluster) {
      const wave = waveOf(cluster) ?? '';
      const policy = policies.get(wave);
      if (policy) {
        const sizes = waveSizes(app, cluster);
        const pooled = policy.alpha * pooledShare(sizes, wave);
        return {
          ...policy,
          alpha: policy.alpha * alphaShare(sizes, wave),
          ...(pooled > 0 && { poolAlpha: pooled }),
        };
      }
      const message = `${app} has no policy on ${cluster}: the inventory has no such cluster; ask for one of it`;
      throw new DefinitionError('inventory/no-policy', message);
    },
    waveRules: (wave) => rules.get(wave) ?? STRICTEST,
  };
}

function isTarget(targets: AppConfig['targets'], { labels }: Cluster): boolean {
  return Object.entries(targets.labels).every(([label, value]) => labels[label] === value);
}

/** Of a name that is no wave's (any more). */
const STRICTEST: WaveRules = { quorum: 1, maxParallel: { count: 1 }, maxHalted: 1 };

function rulesOf({ policies }: Config, { quorum, maxParallel, policy }: WaveConfig): WaveRules {
  const { maxHalted = 1, shrink } = policies[policy] ?? {};
  return {
    quorum,
    maxHalted,
    ...(maxParallel && { maxParallel }),
    ...(shrink && {
      shrink: { factor: shrink.factor, afterGo: shrink.afterGo, floorMs: milliseconds(shrink.floor) },
    }),
  };
}

/** A policy with the alpha of a whole rollout. */
function policyOf({ policies }: Config, name: string): Policy {
  const policy = policies[name];
  if (!policy) throw new DefinitionError('inventory/no-policy', `there is no policy ${name}`);
  return {
    name,
    minSoakMs: milliseconds(policy.minSoak),
    maxSoakMs: milliseconds(policy.maxSoak),
    maxSyncMs: milliseconds(policy.maxSync),
    maxSettleMs: milliseconds(policy.maxSettle),
    maxBlindMs: milliseconds(policy.maxBlind),
    alpha: policy.alphaRollout,
    onInconclusive: policy.onInconclusive,
    ...(policy.probes && policy.probes.length > 0 && { probes: policy.probes }),
  };
}
