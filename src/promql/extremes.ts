import type { Node } from './node.ts';
import { type Vector, vectorOf } from './vector.ts';

/**
 * The elements with the highest (`topk`) or lowest (`bottomk`) values over all clusters at once: for boards, where
 * thousands of lines help nobody.
 */
export function extremes<L extends string>(
  which: 'topk' | 'bottomk',
  count: number,
  of: Vector<L>,
): Vector<L> {
  const node: Node = { is: 'call', name: which, args: [{ is: 'number', value: count }, of.node] };
  return vectorOf<L>(node, of.labels);
}
