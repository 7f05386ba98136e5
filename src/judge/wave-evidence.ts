/**
 * What the runs of a wave show together: a harm too small for each of them. Pooled by the gate from the states of the
 * runs, judged with a share of alpha of its own.
 */
export interface WaveEvidence {
  /** Clusters whose runs are pooled, ascending; 2 or more. */
  readonly clusters: readonly string[];
  /** Chance of a false halt that the pooled test may have, 0..1. */
  readonly alpha: number;
  /** How many controls outside the wave they were compared with; without any the pool only holds. */
  readonly controls: number;
  readonly series: readonly WaveSeries[];
}

/** The pooled test of one series. */
export interface WaveSeries {
  readonly signal: string;
  /** Series key. */
  readonly key: string;
  /** Chance that a quiet group of as many clusters scores this high; the least so far in this wave. */
  readonly p: number;
  /** Whether `p` lies beyond what the windows show and was extended from their tail. */
  readonly extrapolated: boolean;
  /** How many windows of quiet groups the score was compared with, and how many of them scored as high. */
  readonly windows: number;
  readonly reached: number;
  /** Events since the sync over all clusters, and how many were to be expected. */
  readonly events: number;
  readonly expected: number;
}
