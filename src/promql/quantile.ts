import type { Histogram } from './counter.ts';
import { metricName, parseMatchers } from './names.ts';
import type { Node, Window } from './node.ts';
import { type Vector, vectorOf } from './vector.ts';

/**
 * A quantile of a classic histogram, per cluster and labels: an estimate between two bucket bounds, so it is for
 * eyes and never for limits. Its bounds need not be known.
 *
 * @param share 0..1
 * @param of the histogram; `metric` is the name without `_bucket`
 */
export function quantile<const L extends string = never>(
  share: number,
  of: Omit<Histogram, 'is' | 'bounds'>,
  window: Window,
  labels: readonly L[] = [],
): Vector<L> {
  const buckets: Node = {
    is: 'selector',
    metric: metricName(`${of.metric}_bucket`),
    exporter: of.exporter,
    matchers: parseMatchers(of.matchers),
  };
  const perSecond: Node = { is: 'call', name: 'rate', args: [{ is: 'range', of: buckets, window }] };
  const sums: Node = { is: 'aggregate', name: 'sum', by: ['cluster', ...labels, 'le'], of: perSecond };
  const node: Node = { is: 'call', name: 'histogram_quantile', args: [{ is: 'number', value: share }, sums] };
  return vectorOf<L>(node, labels);
}
