import { extremes } from '../../promql/extremes.ts';
import type { Vector } from '../../promql/vector.ts';

/** A fleet has thousands of items; more lines than this nobody reads. */
const MOST_LINES = 20;

/** Only the highest or lowest elements of an expression, over all chosen clusters. */
export function onlyWorst<L extends string>(worst: 'highest' | 'lowest', of: Vector<L>): Vector<L> {
  return extremes(worst === 'highest' ? 'topk' : 'bottomk', MOST_LINES, of);
}

/** What a panel says that draws only those. */
export function onlyWorstInWords(worst: 'highest' | 'lowest'): string {
  return `At any time the ${MOST_LINES} ${worst} are drawn.`;
}
