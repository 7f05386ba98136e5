import type { Duration } from '../domain/duration.ts';

/** Operators of a label matcher. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One label matcher; `value` is unescaped. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/**
 * A PromQL expression as a frozen tree. `exporter` stands for the scrape job, whose label is a parameter of the
 * bundle and is filled in when the expression is printed.
 */
export type Node =
  | { readonly is: 'number'; readonly value: number }
  | {
      readonly is: 'selector';
      readonly metric: string;
      readonly exporter?: string;
      readonly matchers: readonly Matcher[];
      readonly offset?: Duration;
    }
  | { readonly is: 'range'; readonly of: Node; readonly window: Duration; readonly step?: Duration }
  | { readonly is: 'call'; readonly name: string; readonly args: readonly (Node | string)[] }
  | { readonly is: 'aggregate'; readonly by: readonly string[]; readonly name: Aggregator; readonly of: Node }
  | {
      readonly is: 'binary';
      readonly operator: BinaryOperator;
      readonly left: Node;
      readonly right: Node;
      readonly bool?: true;
      readonly on?: readonly string[];
    };

export type Aggregator = 'sum' | 'max' | 'min' | 'count' | 'group' | 'avg';
export type BinaryOperator =
  | '+'
  | '-'
  | '*'
  | '/'
  | '>'
  | '<'
  | '>='
  | '<='
  | '=='
  | '!='
  | 'and'
  | 'or'
  | 'unless';

/** Every node of a tree, parents before children. */
export function* walk(node: Node): Generator<Node> {
  yield node;
  for (const child of childrenOf(node)) yield* walk(child);
}

/** The direct operands of a node. */
function childrenOf(node: Node): readonly Node[] {
  switch (node.is) {
    case 'number':
    case 'selector':
      return [];
    case 'range':
    case 'aggregate':
      return [node.of];
    case 'call':
      return node.args.filter((arg) => typeof arg !== 'string');
    case 'binary':
      return [node.left, node.right];
  }
}

/** Names of all metrics that an expression reads. */
export function metricsOf(node: Node): ReadonlySet<string> {
  const names = new Set<string>();
  for (const part of walk(node)) if (part.is === 'selector') names.add(part.metric);
  return names;
}
