import { CLUSTER_INFO, RECORDED } from '../domain/recorded-series.ts';
import type { Matcher } from '../promql/node.ts';
import { literal, print, quote } from '../promql/print.ts';
import { EXPORTER_HINTS } from './exporter-hints.ts';
import {
  CLUSTER_LABELS,
  COLLIDING_LABELS,
  METRIC_HINTS,
  REGION_LABELS,
  REPLICA_LABELS,
} from './metric-hints.ts';
import { type Need, needKey, type Selector } from './needs.ts';

/** Label that says which part of a union an element comes from. */
export const FACT = 'tidegate_fact';
/** Label that holds another label's value. */
export const VALUE = 'tidegate_value';

/** Of which clusters is asked: all of one label's values, or the store as a whole. */
export interface Scope {
  readonly label: string;
  /** Absent for everything in the store, empty for series without the label. */
  readonly clusters?: readonly string[];
}

/** Every cluster has at least one of these, and they are few. */
const ANCHORS = ['up', 'kube_node_info', 'apiserver_storage_size_bytes'];

/** How far back samples are counted to know how often a target is scraped, in seconds. */
export const SAMPLED_SECONDS = 600;

/** Which clusters there are, and what else their series say of them. */
export function clustersQuery(clusterLabel: string): string {
  const labels = new Set([clusterLabel, ...CLUSTER_LABELS, ...REGION_LABELS, ...REPLICA_LABELS]);
  return `count by (${[...labels].join(', ')}) ({__name__=~${anyOf(ANCHORS)}})`;
}

/** Targets by job, those that are down, and how many samples the best of them has in ten minutes. */
export function targetsQuery(scope: Scope): string {
  const up = print(withScope({ is: 'selector', metric: 'up', matchers: [] }, scope), { jobs: {} });
  const window = `${SAMPLED_SECONDS / 60}m`;
  const by = `by (${scope.label}, job)`;
  return union({
    targets: `count ${by} (${up})`,
    down: `count ${by} (${up} == 0)`,
    samples: `max ${by} (count_over_time(${up}[${window}]) and ${up} offset ${window})`,
  });
}

/** Jobs by metric, of the metrics that signals read, their older names and other signs of an exporter. */
export function metricsQuery(needs: readonly Need[], scope: Scope): string {
  const names = metricsToFind(needs);
  const isBucket = (name: string) => name.endsWith('_bucket');
  const scoped = scopeMatchers(scope).map(printMatcher);
  const plain = [`__name__=~${anyOf(names.filter((name) => !isBucket(name)))}`, ...scoped];
  // One bucket a series is enough to know; all of them are most of what a store holds.
  const buckets = [`__name__=~${anyOf(names.filter(isBucket))}`, `le="+Inf"`, ...scoped];
  const by = `count by (__name__, ${scope.label}, job)`;
  return union({ plain: `${by} ({${plain.join(',')}})`, buckets: `${by} ({${buckets.join(',')}})` });
}

/** Jobs with series that match, by the needs' place in the list; needs without matchers are left out. */
export function matchesQuery(needs: readonly Need[], scope: Scope): string {
  const parts = needs.flatMap((need, place) => {
    if (need.selector.matchers.length === 0) return [];
    const selector = print(withScope(need.selector, scope), { jobs: {} });
    return [[String(place), `count by (${scope.label}, job) (${selector})`]];
  });
  return union(Object.fromEntries(parts));
}

/** Jobs whose series have a label, by metric and label. */
export function labelsQuery(needs: readonly Need[], scope: Scope): string {
  const scoped = scopeMatchers(scope).map(printMatcher);
  const parts = [...metricsByLabel(needs)].map(([label, metrics]) => {
    const matchers = [`__name__=~${anyOf([...metrics])}`, `${label}!=""`, ...scoped];
    return [label, `count by (__name__, ${scope.label}, job) ({${matchers.join(',')}})`];
  });
  return union(Object.fromEntries(parts));
}

/** Which signals are recorded, and which clusters the rules name. */
export function recordedQuery(scope: Scope): string {
  const scoped = scopeMatchers(scope).map(printMatcher);
  const names = [...Object.values(RECORDED), CLUSTER_INFO];
  return `count by (__name__, ${scope.label}, signal) ({${[`__name__=~${anyOf(names)}`, ...scoped].join(',')}})`;
}

/** One label of one metric in one cluster. */
export interface LabelAsked {
  readonly metric: string;
  readonly label: string;
  readonly cluster?: string;
}

/** The values of some labels, by the place in the list. */
export function valuesQuery(asked: readonly LabelAsked[], clusterLabel: string): string {
  const parts = asked.map(({ metric, label, cluster }, place) => {
    const scope = { label: clusterLabel, ...(cluster === undefined ? {} : { clusters: [cluster] }) };
    const selector = print(withScope({ is: 'selector', metric, matchers: [] }, scope), { jobs: {} });
    return [
      String(place),
      `label_replace(count by (${label}) (${selector}), ${quote(VALUE)}, "$1", ${quote(label)}, "(.*)")`,
    ];
  });
  return union(Object.fromEntries(parts));
}

/** Metrics whose presence tells something: what signals read, older names, signs of exporters, native histograms. */
function metricsToFind(needs: readonly Need[]): readonly string[] {
  const read = needs.map(({ metric }) => metric);
  const native = read.filter((name) => name.endsWith('_bucket')).map((name) => name.replace(/_bucket$/, ''));
  const old = METRIC_HINTS.filter(({ metric }) => read.includes(metric)).flatMap(
    (hint) => hint.old?.names ?? [],
  );
  const signs = Object.values(EXPORTER_HINTS).flatMap(({ signs = [], proof = [] }) => [...signs, ...proof]);
  return [...new Set([...read, ...native, ...old, ...signs])];
}

function metricsByLabel(needs: readonly Need[]): ReadonlyMap<string, ReadonlySet<string>> {
  const grouped = new Map<string, Set<string>>();
  for (const { metric, labels } of needs) {
    const pushedAside = labels
      .filter((label) => COLLIDING_LABELS.includes(label))
      .map((label) => `exported_${label}`);
    for (const label of [...labels, ...pushedAside]) {
      grouped.set(label, (grouped.get(label) ?? new Set()).add(metric));
    }
  }
  return grouped;
}

function scopeMatchers({ label, clusters }: Scope): readonly Matcher[] {
  if (clusters === undefined) return [];
  if (clusters.length === 0) return [{ label, operator: '=', value: '' }];
  return [{ label, operator: '=~', value: clusters.map(literal).join('|') }];
}

function withScope(selector: Selector, scope: Scope): Selector {
  return { ...selector, matchers: [...selector.matchers, ...scopeMatchers(scope)] };
}

function printMatcher({ label, operator, value }: Matcher): string {
  return `${label}${operator}${quote(value)}`;
}

function anyOf(names: readonly string[]): string {
  return quote(names.map(literal).join('|'));
}

/** Expressions as one, each under its name. */
function union(parts: Readonly<Record<string, string>>): string {
  return Object.entries(parts)
    .map(([name, expr]) => `label_replace(${expr}, ${quote(FACT)}, ${quote(name)}, "", "")`)
    .join(' or ');
}

/** Needs whose selectors differ, in a fixed order: what `matchesQuery` counts the places of. */
export function distinctNeeds(needs: readonly Need[]): readonly Need[] {
  return [...new Map(needs.map((need) => [needKey(need), need])).values()];
}
