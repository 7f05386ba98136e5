import type { Bundle } from '../../catalogue/bundle.ts';
import { FACT_DEFINITIONS, type FactDefinition } from '../../catalogue/facts.ts';
import { ASKED_CLUSTERS, type FactId, type FactQuestion } from '../../domain/fact.ts';
import { map, type Node } from '../../promql/node.ts';
import { print } from '../../promql/print.ts';

/** The gate's questions about an instant, in which every selector reads only the clusters that are asked about. */
export function renderFacts({ print: context }: Bundle): readonly FactQuestion[] {
  const ofAsked = (node: Node) => print(map(node, amongAsked), context);
  const definitions = Object.entries(FACT_DEFINITIONS) as [FactId, FactDefinition][];
  return definitions.map(([fact, { rows, seen }]) => ({
    fact,
    rows: ofAsked(rows.node),
    seen: ofAsked(seen.node),
  }));
}

/** The placeholder without its quotes, which the printer writes. */
const CLUSTERS = ASKED_CLUSTERS.slice(1, -1);

function amongAsked(part: Node): Node {
  if (part.is !== 'selector') return part;
  return { ...part, matchers: [{ label: 'cluster', operator: '=~', value: CLUSTERS }, ...part.matchers] };
}
