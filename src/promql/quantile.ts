import type { Histogram } from './counter.ts';
import type { Node, Window } from './node.ts';
import { parseMatchers, type Vector, vectorOf } from './vector.ts';

/**
 * A quantile of a classic histogram, per cluster and labels: an estimate between two bucket bounds, so it is for
 * eyes and never for limits.
 *
 * @param share 0..1
 */
export function quantile<const L extends string = never>(
  share: number,
  { metric, exporter, matchers }: Histogram,
  window: Window,
  labels: readonly L[] = [],
): Vector<L> {
  const buckets: Node = {
    is: 'selector',
    metric: `${metric}_bucket`,
    exporter,
    matchers: parseMatchers(matchers),
  };
  const perSecond: Node = { is: 'call', name: 'rate', args: [{ is: 'range', of: buckets, window }] };
  const sums: Node = { is: 'aggregate', name: 'sum', by: ['cluster', ...labels, 'le'], of: perSecond };
  const node: Node = { is: 'call', name: 'histogram_quantile', args: [{ is: 'number', value: share }, sums] };
  return vectorOf<L>(node, labels);
}
