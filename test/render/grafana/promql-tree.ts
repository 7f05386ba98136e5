import type { SyntaxNode } from '@lezer/common';
import { parser } from '@prometheus-io/lezer-promql';

/** One matcher as it is written. */
export interface Matcher {
  readonly label: string;
  readonly operator: string;
  readonly value: string;
}

/** A selector of a parsed query, with what stands around it. */
export interface Selector {
  readonly metric: string;
  readonly matchers: readonly Matcher[];
  /** The range behind it, as written. */
  readonly range?: string;
  /** The function right around its range. */
  readonly inFunction?: string;
}

/** Positions of syntax errors, with the text around each. */
export function syntaxErrors(query: string): readonly string[] {
  const errors: string[] = [];
  parser.parse(query).iterate({
    enter({ type, from, to }) {
      if (type.isError) errors.push(`at ${from}: ${query.slice(Math.max(0, from - 20), to + 20)}`);
    },
  });
  return errors;
}

/** Every selector of a query. */
export function selectorsOf(query: string): readonly Selector[] {
  const found: Selector[] = [];
  parser.parse(query).iterate({
    enter({ name, node }) {
      if (name === 'VectorSelector') found.push(selectorOf(node, query));
    },
  });
  return found;
}

function selectorOf(node: SyntaxNode, query: string): Selector {
  const text = (at: SyntaxNode | null) => (at === null ? '' : query.slice(at.from, at.to));
  const matchers = (node.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? []).map((one) => ({
    label: text(one.getChild('LabelName')),
    operator: text(one.getChild('MatchOp')),
    value: text(one.getChild('StringLiteral')).slice(1, -1),
  }));
  const metric = text(node.getChild('Identifier'));
  const matrix = node.parent?.name === 'MatrixSelector' ? node.parent : undefined;
  if (matrix === undefined) return { metric, matchers };
  const call = matrix.parent?.parent;
  return {
    metric,
    matchers,
    range: text(matrix).slice(text(node).length).replaceAll(/[[\]]/g, ''),
    ...(call?.name === 'FunctionCall' ? { inFunction: text(call.getChild('FunctionIdentifier')) } : {}),
  };
}
