import type { Reading } from './reading.ts';

/**
 * What is asked of a cluster at one instant beside its signals: before a change is let onto it, and while the change
 * arrives. The value says what the number of a row counts.
 */
export const FACTS = {
  'budget-left':
    'share of an SLO’s error budget that is left, 1 when nothing is spent, below 0 when overspent',
  'budget-a-day-ago': 'the same, of any time between the start of the period and a day ago',
  'evictions-blocked': 'pods of a PodDisruptionBudget that allows to evict none of them',
  'deprecated-apis': '1 for a deprecated API that somebody asked for since the API server started',
  'policy-findings': 'failing results of a policy beyond those of a day ago',
  deployments: 'replicas that an add-on’s Deployment should have',
  'deployments-arrived': 'replicas of it that are as wanted and available',
  daemonsets: 'pods that an add-on’s DaemonSet should have',
  'daemonsets-arrived': 'pods of it that are as wanted and available',
  'node-versions': 'nodes of a kubelet version and image',
  'drifted-nodes': 'nodes of Karpenter that no longer are as their pool wants them',
  'control-plane-versions': '1 for a version that an API server runs',
} as const;

export type FactId = keyof typeof FACTS;

/** One element: what it is about, and its number. */
export interface FactRow {
  /** Labels below the cluster; an empty one is left out. */
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/**
 * A fact of one cluster. `no-data` is a fact that the cluster does not deliver (its exporter is not there, or too old);
 * a value without rows is one that it delivers and that has nothing to tell.
 */
export type FactReading = Reading<readonly FactRow[]>;

/** Facts of one cluster; what was not asked is not in it. */
export type Facts = ReadonlyMap<FactId, FactReading>;

/** What stands in a fact's expressions where the clusters that are asked about go, quotes included. */
export const ASKED_CLUSTERS = '"$clusters"';

/** A fact as a source asks it, rendered from the catalogue. */
export interface FactQuestion {
  readonly fact: FactId;
  /** The rows, as PromQL with `ASKED_CLUSTERS` in every selector. */
  readonly rows: string;
  /** Has an element for each cluster that delivers the fact, whether or not there are rows. */
  readonly seen: string;
}
