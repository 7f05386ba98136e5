import type { Facts } from '../../domain/fact.ts';

/** A Deployment or DaemonSet of an add-on, and how much of it is there. */
export interface Workload {
  readonly kind: 'Deployment' | 'DaemonSet';
  readonly name: string;
  readonly wanted: number;
  /** Pods that are as wanted and available. */
  readonly arrived: number;
}

/** Share of a workload's pods that may be away without meaning anything: nodes come and go. */
export const AWAY_SHARE = 0.02;

const KINDS = [
  { kind: 'Deployment', label: 'deployment', wanted: 'deployments', arrived: 'deployments-arrived' },
  { kind: 'DaemonSet', label: 'daemonset', wanted: 'daemonsets', arrived: 'daemonsets-arrived' },
] as const;

/** The add-on workloads of a cluster; none of a kind that is not delivered or not known. */
export function workloadsOf(facts: Facts): readonly Workload[] {
  return KINDS.flatMap(({ kind, label, ...ids }) => {
    const [wanted, arrived] = [facts.get(ids.wanted), facts.get(ids.arrived)];
    if (wanted?.is !== 'value' || arrived?.is !== 'value') return [];
    const keyOf = (labels: Readonly<Record<string, string>>) => `${labels['namespace']}/${labels[label]}`;
    const there = new Map(arrived.value.map(({ labels, value }) => [keyOf(labels), value]));
    return wanted.value.map(({ labels, value }) => ({
      kind,
      name: labels[label] ?? '',
      wanted: value,
      arrived: Math.min(value, there.get(keyOf(labels)) ?? 0),
    }));
  });
}

/** Whether more is away than comes and goes by itself: nothing is there, or beyond one pod and a fiftieth. */
export function lackingBadly({ wanted, arrived }: Workload): boolean {
  if (wanted > 0 && arrived === 0) return true;
  return wanted - arrived > Math.max(1, AWAY_SHARE * wanted);
}
