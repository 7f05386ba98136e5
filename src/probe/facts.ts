/** One element of an answer. */
export interface Row {
  readonly labels: Readonly<Record<string, string>>;
  readonly value: number;
}

/** Scrape targets of one job of one cluster. */
export interface Targets {
  readonly count: number;
  readonly down: number;
  /** Samples in ten minutes of the target with the most; absent where none was scraped ten minutes ago. */
  readonly samples?: number;
}

/** Jobs by what they have; `''` stands for series without a job. */
type Jobs = ReadonlySet<string>;

/** What a store has of one cluster. */
export interface ClusterFacts {
  /** Absent where the store's series have no cluster label and are judged as one cluster. */
  readonly name?: string;
  /** By job. */
  readonly targets: ReadonlyMap<string, Targets>;
  /** By metric. */
  readonly metrics: ReadonlyMap<string, Jobs>;
  /** By `needKey`: the jobs with a series that matches. */
  readonly matched: ReadonlyMap<string, Jobs>;
  /** By `labelKey`: the jobs whose series of the metric have the label. */
  readonly labelled: ReadonlyMap<string, Jobs>;
  /** Ids of signals that rules record. */
  readonly recorded: ReadonlySet<string>;
  /** Whether the rules name it in their inventory. */
  readonly isInventoried: boolean;
}

/** Tells pairs of metric and label apart. */
export function labelKey(metric: string, label: string): string {
  return `${metric} ${label}`;
}

/** A cluster of which a store has nothing. */
export function emptyFacts(name?: string): ClusterFacts {
  return {
    ...(name === undefined ? {} : { name }),
    targets: new Map(),
    metrics: new Map(),
    matched: new Map(),
    labelled: new Map(),
    recorded: new Set(),
    isInventoried: false,
  };
}

/** What the series of the anchors say about the store as a whole. */
export interface StoreFacts {
  /** Clusters by name, in order. */
  readonly clusters: readonly string[];
  /** Other labels that hold names of clusters, with one of their values. */
  readonly otherLabels: ReadonlyMap<string, string>;
  /** By cluster: what each region label says, where it says more than one thing. */
  readonly regions: ReadonlyMap<string, readonly string[]>;
  /** Clusters whose series come from several replicas of one Prometheus at once. */
  readonly doubled: readonly string[];
  /** Whether there are series without a cluster label. */
  readonly hasUnlabelled: boolean;
  readonly isEmpty: boolean;
}

/** Everything that was asked. */
export interface Survey {
  readonly clusterLabel: string;
  readonly store: StoreFacts;
  /** Every cluster asked for; one without a name where nothing tells clusters apart. */
  readonly clusters: readonly ClusterFacts[];
  /** Jobs with metrics of the catalogue beside the clusters, without a cluster label. */
  readonly unlabelledJobs: readonly string[];
}

/** Values that a label has in one cluster, by `labelKey`: asked only where none is the right one. */
export type LabelValues = ReadonlyMap<
  string,
  { readonly cluster?: string; readonly values: readonly string[] }
>;
