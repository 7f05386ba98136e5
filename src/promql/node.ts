import type { Duration } from '../domain/duration.ts';

/** Operators of a label matcher. */
export type MatchOperator = '=' | '!=' | '=~' | '!~';

/** One label matcher; `value` is unescaped. */
export interface Matcher {
  readonly label: string;
  readonly operator: MatchOperator;
  readonly value: string;
}

/** What Grafana fills in: wide enough for a rate at whatever resolution a panel is drawn. */
export const RATE_INTERVAL = '$__rate_interval';

/** How far a range looks back. */
export type Window = Duration | typeof RATE_INTERVAL;

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
  | { readonly is: 'range'; readonly of: Node; readonly window: Window; readonly step?: Duration }
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

/** A tree of the same shape with every node replaced, operands before what they stand in; the given tree stays as it is. */
export function map(node: Node, replace: (node: Node) => Node): Node {
  const inner = (of: Node) => map(of, replace);
  switch (node.is) {
    case 'number':
    case 'selector':
      return replace(node);
    case 'range':
    case 'aggregate':
      return replace({ ...node, of: inner(node.of) });
    case 'call':
      return replace({ ...node, args: node.args.map((arg) => (typeof arg === 'string' ? arg : inner(arg))) });
    case 'binary':
      return replace({ ...node, left: inner(node.left), right: inner(node.right) });
  }
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
