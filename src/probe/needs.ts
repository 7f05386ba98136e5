import type { Bundle } from '../catalogue/bundle.ts';
import type { ExporterName } from '../catalogue/exporters.ts';
import type { AnyAlert, AnySignal } from '../catalogue/signal.ts';
import { type Counter, observations, observationsUpTo } from '../promql/counter.ts';
import { parseMatchers } from '../promql/names.ts';
import type { Node } from '../promql/node.ts';
import { print } from '../promql/print.ts';
import { KNOWN_VALUES, OFTEN_EMPTY_LABELS } from './metric-hints.ts';

/** A metric with its matchers, without a job. */
export type Selector = Extract<Node, { is: 'selector' }>;

/**
 * What becomes of a signal whose series are not there:
 *
 * - `base`: it has no reading
 * - `edge`: one of its bucket bounds can't be judged
 * - `events`: nothing, if the series come with the first event; its labels must be there once it is
 * - `filter`: it is judged without leaving out what should be left out
 */
type NeedRole = 'base' | 'edge' | 'events' | 'filter';

/** One selector that a signal reads. */
export interface Need {
  readonly role: NeedRole;
  readonly metric: string;
  /** Absent on what scrapes and rules record themselves. */
  readonly exporter?: ExporterName;
  readonly selector: Selector;
  /** Labels that its series must have, for matchers and for telling items apart. */
  readonly labels: readonly string[];
}

/** What a signal needs of a store. */
export interface SignalNeeds {
  readonly signal: AnySignal;
  readonly needs: readonly Need[];
  /** Exporters whose `up` is read: presence, and the minutes in which events could have been counted. */
  readonly up: readonly ExporterName[];
}

/**
 * The needs of every signal that a cluster can deliver, derived from the expressions that its rules evaluate; what the
 * gate tells of itself comes from the one cluster where it runs.
 */
export function needsOf(bundle: Bundle): readonly SignalNeeds[] {
  const signals = bundle.signals.filter(({ component }) => component !== 'gate');
  return signals.map((signal) => {
    const all = needsOfSignal(signal);
    return {
      signal,
      needs: all.filter(({ metric }) => metric !== 'up'),
      up: [
        ...new Set(all.flatMap(({ metric, exporter }) => (metric === 'up' && exporter ? [exporter] : []))),
      ],
    };
  });
}

/** Tells selectors apart, whatever their exporter. */
export function needKey({ selector }: Need): string {
  return print(selector, { jobs: {} });
}

function needsOfSignal(signal: AnySignal): readonly Need[] {
  const counted = (role: NeedRole, of: Counter) => counterNeed(role, of, signal.by as readonly string[]);
  switch (signal.kind) {
    case 'ratio':
      return [counted('base', signal.total), counted('events', signal.bad), ...valueNeeds(signal.bad)];
    case 'latency':
      return [
        counted('base', observations(signal.of)),
        // The matchers hold for all buckets alike; whether there is such a bound is asked of the metric as a whole.
        ...signal.edges.map((edge: number) =>
          counterNeed('edge', observationsUpTo({ ...signal.of, matchers: {} }, edge), []),
        ),
      ];
    case 'events':
      return [counted('events', signal.events), upNeed(signal.events.exporter as ExporterName)];
    case 'gauge':
      return [...vectorNeeds(signal.value.node, 'base'), ...guardNeeds(signal)];
    case 'state':
      return [
        ...vectorNeeds(signal.among.node, 'base'),
        ...vectorNeeds(signal.bad.node, 'base'),
        ...guardNeeds(signal),
      ];
    case 'presence':
      return [...vectorNeeds(signal.expected.node, 'base'), ...vectorNeeds(signal.seen.node, 'base')];
  }
}

function counterNeed(role: NeedRole, of: Counter, by: readonly string[]): Need {
  const matchers = parseMatchers(of.matchers);
  return {
    role,
    metric: of.metric,
    exporter: of.exporter as ExporterName,
    selector: { is: 'selector', metric: of.metric, matchers },
    labels: labelsOf(matchers, by),
  };
}

/** Labels of bad events whose values must look as they should, bad ones or not. */
function valueNeeds(of: Counter): readonly Need[] {
  return Object.entries(KNOWN_VALUES).flatMap(([label, known]) =>
    label in of.matchers ? [counterNeed('base', { ...of, matchers: { [label]: `=~${known}` } }, [])] : [],
  );
}

function upNeed(exporter: ExporterName): Need {
  return {
    role: 'base',
    metric: 'up',
    exporter,
    selector: { is: 'selector', metric: 'up', matchers: [] },
    labels: [],
  };
}

/** The selectors of a vector; what stands behind `unless` and `or` only takes away or adds. */
function vectorNeeds(node: Node, role: NeedRole, by: readonly string[] = []): readonly Need[] {
  switch (node.is) {
    case 'number':
      return [];
    case 'selector': {
      const { exporter, ...selector } = node;
      const needed = { role, metric: node.metric, selector, labels: labelsOf(node.matchers, by) };
      return [exporter === undefined ? needed : { ...needed, exporter: exporter as ExporterName }];
    }
    case 'aggregate':
      return vectorNeeds(
        node.of,
        role,
        node.by.filter((label) => label !== 'cluster'),
      );
    case 'range':
      return vectorNeeds(node.of, role, by);
    case 'call':
      return node.args.flatMap((arg) => (typeof arg === 'string' ? [] : vectorNeeds(arg, role, by)));
    case 'binary': {
      const isFilter = node.operator === 'unless' || node.operator === 'or';
      return [
        ...vectorNeeds(node.left, role, by),
        ...vectorNeeds(node.right, isFilter ? 'filter' : role, by),
      ];
    }
  }
}

function guardNeeds(signal: AnySignal): readonly Need[] {
  return (signal.alerts as readonly AnyAlert[]).flatMap(({ when }) =>
    (when.and ?? []).flatMap((guard) => {
      if ('only' in guard) return vectorNeeds(guard.only.node, 'filter');
      return 'except' in guard ? vectorNeeds(guard.except.node, 'filter') : [];
    }),
  );
}

function labelsOf(matchers: Selector['matchers'], by: readonly string[]): readonly string[] {
  const matched = matchers.map(({ label }) => label);
  return [...new Set([...matched, ...by])].filter(
    (label) => label !== 'le' && label !== 'job' && !OFTEN_EMPTY_LABELS.includes(label),
  );
}
