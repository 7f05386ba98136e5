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
  /** Why the configuration can't be read now: nothing is admitted until it can be, told by undefined, or is replaced. */
  unreadable(cause: string | undefined): void;
}

/** The inventory of a configuration until another one replaces it. */
export function createLiveInventory(config: Config): LiveInventory {
  let inForce = config;
  let current = createInventory(config);
  let trouble: string | undefined;
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
      unreadable: () => trouble,
    },
    replace(next) {
      inForce = next;
      current = createInventory(next);
      trouble = undefined;
    },
    unreadable(cause) {
      trouble = cause;
    },
  };
}
