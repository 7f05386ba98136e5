import { FACTS, type FactId, type FactReading, type FactRow, type Facts } from '../domain/fact.ts';
import { type Fault, isInForce } from './fault.ts';

/** How many nodes a simulated cluster of size 1 has. */
const NODES = 40;

/** The kubelet and the image of every node, and the API server, before anything is changed. */
export const SIMULATED_VERSION = { kubelet_version: 'v1.34.2-eks-1', os_image: 'Bottlerocket OS 1.50.0' };
const API_SERVER = 'v1.34.2-eks-1';

/** Add-ons of a simulated cluster; pods of a DaemonSet stand on every node. */
const DEPLOYMENTS = { coredns: 2, karpenter: 2, 'ebs-csi-controller': 2 } as const;
const DAEMONSETS = ['aws-node', 'kube-proxy', 'ebs-csi-node', 'eks-pod-identity-agent'] as const;

/** A replacement of nodes: at an even pace all of them run something else at the end, and stay there. */
export type Replacement = Extract<Fault, { kind: 'replacement' }>;

/** How many of so many nodes a replacement has replaced at a time. */
export function replacedNodes({ from, to }: Replacement, nodes: number, timeMs: number): number {
  const share = Math.min(1, Math.max(0, (timeMs - from) / (to - from)));
  return Math.floor(nodes * share);
}

/** Facts of a cluster at a time: healthy, but for its faults. */
export function factsAt(
  faults: readonly Fault[],
  { name, size = 1 }: { readonly name: string; readonly size?: number },
  ids: readonly FactId[],
  now: number,
): Facts {
  const own = faults.filter(({ cluster = name }) => cluster === name);
  const nodes = Math.round(NODES * size);
  const healthy = healthyFacts(nodes, own, now);
  const told = own.filter(
    (fault): fault is Extract<Fault, { kind: 'fact' }> => fault.kind === 'fact' && isInForce(fault, now),
  );
  const readingOf = (id: FactId): FactReading => {
    const fault = told.findLast(({ fact }) => fact === id);
    if (fault === undefined) return { is: 'value', value: healthy[id] };
    return fault.rows === 'absent' ? { is: 'no-data' } : { is: 'value', value: fault.rows };
  };
  return new Map(ids.map((id) => [id, readingOf(id)]));
}

function healthyFacts(
  nodes: number,
  faults: readonly Fault[],
  now: number,
): Readonly<Record<FactId, readonly FactRow[]>> {
  const none = Object.fromEntries(Object.keys(FACTS).map((id) => [id, []])) as unknown as Record<
    FactId,
    readonly FactRow[]
  >;
  const deployments = Object.entries(DEPLOYMENTS).map(([name, value]) => row({ deployment: name }, value));
  const daemonsets = DAEMONSETS.map((name) => row({ daemonset: name }, nodes));
  const budgets = ['eks-api-availability', 'eks-dns-availability'].map((slo) => ({
    labels: { slo },
    value: 1,
  }));
  return {
    ...none,
    'budget-left': budgets,
    'budget-a-day-ago': budgets,
    deployments,
    'deployments-arrived': deployments,
    daemonsets,
    'daemonsets-arrived': daemonsets,
    'node-versions': nodeVersions(nodes, faults, now),
    'control-plane-versions': [{ labels: { git_version: API_SERVER }, value: 1 }],
  };
}

function nodeVersions(nodes: number, faults: readonly Fault[], now: number): readonly FactRow[] {
  const replacement = faults.findLast(
    (fault): fault is Replacement => fault.kind === 'replacement' && fault.from <= now,
  );
  if (replacement === undefined) return [{ labels: SIMULATED_VERSION, value: nodes }];
  const replaced = replacedNodes(replacement, nodes, now);
  const { kubelet_version, os_image } = replacement.toVersion;
  return [
    { labels: SIMULATED_VERSION, value: nodes - replaced },
    { labels: { kubelet_version, os_image }, value: replaced },
  ].filter(({ value }) => value > 0);
}

function row(labels: Readonly<Record<string, string>>, value: number): FactRow {
  return { labels: { namespace: 'kube-system', ...labels }, value };
}
