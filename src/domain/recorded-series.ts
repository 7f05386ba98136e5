import { SLO_PERIOD } from './burn-rate.ts';

/** Names of the series that the rules record and that alerts, panels, evidence and judge read. */
export const RECORDED = {
  /** Events of the last minute, per cluster, signal and edge. */
  events: 'tidegate:signal_events:increase1m',
  /** Exposure of the last minute, per cluster and signal. */
  exposure: 'tidegate:signal_exposure:increase1m',
  /** A gauge signal's worst item, per cluster. */
  value: 'tidegate:signal_value',
  /** Bad items and all items of a state or presence signal, per cluster. */
  bad: 'tidegate:signal_bad',
  among: 'tidegate:signal_among',
} as const;

export type RecordedKind = keyof typeof RECORDED;

/** The inventory as a series: 1 for every cluster that should exist, with its wave, class and region. */
export const CLUSTER_INFO = 'tidegate_cluster_info';

/** Share of the period's error budget that is left, by SLO; negative when overspent. */
export const BUDGET_REMAINING = `slo:error_budget_remaining:ratio${SLO_PERIOD}`;

/** One recorded series of one signal; `expr` is what the rule evaluates, and what is asked live before rules have history. */
export interface RecordedSeries {
  readonly kind: RecordedKind;
  readonly signal: string;
  /** Histogram bound in seconds, on events of latency signals only. */
  readonly edge?: number;
  readonly expr: string;
}
