import { map, type Node } from '../../promql/node.ts';

/** The matcher that leaves the clusters chosen on a board; `=~`, because several can be chosen. */
const CHOSEN = { label: 'cluster', operator: '=~' as const, value: '$cluster' };

/** An expression that reads only the clusters chosen on the board, whatever it is made of. */
export function inChosenClusters(node: Node): Node {
  return map(node, (part) =>
    part.is === 'selector' ? { ...part, matchers: [CHOSEN, ...part.matchers] } : part,
  );
}
