import { parser } from '@prometheus-io/lezer-promql';
import type { Duration } from '../../src/domain/duration.ts';
import type { Aggregator, BinaryOperator, Matcher, MatchOperator, Node } from '../../src/promql/node.ts';

/** A node of the syntax tree, as far as we read it. */
type SyntaxNode = ReturnType<typeof parser.parse>['topNode'];

/**
 * PromQL as our tree, by Prometheus's own grammar: parentheses are gone, precedence is in the shape.
 *
 * @throws SyntaxError when the text is no PromQL
 */
export function parsePromql(text: string): Node {
  const tree = parser.parse(text);
  tree.iterate({
    enter: ({ type, from }) => {
      if (type.isError) throw new SyntaxError(`no PromQL at ${from} of ${text}`);
    },
  });
  return new Reader(text).node(only(tree.topNode));
}

class Reader {
  readonly #text: string;

  constructor(text: string) {
    this.#text = text;
  }

  node(of: SyntaxNode): Node {
    const read: Record<string, (() => Node) | undefined> = {
      ParenExpr: () => this.node(only(of)),
      NumberDurationLiteral: () => ({ is: 'number', value: Number(this.text(of)) }),
      UnaryExpr: () => ({ is: 'number', value: Number(this.text(of)) }),
      VectorSelector: () => this.selector(of),
      MatrixSelector: () => ({ is: 'range', of: this.node(first(of)), window: this.duration(of) }),
      SubqueryExpr: () => ({
        is: 'range',
        of: this.node(first(of)),
        window: this.duration(of),
        step: this.duration(of, 1),
      }),
      OffsetExpr: () => withOffset(this.node(first(of)), this.text(child(of, 'OffsetDurationExpr'))),
      FunctionCall: () => ({
        is: 'call',
        name: this.text(child(of, 'FunctionIdentifier')),
        args: this.args(of),
      }),
      AggregateExpr: () => this.aggregate(of),
      BinaryExpr: () => this.binary(of),
    };
    const reader = read[of.name];
    if (reader === undefined) throw new SyntaxError(`${of.name} is nothing that we print: ${this.text(of)}`);
    return reader();
  }

  selector(of: SyntaxNode): Node {
    const matchers = of.getChild('LabelMatchers')?.getChildren('UnquotedLabelMatcher') ?? [];
    return {
      is: 'selector',
      metric: this.text(child(of, 'Identifier')),
      matchers: matchers.map(
        (matcher): Matcher => ({
          label: this.text(child(matcher, 'LabelName')),
          operator: this.text(child(matcher, 'MatchOp')) as MatchOperator,
          value: unquote(this.text(child(matcher, 'StringLiteral'))),
        }),
      ),
    };
  }

  aggregate(of: SyntaxNode): Node {
    const modifier = of.getChild('AggregateModifier');
    const name = this.text(child(of, 'AggregateOp'));
    if (modifier === null) return { is: 'call', name, args: this.args(of) };
    const [argument] = this.args(of);
    if (argument === undefined || typeof argument === 'string') throw new SyntaxError(`${name} of nothing`);
    return { is: 'aggregate', name: name as Aggregator, by: this.labels(modifier), of: argument };
  }

  binary(of: SyntaxNode): Node {
    const [left, operator, ...rest] = children(of);
    const right = rest.at(-1);
    if (left === undefined || operator === undefined || right === undefined) throw new SyntaxError('half');
    const matching = of.getChild('MatchingModifierClause');
    return {
      is: 'binary',
      operator: this.text(operator) as BinaryOperator,
      ...(of.getChild('BoolModifier') === null ? {} : { bool: true }),
      ...(matching === null ? {} : { on: this.labels(matching) }),
      left: this.node(left),
      right: this.node(right),
    };
  }

  args(of: SyntaxNode): readonly (Node | string)[] {
    return children(child(of, 'FunctionCallBody')).map((argument) =>
      argument.name === 'StringLiteral' ? unquote(this.text(argument)) : this.node(argument),
    );
  }

  labels(of: SyntaxNode): readonly string[] {
    return child(of, 'GroupingLabels')
      .getChildren('LabelName')
      .map((label) => this.text(label));
  }

  duration(of: SyntaxNode, at = 0): Duration {
    const found = of.getChildren('DurationExpr')[at];
    if (found === undefined) throw new SyntaxError(`${this.text(of)} lacks a duration`);
    return this.text(found) as Duration;
  }

  text({ from, to }: SyntaxNode): string {
    return this.#text.slice(from, to);
  }
}

/** An offset belongs to the selector, also where it stands behind the brackets of a range. */
function withOffset(of: Node, offset: string): Node {
  if (of.is === 'range') return { ...of, of: withOffset(of.of, offset) };
  if (of.is !== 'selector') throw new SyntaxError(`an offset of a ${of.is}`);
  return { ...of, offset: offset as Duration };
}

/** What stands in a double-quoted string, by the escapes of Go. */
function unquote(literal: string): string {
  const escapes: Readonly<Record<string, string>> = { '\\': '\\', '"': '"', n: '\n' };
  return literal.slice(1, -1).replaceAll(/\\(.)/g, (all, letter) => {
    const meant = escapes[letter];
    if (meant === undefined) throw new SyntaxError(`${all} is no escape that we write`);
    return meant;
  });
}

function children(of: SyntaxNode): readonly SyntaxNode[] {
  const found: SyntaxNode[] = [];
  for (let next = of.firstChild; next !== null; next = next.nextSibling) found.push(next);
  return found;
}

function child(of: SyntaxNode, name: string): SyntaxNode {
  const found = of.getChild(name);
  if (found === null) throw new SyntaxError(`${of.name} has no ${name}`);
  return found;
}

function first(of: SyntaxNode): SyntaxNode {
  const [found] = children(of);
  if (found === undefined) throw new SyntaxError(`${of.name} is empty`);
  return found;
}

function only(of: SyntaxNode): SyntaxNode {
  const all = children(of);
  if (all.length !== 1) throw new SyntaxError(`${of.name} has ${all.length} parts`);
  return first(of);
}
