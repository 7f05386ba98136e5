import type { Config } from './config.ts';
import { type ConfiguredInventory, createInventory } from './inventory.ts';

/** An inventory that always is that of the configuration in force. */
export interface LiveInventory {
  /** The configuration in force. */
  readonly config: Config;
  /** Its members are read anew at every use; they need no `this`. */
  readonly inventory: ConfiguredInventory;
  /** From now on everybody reads this configuration's fleet, waves, apps and policies. */
  replace(config: Config): void;
}

/** The inventory of a configuration until another one replaces it. */
export function createLiveInventory(config: Config): LiveInventory {
  let inForce = config;
  let current = createInventory(config);
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
    },
    replace(next) {
      inForce = next;
      current = createInventory(next);
    },
  };
}
