import type { AnyAlert, AnySignal } from '../../src/catalogue/signal.ts';
import type { Counter } from '../../src/promql/counter.ts';
import { parseMatchers } from '../../src/promql/names.ts';
import { type Matcher, type Node, walk } from '../../src/promql/node.ts';

/** What a signal selects from the series of an exporter. */
export interface Selection {
  readonly exporter: string;
  readonly metric: string;
  readonly kind: 'counter' | 'gauge' | 'histogram';
  readonly matchers: readonly Matcher[];
  /** Labels that it tells items apart by. */
  readonly by: readonly string[];
  /** Whether a healthy cluster has nothing that it selects: errors. */
  readonly isBad: boolean;
}

/** Series that no exporter exposes: Prometheus writes `up`, our own rules the inventory. */
const OURS = ['up', 'tidegate_cluster_info'];

/** Everything that a signal reads from exporters. */
export function selectionsOf(signal: AnySignal): readonly Selection[] {
  const by = signal.by as readonly string[];
  const counted = (of: Counter, isBad: boolean): Selection => ({
    exporter: of.exporter,
    metric: of.metric,
    kind: 'counter',
    matchers: parseMatchers(of.matchers),
    by,
    isBad,
  });
  switch (signal.kind) {
    case 'ratio':
      return [counted(signal.total, false), counted(signal.bad, true)];
    case 'events':
      return [counted(signal.events, true)];
    case 'latency': {
      const { exporter, metric, matchers } = signal.of;
      const parts = ['_bucket', '_count'].map((part) => ({
        ...counted({ is: 'counter', exporter, metric: `${metric}${part}`, matchers }, false),
        kind: 'histogram' as const,
      }));
      return parts;
    }
    default:
      return nodesOf(signal).flatMap(selectionsIn);
  }
}

function nodesOf(signal: Exclude<AnySignal, { kind: 'ratio' | 'events' | 'latency' }>): readonly Node[] {
  const own =
    signal.kind === 'gauge'
      ? [signal.value]
      : signal.kind === 'state'
        ? [signal.bad, signal.among]
        : [signal.expected, signal.seen];
  const guards = (signal.alerts as readonly AnyAlert[]).flatMap(({ when }) =>
    (when.and ?? []).flatMap((guard) =>
      'only' in guard ? [guard.only] : 'except' in guard ? [guard.except] : [],
    ),
  );
  return [...own, ...guards].map(({ node }) => node);
}

/** The selectors of an expression, each with the labels of the grouping right around it. */
function selectionsIn(node: Node): readonly Selection[] {
  const grouped = [...walk(node)].flatMap((part): readonly Selection[] => {
    if (part.is !== 'aggregate') return [];
    const inner = part.of.is === 'call' ? part.of.args[0] : part.of;
    const selector = typeof inner === 'object' && inner.is === 'range' ? inner.of : inner;
    if (typeof selector !== 'object' || selector.is !== 'selector') return [];
    if (OURS.includes(selector.metric)) return [];
    const { metric, matchers, exporter = '' } = selector;
    return [
      {
        exporter,
        metric,
        kind: metric.endsWith('_total') ? 'counter' : 'gauge',
        matchers,
        by: part.by,
        isBad: false,
      },
    ];
  });
  const selectors = [...walk(node)].filter((part) => part.is === 'selector' && !OURS.includes(part.metric));
  if (grouped.length < selectors.length) throw new Error('a selector stands outside of any grouping');
  return grouped;
}
