import type { ChangeTarget } from '../../domain/change-target.ts';
import { type Component, touches } from '../../domain/component.ts';
import { neededBy } from '../../domain/dependencies.ts';
import type { FactId, FactRow, Facts } from '../../domain/fact.ts';
import type { Cluster, Run } from '../../domain/run.ts';
import type { Waiver } from '../../domain/waiver.ts';

/** What is known of a cluster beside its signals when a change is to be let onto it. */
export interface Preflight {
  readonly target: ChangeTarget;
  /** Those that `factsToAsk` names. */
  readonly facts: Facts;
  /** Open runs of other apps on the cluster. */
  readonly neighbours: readonly Neighbour[];
  readonly waivers: readonly Waiver[];
  /** When the run was asked for first, and now; epoch milliseconds. */
  readonly askedAt: number;
  readonly now: number;
}

/** The open run of another app on the same cluster. */
export interface Neighbour {
  readonly run: Run;
  /** Whether it asked lately and would be let in, were the cluster not busy. */
  readonly waitsForTurn: boolean;
}

/** The change and the cluster that a rule is about. */
export interface Place {
  readonly cluster: Cluster;
  readonly components: readonly Component[];
  readonly preflight: Preflight;
}

/** What replaces nodes, and so evicts the pods on them. */
const EVICTING: readonly Component[] = ['nodes', 'addon/karpenter'];

/** Whether a change may empty nodes. */
export function evicts(components: readonly Component[]): boolean {
  return EVICTING.some((component) => touches(components, component));
}

/** The facts that the admission of a change needs; what it does not touch, or was not told of, is not asked. */
export function factsToAsk(components: readonly Component[], target: ChangeTarget): readonly FactId[] {
  const dependencies = neededBy(components).length > 0;
  return [
    'budget-left',
    'budget-a-day-ago',
    'policy-findings',
    ...(evicts(components) ? (['evictions-blocked'] as const) : []),
    ...(target.kubernetes === undefined ? [] : (['deprecated-apis'] as const)),
    ...(dependencies
      ? (['deployments', 'deployments-arrived', 'daemonsets', 'daemonsets-arrived'] as const)
      : []),
  ];
}

/** The rows of a fact that was read cleanly; none of one that is not delivered, or not known. */
export function rowsOf({ facts }: Pick<Preflight, 'facts'>, fact: FactId): readonly FactRow[] {
  const reading = facts.get(fact);
  return reading?.is === 'value' ? reading.value : [];
}
