import type { Component } from '../domain/component.ts';
import { milliseconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import type { Cluster, Policy } from '../domain/run.ts';
import type { AppConfig, Config } from './config.ts';

/** A cluster with the teams that look after it. */
export interface OwnedCluster extends Cluster {
  readonly owners: readonly string[];
}

/** What is rolled out, and where. */
export interface App {
  readonly name: string;
  /** What a change touches where the hook does not tell. */
  readonly components: readonly Component[];
  readonly owners: readonly string[];
  readonly mode: 'enforce';
  /** In the order of the file. */
  readonly targets: readonly OwnedCluster[];
}

/** Fleet, apps and policies as the gate asks for them. */
export interface Inventory {
  readonly clusters: readonly OwnedCluster[];
  readonly apps: readonly App[];
  /** Names in the order of the rollout. */
  readonly waves: readonly string[];
  cluster(name: string): OwnedCluster | undefined;
  app(name: string): App | undefined;
  /**
   * The policy of the cluster's wave.
   *
   * @throws DefinitionError `inventory/no-policy` for a cluster that is not of this inventory
   */
  policyFor(app: Pick<App, 'name'>, cluster: Pick<Cluster, 'name' | 'wave'>): Policy;
}

/** The inventory of a configuration; pure, and as fixed as the configuration is. */
export function createInventory(config: Config): Inventory {
  const { clusters } = config.fleet;
  const clustersByName = new Map(clusters.map((cluster) => [cluster.name, cluster]));
  const apps = config.apps.map((app) => ({ ...app, targets: clusters.filter((c) => isTarget(app, c)) }));
  const appsByName = new Map(apps.map((app) => [app.name, app]));
  const policies = new Map(config.waves.map(({ name, policy }) => [name, policyOf(config, policy)]));
  return {
    clusters,
    apps,
    waves: config.waves.map(({ name }) => name),
    cluster: (name) => clustersByName.get(name),
    app: (name) => appsByName.get(name),
    policyFor(app, { name, wave }) {
      const policy = policies.get(wave);
      if (policy) return policy;
      const message = `${app.name} has no policy on ${name}: there is no wave ${wave}; waves are ${[...policies.keys()].join(', ')}`;
      throw new DefinitionError('inventory/no-policy', message);
    },
  };
}

function isTarget({ targets }: AppConfig, { labels }: Cluster): boolean {
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
