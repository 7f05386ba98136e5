import { type Duration, durationOf, seconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import { labelName, type Matchers, metricName, parseMatchers } from './names.ts';
import { type Aggregator, type BinaryOperator, map, type Node } from './node.ts';

declare const labelsBelow: unique symbol;

/**
 * An instant vector whose elements are told apart by `cluster` and the labels L, and by nothing else.
 * Every way to build one keeps `cluster`: an aggregation that loses it can't be written.
 */
export interface Vector<L extends string = never> {
  readonly node: Node;
  /** The labels below `cluster`, sorted. */
  readonly labels: readonly string[];
  readonly [labelsBelow]?: L;
}

/** A gauge: a vector that also remembers its raw selector, for functions over time. */
export interface Gauge<L extends string = never> extends Vector<L> {
  readonly selector: Extract<Node, { is: 'selector' }>;
}

/** @internal The tree of a vector, refused where a counter stands instead. */
function nodeOf({ node }: Vector<string>): Node {
  if (node === undefined) {
    throw new DefinitionError(
      'promql/counter-as-vector',
      'this is no vector; a counter means something only inside rate, increase or minuteIncrease',
    );
  }
  return node;
}

/** @internal */
export function vectorOf<L extends string>(node: Node, labels: readonly string[]): Vector<L> {
  if (labels.includes('cluster')) {
    throw new DefinitionError(
      'promql/cluster-label',
      'cluster is carried by every expression; leave it out of the label list',
    );
  }
  return Object.freeze({ node, labels: Object.freeze([...new Set(labels.map(labelName))].sort()) });
}

/**
 * A gauge of an exporter, one element per cluster and `labels`: the highest where several scrapes report it.
 *
 * @throws DefinitionError `promql/counter-as-gauge` for a name that only counters have
 */
export function gauge<const L extends string = never>(
  exporter: string,
  metric: string,
  matchers: Matchers = {},
  labels: readonly L[] = [],
): Gauge<L> {
  // Controllers of the operator framework count conditions in gauges that are called so.
  if (/_(total|sum|bucket)$|(?<!_condition)_count$/.test(metric)) {
    throw new DefinitionError(
      'promql/counter-as-gauge',
      `${metric} is a counter; a counter means something only inside rate or increase: build it with counter()`,
    );
  }
  const selector = Object.freeze({
    is: 'selector' as const,
    metric: metricName(metric),
    exporter,
    matchers: parseMatchers(matchers),
  });
  return Object.freeze({ ...aggregate<L>('max', selector, labels), selector });
}

/**
 * A gauge whose scrape tells where its exporter runs and a label of which cluster it speaks: that cluster takes the place
 * of the scrape's, so that whatever is about a cluster carries its name.
 *
 * @param clusterLabel label that names the cluster; series without it keep the scrape's
 */
export function gaugeAbout<const L extends string = never>(
  clusterLabel: string,
  of: Gauge<string>,
  labels: readonly L[] = [],
): Vector<L> {
  const args = [of.selector, 'cluster', '$1', labelName(clusterLabel), '(.+)'];
  return aggregate<L>('max', { is: 'call', name: 'label_replace', args }, labels);
}

/** A series that rules of ours record per cluster, such as the inventory; it has no job. */
export function recorded<const L extends string = never>(
  metric: string,
  matchers: Matchers = {},
  labels: readonly L[] = [],
): Vector<L> {
  const selector: Node = { is: 'selector', metric: metricName(metric), matchers: parseMatchers(matchers) };
  return vectorOf<L>(selector, labels);
}

/** How often a gauge changed its value within a window, per cluster and its labels. */
export function changes<L extends string>(of: Gauge<L>, window: Duration): Vector<L> {
  const range: Node = { is: 'range', of: of.selector, window };
  return aggregate<L>('max', { is: 'call', name: 'changes', args: [range] }, of.labels);
}

/** @internal */
export function aggregate<L extends string>(
  name: Aggregator,
  of: Node,
  labels: readonly string[],
): Vector<L> {
  const vector = vectorOf<L>({ is: 'number', value: 0 }, labels);
  return vectorOf<L>({ is: 'aggregate', name, by: ['cluster', ...vector.labels], of }, labels);
}

/** Aggregates to `cluster` and the given labels, which the vector must have. */
export function by<L extends string, M extends L = never>(
  name: Aggregator,
  of: Vector<L>,
  labels: readonly M[] = [],
): Vector<M> {
  const node = nodeOf(of);
  const unknown = labels.filter((label) => !of.labels.includes(label));
  if (unknown.length > 0) {
    throw new DefinitionError(
      'promql/unknown-label',
      `can't aggregate by ${unknown.join(', ')}: the vector has only cluster${of.labels.map((l) => `, ${l}`).join('')}`,
    );
  }
  return aggregate<M>(name, node, labels);
}

/** Compares with a number and keeps the elements that satisfy it. */
export function compare<L extends string>(
  of: Vector<L>,
  operator: '>' | '<' | '>=' | '<=' | '==' | '!=',
  value: number,
): Vector<L> {
  return vectorOf<L>({ is: 'binary', operator, left: nodeOf(of), right: { is: 'number', value } }, of.labels);
}

/** 1 where the comparison holds, 0 elsewhere; no element is lost. */
export function test<L extends string>(
  of: Vector<L>,
  operator: '>' | '<' | '>=' | '<=' | '==' | '!=',
  value: number,
): Vector<L> {
  const node: Node = { is: 'binary', operator, bool: true, left: nodeOf(of), right: { is: 'number', value } };
  return vectorOf<L>(node, of.labels);
}

/** The elements multiplied by a number. */
export function times<L extends string>(of: Vector<L>, value: number): Vector<L> {
  return vectorOf<L>(
    { is: 'binary', operator: '*', left: { is: 'number', value }, right: nodeOf(of) },
    of.labels,
  );
}

/** Combines two vectors with the same labels, element by element. */
export function combine<L extends string>(
  left: Vector<L>,
  operator: '+' | '-' | '/',
  right: Vector<NoInfer<L>>,
): Vector<L> {
  return match(left, operator, right, left.labels);
}

/** The elements of `left` whose counterpart in `right` (matched by all labels of `right`) exists. */
export function only<L extends string>(left: Vector<L>, right: Vector<NoInfer<L>>): Vector<L> {
  return match(left, 'and', right, right.labels);
}

/** The elements of `left` without a counterpart in `right` (matched by all labels of `right`). */
export function except<L extends string>(left: Vector<L>, right: Vector<NoInfer<L>>): Vector<L> {
  return match(left, 'unless', right, right.labels);
}

/** `left`, and what only `right` has. */
export function either<L extends string>(left: Vector<L>, right: Vector<NoInfer<L>>): Vector<L> {
  return match(left, 'or', right, left.labels);
}

/** The elements of `left` that are less than their counterpart in `right`. */
export function below<L extends string>(left: Vector<L>, right: Vector<NoInfer<L>>): Vector<L> {
  return match(left, '<', right, left.labels);
}

/** Element by element the lesser of two; the one that is there, where only `right` is. */
export function lesser<L extends string>(left: Vector<L>, right: Vector<NoInfer<L>>): Vector<L> {
  return either(below(left, right), right);
}

/** What a vector was some time ago. */
export function earlier<L extends string>(of: Vector<L>, offset: Duration): Vector<L> {
  const node = map(nodeOf(of), (part) => (part.is === 'selector' ? { ...part, offset } : part));
  return vectorOf<L>(node, of.labels);
}

/** The newest sample of every series that lies between two ages: `from` the older, `to` the younger one. */
export function seenBetween<L extends string>(of: Vector<L>, from: Duration, to: Duration): Vector<L> {
  const window = durationOf(seconds(from) - seconds(to));
  const node = map(nodeOf(of), (part): Node => {
    if (part.is !== 'selector') return part;
    return {
      is: 'call',
      name: 'last_over_time',
      args: [{ is: 'range', of: { ...part, offset: to }, window }],
    };
  });
  return vectorOf<L>(node, of.labels);
}

function match<L extends string>(
  left: Vector<L>,
  operator: BinaryOperator,
  right: Vector<L>,
  on: readonly string[],
): Vector<L> {
  const sides = { left: nodeOf(left), right: nodeOf(right) };
  const lacking = on.filter((label) => !left.labels.includes(label) || !right.labels.includes(label));
  if (lacking.length > 0) {
    throw new DefinitionError(
      'promql/unmatched-label',
      `can't match on ${lacking.join(', ')}: one side has only cluster${left.labels.map((l) => `, ${l}`).join('')}, ` +
        `the other only cluster${right.labels.map((l) => `, ${l}`).join('')}`,
    );
  }
  return vectorOf<L>({ is: 'binary', operator, ...sides, on: ['cluster', ...on] }, left.labels);
}
