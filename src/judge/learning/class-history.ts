/** Why a minute of a cluster says nothing about quiet times; bits, so that causes add up. */
export const UNFIT = { sync: 1, alert: 2, missing: 4 } as const;

/** Events and exposure by minute; NaN events where nothing was read, exposure 0 without traffic. */
export interface CountRow {
  readonly events: Float64Array;
  readonly exposure: Float64Array;
}

/** One cluster's minutes; every row is as long as the class's history. */
export interface ClusterHistory {
  readonly cluster: string;
  /** Sum of `UNFIT` bits by minute; `missing` is for the whole cluster, a single series marks its gaps by NaN. */
  readonly unfit: Uint8Array;
  /** By series key (`dns-latency@0.256`). */
  readonly counts: ReadonlyMap<string, CountRow>;
  /** By signal; NaN where nothing was read. */
  readonly gauges: ReadonlyMap<string, Float64Array>;
}

/** What the clusters of a class did, minute by minute: what there is to learn from. */
export interface ClassHistory {
  readonly class: string;
  /** End of the first minute, epoch milliseconds. */
  readonly first: number;
  /** How many minutes there are, at most 48 hours' worth. */
  readonly minutes: number;
  readonly clusters: readonly ClusterHistory[];
  /** Which direction of a gauge is worse, by signal; gauges without an entry are not learned. */
  readonly worse: ReadonlyMap<string, 'up' | 'down' | 'either'>;
}
