import { isAboutTargets, TARGET_CLUSTER } from '../../domain/target-metrics.ts';
import { type Matcher, map, type Node } from '../../promql/node.ts';

type Selector = Extract<Node, { is: 'selector' }>;

/** An expression that reads only the clusters chosen on the board, whatever it is made of. */
export function inChosenClusters(node: Node): Node {
  return map(node, (part) =>
    part.is === 'selector' ? { ...part, matchers: [...chosen(part), ...part.matchers] } : part,
  );
}

/**
 * The matcher that leaves the chosen clusters; `=~`, because several can be chosen. Nobody chooses a cluster to see the
 * gate that happens to run in it: what the gate tells of a change goes by the cluster of the change, and what it tells
 * of itself is always there.
 */
function chosen(selector: Selector): readonly Matcher[] {
  if (isAboutTargets(selector.metric)) return [{ label: TARGET_CLUSTER, operator: '=~', value: '$cluster' }];
  return isAboutGate(selector) ? [] : [{ label: 'cluster', operator: '=~', value: '$cluster' }];
}

function isAboutGate({ exporter, matchers }: Selector): boolean {
  return (
    exporter === 'tidegate' || matchers.some(({ label, value }) => label === 'component' && value === 'gate')
  );
}
