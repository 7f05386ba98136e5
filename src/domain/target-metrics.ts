/**
 * Label of the gate's own metrics that names the cluster a change goes to. Their `cluster` comes with the scrape, as
 * everybody's: it is where the gate runs.
 */
export const TARGET_CLUSTER = 'target_cluster';

/** The gate's metrics about the clusters that changes go to, one series each. */
export const TARGET_METRICS = {
  verdictTime: 'tidegate_verdict_timestamp_seconds',
  haltedRuns: 'tidegate_halted_runs',
} as const;

/** Whether a metric is the gate's and about the clusters that changes go to. */
export function isAboutTargets(metric: string): boolean {
  return Object.values<string>(TARGET_METRICS).includes(metric);
}
