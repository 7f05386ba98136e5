import { type ChangeTarget, isNodeAsWanted, releaseOf } from '../domain/change-target.ts';
import { type Component, touches } from '../domain/component.ts';
import { isWorkloadOf } from '../domain/component-workloads.ts';
import type { FactId, FactRow, Facts } from '../domain/fact.ts';
import { AWAY_SHARE, type Workload, workloadsOf } from './preflight/workloads.ts';

/** One thing that has to arrive before a change has. */
export interface Arrival {
  readonly done: number;
  readonly total: number;
  /** One of what is counted: `node`. */
  readonly item: string;
  readonly isThere: boolean;
  /** "31 of 44 nodes run 1.51.0": part of a sentence. */
  readonly text: string;
}

/** What arrival is told by. */
export interface ArrivalInput {
  readonly components: readonly Component[];
  readonly change: ChangeTarget;
  /** Read now; a fact that is not in it was not asked. */
  readonly facts: Facts;
  readonly syncedAt: number;
  readonly now: number;
}

/** The facts that tell whether a change has arrived. */
export const ARRIVAL_FACTS: readonly FactId[] = [
  'deployments',
  'deployments-arrived',
  'daemonsets',
  'daemonsets-arrived',
  'node-versions',
  'drifted-nodes',
  'control-plane-versions',
];

/** Karpenter notices within five minutes that nodes are not as their pool wants them; twice that is waited for it. */
const DRIFT_NOTICED_MS = 10 * 60_000;

/** Until then a metric may still be of the time before the sync: one scrape, and one that failed. */
const FRESH_MS = 60_000;

/**
 * What of the change's components has to arrive, and how far each is. A fact that the cluster does not deliver is not
 * waited for; one that could not be read is.
 */
export function arrivalsOf(input: ArrivalInput): readonly Arrival[] {
  const arrivals = [...nodeArrivals(input), ...workloadArrivals(input), ...controlPlaneArrivals(input)];
  if (input.now - input.syncedAt >= FRESH_MS) return arrivals;
  return arrivals.map((arrival) => ({ ...arrival, isThere: false }));
}

function nodeArrivals(input: ArrivalInput): readonly Arrival[] {
  const { components, change, facts, syncedAt, now } = input;
  if (!touches(components, 'nodes')) return [];
  const unread = unreadOf(facts, 'node', ['node-versions', 'drifted-nodes']);
  if (unread) return [unread];
  const versions = rowsOf(facts, 'node-versions');
  const total = sumOf(versions);
  const wanted = versions.filter(({ labels }) =>
    isNodeAsWanted(change, {
      kubelet: labels['kubelet_version'] ?? '',
      image: labels['os_image'] ?? '',
    }),
  );
  const isTold = change.nodes !== undefined || change.kubernetes !== undefined;
  const done = sumOf(wanted);
  const version = change.nodes ?? `Kubernetes ${change.kubernetes}`;
  const running: Arrival = {
    ...{ done, total, item: 'node', isThere: done >= total },
    text: `${done} of ${total} nodes run ${version}`,
  };
  const drifted = Math.min(total, sumOf(rowsOf(facts, 'drifted-nodes')));
  const settledPools: Arrival = {
    ...{ done: total - drifted, total, item: 'node' },
    isThere: drifted === 0 && (isTold || now - syncedAt >= DRIFT_NOTICED_MS),
    text:
      drifted > 0
        ? `${total - drifted} of ${total} nodes are as their pool wants them`
        : 'Karpenter may not have looked yet whether nodes are as their pool wants them',
  };
  return [
    ...(isTold && total > 0 ? [running] : []),
    ...(facts.get('drifted-nodes')?.is === 'value' && total > 0 ? [settledPools] : []),
  ];
}

function workloadArrivals({ components, facts }: ArrivalInput): readonly Arrival[] {
  const isTouched = ({ name }: Workload) => components.some((component) => isWorkloadOf(component, name));
  const unread = unreadOf(facts, 'pod', [
    'deployments',
    'deployments-arrived',
    'daemonsets',
    'daemonsets-arrived',
  ]);
  const mayHaveWorkloads = components.some(
    (component) => component === 'dns' || component.startsWith('addon'),
  );
  if (unread) return mayHaveWorkloads ? [unread] : [];
  return workloadsOf(facts)
    .filter(isTouched)
    .map(({ kind, name, wanted, arrived }) => ({
      done: arrived,
      total: wanted,
      item: 'pod',
      // Nodes come and go, and a DaemonSet with them.
      isThere: wanted - arrived <= (kind === 'DaemonSet' ? Math.floor(AWAY_SHARE * wanted) : 0),
      text: `${arrived} of ${wanted} pods of ${kind} ${name} are updated and available`,
    }));
}

function controlPlaneArrivals({ components, change, facts }: ArrivalInput): readonly Arrival[] {
  const { kubernetes } = change;
  if (kubernetes === undefined || !touches(components, 'control-plane')) return [];
  const unread = unreadOf(facts, 'API server', ['control-plane-versions']);
  if (unread) return [unread];
  const versions = rowsOf(facts, 'control-plane-versions');
  if (versions.length === 0) return [];
  const wanted = releaseOf(kubernetes)?.join('.');
  const done = versions.filter(
    ({ labels }) => releaseOf(labels['git_version'] ?? '')?.join('.') === wanted,
  ).length;
  return [
    {
      ...{ done, total: versions.length, item: 'API server version', isThere: done === versions.length },
      text: `${done} of ${versions.length} versions that API servers run are Kubernetes ${kubernetes}`,
    },
  ];
}

/** Not knowing is not arrived. */
function unreadOf(facts: Facts, item: string, ids: readonly FactId[]): Arrival | undefined {
  for (const id of ids) {
    const reading = facts.get(id);
    if (reading?.is !== 'unknown' && reading?.is !== 'partial') continue;
    const text = `how many ${item}s have changed could not be read: ${reading.cause}`;
    return { done: 0, total: 0, item, isThere: false, text };
  }
  return undefined;
}

function rowsOf(facts: Facts, fact: FactId): readonly FactRow[] {
  const reading = facts.get(fact);
  return reading?.is === 'value' ? reading.value : [];
}

function sumOf(rows: readonly FactRow[]): number {
  return rows.reduce((sum, { value }) => sum + value, 0);
}
