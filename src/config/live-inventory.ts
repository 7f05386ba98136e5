import { type ClusterSecret, type DescribedFleet, describeFleet, NO_FLEET } from './cluster-secrets.ts';
import type { Config } from './config.ts';
import { type ConfiguredInventory, createInventory } from './inventory.ts';

/** Where what is known of the fleet comes from. */
export type InventorySource = 'file' | 'secrets';

/** An inventory that always is that of the configuration in force. */
export interface LiveInventory {
  /** The configuration in force, with the clusters that Argo CD knows in it. */
  readonly config: Config;
  /** Its members are read anew at every use; they need no `this`. */
  readonly inventory: ConfiguredInventory;
  /** What these Secrets would describe, were they put in force. */
  describe(secrets: readonly ClusterSecret[]): DescribedFleet;
  /** From now on everybody reads the clusters of these Secrets. */
  follow(secrets: readonly ClusterSecret[]): void;
  /** From now on everybody reads this configuration's fleet, waves, apps and policies. */
  replace(config: Config): void;
  /** Why a source can't be read now: nothing is admitted until it can be, told by undefined, or is replaced. */
  unreadable(source: InventorySource, cause: string | undefined): void;
}

/** The inventory of a configuration until another one replaces it. */
export function createLiveInventory(config: Config): LiveInventory {
  let file = config;
  let secrets: readonly ClusterSecret[] = [];
  let fleet = NO_FLEET;
  let inForce = config;
  let current = createInventory(config);
  const troubles = new Map<InventorySource, string>();
  if (config.fleet.secrets) troubles.set('secrets', "the clusters' Secrets were not read yet");

  const describe = (given: readonly ClusterSecret[], by: Config) =>
    by.fleet.secrets === undefined ? NO_FLEET : describeFleet(given, by.fleet.secrets, namesIn(by), fleet);
  const putInForce = () => {
    fleet = describe(secrets, file);
    inForce = file.fleet.secrets ? { ...file, fleet: { ...file.fleet, clusters: fleet.clusters } } : file;
    current = createInventory(inForce);
  };
  return {
    get config() {
      return inForce;
    },
    inventory: {
      get clusters() {
        return current.clusters;
      },
      get apps() {
        return current.apps;
      },
      get waivers() {
        return current.waivers ?? [];
      },
      get waves() {
        return current.waves;
      },
      cluster: (name) => current.cluster(name),
      app: (name) => current.app(name),
      policyFor: (app, cluster) => current.policyFor(app, cluster),
      waveRules: (wave) => current.waveRules(wave),
      unfit: (name) => fleet.unfit.get(name),
      unreadable: () => (troubles.size === 0 ? undefined : [...troubles.values()].join('; ')),
    },
    describe: (given) => describe(given, file),
    follow(given) {
      secrets = given;
      troubles.delete('secrets');
      putInForce();
    },
    replace(next) {
      file = next;
      troubles.delete('file');
      putInForce();
    },
    unreadable(source, cause) {
      if (cause === undefined) troubles.delete(source);
      else troubles.set(source, cause);
    },
  };
}

function namesIn({ waves, sources, identity }: Config) {
  return {
    waves: waves.map(({ name }) => name),
    sources: sources.map(({ name }) => name),
    issuers: identity.issuers.map(({ issuer }) => issuer),
  };
}
