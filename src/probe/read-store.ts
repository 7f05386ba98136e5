import type { Row, StoreFacts } from './facts.ts';
import { CLUSTER_LABELS, REGION_LABELS, REPLICA_LABELS } from './metric-hints.ts';

/** What the answer to `clustersQuery` says. */
export function readStore(rows: readonly Row[], clusterLabel: string): StoreFacts {
  const clusters = new Set(rows.flatMap(({ labels }) => labels[clusterLabel] ?? []));
  const several = (labels: readonly string[]) =>
    [...clusters].flatMap((cluster): [string, readonly string[]][] => {
      const own = rows.filter((row) => row.labels[clusterLabel] === cluster);
      // Labels of different names may say the same thing in other words; only one and the same label contradicts itself.
      const values = labels.map((label) =>
        [...new Set(own.flatMap((row) => row.labels[label] ?? []))].sort(),
      );
      const contradicting = values.find((list) => list.length > 1);
      return contradicting === undefined ? [] : [[cluster, contradicting]];
    });
  const others = CLUSTER_LABELS.filter((label) => label !== clusterLabel).flatMap(
    (label): [string, string][] => {
      const value = rows.find(({ labels }) => labels[label] !== undefined)?.labels[label];
      return value === undefined ? [] : [[label, value]];
    },
  );
  return {
    clusters: [...clusters].sort(),
    otherLabels: new Map(others),
    regions: new Map(several(REGION_LABELS)),
    doubled: several(REPLICA_LABELS).map(([cluster]) => cluster),
    hasUnlabelled: rows.some(({ labels }) => labels[clusterLabel] === undefined),
    isEmpty: rows.length === 0,
  };
}
