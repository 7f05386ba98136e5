import { milliseconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import type { Cluster, Policy } from '../domain/run.ts';
import type { App, Inventory } from '../gate/ports.ts';
import type { AppConfig, Config } from './config.ts';

/** A cluster with the teams that look after it. */
export interface OwnedCluster extends Cluster {
  readonly owners: readonly string[];
}

/** An app with the teams that look after it. */
export interface OwnedApp extends App {
  readonly owners: readonly string[];
  readonly mode: 'enforce';
}

/** Fleet, apps and policies of a configuration; as fixed as the configuration is. */
export interface ConfiguredInventory extends Inventory {
  readonly clusters: readonly OwnedCluster[];
  readonly apps: readonly OwnedApp[];
  /** Names in the order of the rollout. */
  readonly waves: readonly string[];
  cluster(name: string): OwnedCluster | undefined;
  app(name: string): OwnedApp | undefined;
  /**
   * The policy of the cluster's wave.
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
  return {
    clusters,
    apps,
    waves: config.waves.map(({ name }) => name),
    cluster: (name) => clustersByName.get(name),
    app: (name) => appsByName.get(name),
    policyFor(app, cluster) {
      const policy = policies.get(clustersByName.get(cluster)?.wave ?? '');
      if (policy) return policy;
      const message = `${app} has no policy on ${cluster}: the inventory has no such cluster; ask for one of it`;
      throw new DefinitionError('inventory/no-policy', message);
    },
  };
}

function isTarget(targets: AppConfig['targets'], { labels }: Cluster): boolean {
  return Object.entries(targets.labels).every(([label, value]) => labels[label] === value);
}

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
    // The whole chance of a rollout goes to every soak as long as it is not spent by wave.
    alpha: policy.alphaRollout,
    onInconclusive: policy.onInconclusive,
  };
}
