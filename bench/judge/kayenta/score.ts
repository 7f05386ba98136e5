import type { Classification } from './classify.ts';

export interface ClassifiedMetric {
  readonly name: string;
  readonly classification: Classification;
  readonly critical: boolean;
  readonly groups: readonly string[];
}

/** From this share of metrics without data on, nothing is known. */
const MAX_NODATA = 0.5;

/**
 * A canary's score, 0..100: the share of passing metrics of each group, weighted. A critical metric that does not pass
 * makes it 0; a group with nothing but errors or no data counts as 100.
 *
 * @param weights percent by group; what they leave is split evenly over the others
 * @see github.com/spinnaker/kayenta, WeightedSumScorer.scala, ScoringHelper.scala
 */
export function scoreOf(
  metrics: readonly ClassifiedMetric[],
  weights: Readonly<Record<string, number>> = {},
): number {
  if (metrics.some(({ critical, classification }) => critical && classification !== 'Pass')) return 0;
  const missing = metrics.filter(({ classification }) => classification === 'Nodata').length;
  if (missing / metrics.length >= MAX_NODATA) return 0;
  const groups = [...new Set(metrics.flatMap((metric) => metric.groups))];
  const given = groups.filter((group) => weights[group] !== undefined);
  const left = 100 - given.reduce((sum, group) => sum + (weights[group] ?? 0), 0);
  const share = left / Math.max(1, groups.length - given.length);
  const sum = groups.reduce(
    (total, group) => total + (groupScore(metrics, group) * (weights[group] ?? share)) / 100,
    0,
  );
  return Math.round(sum * 100) / 100;
}

const COUNTED: ReadonlySet<Classification> = new Set(['Pass', 'High', 'Low', 'NodataFailMetric']);

function groupScore(metrics: readonly ClassifiedMetric[], group: string): number {
  const counted = metrics.filter(
    (metric) => metric.groups.includes(group) && COUNTED.has(metric.classification),
  );
  if (counted.length === 0) return 100;
  return (100 * counted.filter(({ classification }) => classification === 'Pass').length) / counted.length;
}

/** Whether the last look of an analysis passes. */
export function passes(
  score: number,
  thresholds: { readonly marginal: number; readonly pass: number },
): boolean {
  return score > thresholds.marginal && score >= thresholds.pass;
}
