import type { FactId, Facts } from '../domain/fact.ts';
import type { AlertReading, Count, ItemCount, MinuteReading, Reading } from '../domain/reading.ts';

/** A span of whole minutes: `from` and `to` are ends of minutes in epoch milliseconds, both included; empty when `to` is before `from`. */
export interface MinuteWindow {
  readonly from: number;
  readonly to: number;
}

/** Readings of many clusters: cluster name, then series key (counts) or signal id (items, values). */
export type ByCluster<T> = Pick<
  ReadonlyMap<string, ReadonlyMap<string, readonly MinuteReading<T>[]>>,
  'get' | 'keys' | 'size'
>;

/**
 * What a look saw. For every cluster asked, every series of the source's checks has one entry a minute of the window:
 * a minute that is missing in the store is `no-data`, a store that could not be asked is `unknown` in every minute.
 */
export interface Observation {
  readonly window: MinuteWindow;
  readonly counts: ByCluster<Count>;
  /** States and presence: bad (or missing) items among all (or the expected) ones. */
  readonly items: ByCluster<ItemCount>;
  readonly values: ByCluster<number>;
  /** Firing and pending alerts of the clusters asked, at the instant; or why they are not known. */
  readonly alerts: Reading<readonly AlertReading[]>;
}

/** Ends of minutes in which alerts fired, by cluster. */
export type FiredMinutes = ReadonlyMap<string, ReadonlySet<number>>;

/** Facts by cluster name. */
export type FactsByCluster = ReadonlyMap<string, Facts>;

/** Health of a source, for readiness, metrics and reasons. */
export interface SourceHealth {
  readonly reachable: boolean;
  /** Store's clock minus ours, in milliseconds; undefined when it could not be asked. */
  readonly skewMs?: number;
  readonly cause?: string;
}

/** How far the store's clock may be from ours before nothing it says can be placed in time, in milliseconds. */
export const MAX_CLOCK_SKEW_MS = 30_000;

/** What the cause of an `unknown` reading starts with when the clocks differ too much: reason `data/clock-skew`. */
export const CLOCK_SKEW_CAUSE = 'clock-skew: ';

/**
 * Metrics as readings of signals and facts. It never rejects for what a store does: refused, slow, 4xx, 5xx, HTML, truncated and
 * partial answers are typed readings. It asks a constant number of questions, whatever the number of clusters and signals.
 */
export interface SignalSource {
  readonly name: string;
  /** Time after the end of a minute until its numbers no longer change, in milliseconds. */
  readonly settleDelayMs: number;
  /**
   * Readings of every signal of the source's checks for the clusters, minute by minute, and alerts now.
   * Rejects with InputError `source/window` when the window is not made of whole minutes.
   */
  observe(clusters: readonly string[], window: MinuteWindow, now: number): Promise<Observation>;
  /**
   * The minutes of the window in which any of these alerts fired, by cluster; a cluster without one has no entry.
   * `partial` or `unknown` where the store can't tell of all of it. Rejects as `observe`.
   */
  fired(
    alertNames: readonly string[],
    clusters: readonly string[],
    window: MinuteWindow,
  ): Promise<Reading<FiredMinutes>>;
  /**
   * Facts of the clusters now: for every cluster asked, every fact asked. One question, whatever the number of either;
   * a store that could not be asked, or whose clock is wrong, is `unknown` in every fact.
   */
  facts(clusters: readonly string[], ids: readonly FactId[], now: number): Promise<FactsByCluster>;
  health(now: number): Promise<SourceHealth>;
}
