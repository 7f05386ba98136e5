import type { SignalDiagnosis } from './diagnose.ts';
import type { ClusterReport } from './report.ts';

/** Clusters that deliver the same and lack the same. */
export interface AlikeClusters {
  /** Null is the cluster without a name. */
  readonly names: readonly (string | null)[];
  readonly coverage: ClusterReport['coverage'];
  readonly signals: readonly SignalDiagnosis[];
}

/** Clusters in groups of equal ones, the largest group first; what most of a fleet is like needs to be told only once. */
export function alikeClusters(clusters: readonly ClusterReport[]): readonly AlikeClusters[] {
  const groups = new Map<string, ClusterReport[]>();
  for (const cluster of clusters) {
    const key = JSON.stringify(cluster.signals.map(signalKey));
    const group = groups.get(key);
    if (group === undefined) groups.set(key, [cluster]);
    else group.push(cluster);
  }
  const largestFirst = [...groups.values()].sort((a, b) => b.length - a.length);
  return largestFirst.flatMap((group) =>
    group
      .slice(0, 1)
      .map(({ coverage, signals }) => ({ names: group.map(({ name }) => name), coverage, signals })),
  );
}

/** The signals of a group that are not as in another one. */
export function differing(of: AlikeClusters, from: AlikeClusters): readonly SignalDiagnosis[] {
  return of.signals.filter((signal, at) => {
    const other = from.signals[at];
    return other === undefined || signalKey(signal) !== signalKey(other);
  });
}

function signalKey({ id, state, problems, note }: SignalDiagnosis): string {
  return JSON.stringify([id, state, problems.map(({ what }) => what), note]);
}
