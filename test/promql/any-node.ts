import fc from 'fast-check';
import type { Duration } from '../../src/domain/duration.ts';
import type { Aggregator, BinaryOperator, Matcher, MatchOperator, Node } from '../../src/promql/node.ts';

type Selector = Extract<Node, { is: 'selector' }>;

const AGGREGATORS: readonly Aggregator[] = ['sum', 'max', 'min', 'count', 'group', 'avg'];
const COMPARISONS: readonly BinaryOperator[] = ['>', '<', '>=', '<=', '==', '!='];
const OTHERS: readonly BinaryOperator[] = ['+', '-', '*', '/', 'and', 'or', 'unless'];

const label = fc.constantFrom('cluster', 'namespace', 'le', 'by', 'on', 'sum', '_x');
const labels = fc.uniqueArray(label, { maxLength: 3 });
const duration = fc
  .tuple(fc.integer({ min: 1, max: 5000 }), fc.constantFrom('s', 'm', 'h', 'd'))
  .map(([count, unit]): Duration => `${count}${unit}` as Duration);

const matcher: fc.Arbitrary<Matcher> = fc.record({
  label,
  operator: fc.constantFrom<MatchOperator>('=', '!=', '=~', '!~'),
  value: fc.string({ unit: fc.oneof(fc.constantFrom('"', '\\', '\n', '{', '}', '#', "'"), fc.string()) }),
});

const selector: fc.Arbitrary<Selector> = fc
  .record({
    metric: fc.constantFrom('up', 'a_total', 'slo:sli_error:ratio_rate5m', 'time_x', 'bool_x'),
    matchers: fc.array(matcher, { maxLength: 2 }),
    offset: fc.option(duration, { nil: undefined }),
  })
  .map(({ offset, ...rest }) => ({ is: 'selector', ...rest, ...(offset === undefined ? {} : { offset }) }));

/** Numbers that twelve digits tell apart, as limits are. */
const number: fc.Arbitrary<Node> = fc
  .double({ noNaN: true, noDefaultInfinity: true })
  .map((value) => ({ is: 'number', value: Number(value.toPrecision(12)) || 0 }));

/** Any tree that the functions of promql/ could build, and more. */
export const anyNode: fc.Arbitrary<Node> = fc.letrec<{ node: Node; vector: Node; range: Node }>((tie) => ({
  node: fc.oneof({ depthSize: 'small' }, selector, number, tie('vector')),
  range: fc.oneof(
    fc.record({ is: fc.constant('range' as const), of: selector, window: duration }),
    fc.record({ is: fc.constant('range' as const), of: tie('vector'), window: duration, step: duration }),
  ),
  vector: fc.oneof(
    { depthSize: 'small' },
    selector,
    fc.record({
      is: fc.constant('aggregate' as const),
      name: fc.constantFrom(...AGGREGATORS),
      by: labels,
      of: tie('node'),
    }),
    fc.record({
      is: fc.constant('call' as const),
      name: fc.constantFrom('rate', 'clamp_min', 'label_replace', 'topk'),
      args: fc.array(fc.oneof(tie('node'), tie('range'), fc.string()), { minLength: 1, maxLength: 3 }),
    }),
    fc
      .record({
        left: tie('node'),
        right: tie('node'),
        operator: fc.constantFrom(...COMPARISONS, ...OTHERS),
        bool: fc.boolean(),
        on: fc.option(labels, { nil: undefined }),
      })
      .map(
        ({ bool, on, ...sides }): Node => ({
          is: 'binary',
          ...sides,
          ...(bool && COMPARISONS.includes(sides.operator) ? { bool: true as const } : {}),
          ...(on === undefined ? {} : { on }),
        }),
      ),
  ),
})).node;
