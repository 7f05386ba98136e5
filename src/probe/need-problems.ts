import type { AnySignal } from '../catalogue/signal.ts';
import { type ClusterFacts, type LabelValues, labelKey } from './facts.ts';
import { COLLIDING_LABELS, METRIC_HINTS } from './metric-hints.ts';
import { type Need, needKey } from './needs.ts';
import type { Problem } from './problem.ts';

/** What a need is judged by. */
export interface NeedContext {
  readonly facts: ClusterFacts;
  /** Jobs that carry the need's exporter. */
  readonly jobs: readonly string[];
  readonly values: LabelValues;
}

/** What is wrong with the series of one need, of an exporter that is scraped. */
export function needProblems(signal: AnySignal, need: Need, context: NeedContext): readonly Problem[] {
  if (!has(context.facts.metrics.get(need.metric), context)) return absent(signal, need, context);
  const labels = need.labels.flatMap((label) => labelProblem(need, label, context) ?? []);
  if (labels.length > 0) return labels;
  // The events of a ratio that has none yet, and taints that no node has, match nothing and are right.
  const mustMatch = need.role === 'base' || need.role === 'edge';
  const matches =
    need.selector.matchers.length === 0 || has(context.facts.matched.get(needKey(need)), context);
  if (!mustMatch || matches) return [];
  return [need.role === 'edge' ? boundProblem(need, context) : valuesProblem(signal, need, context)];
}

function has(found: ReadonlySet<string> | undefined, { jobs }: NeedContext): boolean {
  return found !== undefined && jobs.some((job) => found.has(job));
}

function absent(signal: AnySignal, need: Need, context: NeedContext): readonly Problem[] {
  const { metric, role } = need;
  // Where a histogram is missing as a whole, its count tells so.
  if (role === 'edge' && !has(context.facts.metrics.get(metric.replace(/_bucket$/, '_count')), context))
    return [];
  const hint = METRIC_HINTS.find((one) => one.metric === metric.replace(/_bucket$/, '_count'));
  const old = hint?.old?.names.find((name) => has(context.facts.metrics.get(name), context));
  if (old !== undefined) {
    return [
      {
        code: 'metric/old-name',
        makes: 'missing',
        metric,
        what: `there is no ${metric}, but ${old}, as in ${hint?.old?.of}`,
        mend: `upgrade from ${hint?.old?.of}: the expressions read the names of newer versions only`,
      },
    ];
  }
  const isBorn = role === 'events' && (hint?.comesWith !== undefined || signal.kind === 'ratio');
  if (isBorn || (role === 'filter' && hint?.comesWith !== undefined)) return [];
  if (
    has(context.facts.metrics.get(metric.replace(/_(bucket|count)$/, '')), context) &&
    signal.kind === 'latency'
  ) {
    return [
      {
        code: 'metric/native-histogram',
        makes: 'missing',
        metric: signal.of.metric,
        what: `${signal.of.metric} is there as a native histogram only`,
        mend: `set always_scrape_classic_histograms: true (scrape_classic_histograms before Prometheus 3) for the job ${context.jobs.join(', ')}: counts are exact on the bounds of classic buckets only`,
      },
    ];
  }
  const comes =
    hint?.comesWith === undefined
      ? undefined
      : `${metric} comes with ${hint.comesWith}; look again after that`;
  return [
    {
      code: 'metric/absent',
      makes: role === 'filter' ? 'partly' : 'missing',
      metric,
      what: `its exporter is scraped, and there is no ${metric}`,
      mend:
        hint?.absent ??
        comes ??
        `look whether metric_relabel_configs or write_relabel_configs drop ${metric}`,
    },
  ];
}

function labelProblem(need: Need, label: string, context: NeedContext): Problem | undefined {
  const { metric } = need;
  const isThere = (name: string) => has(context.facts.labelled.get(labelKey(metric, name)), context);
  if (COLLIDING_LABELS.includes(label) && isThere(`exported_${label}`)) {
    return {
      code: 'label/pushed-aside',
      makes: 'missing',
      labels: [label],
      what: `the label ${label} of ${context.jobs.join(', ')} arrives as exported_${label}; ${label} is that of the scraped pod`,
      mend: `set honor_labels: true (ServiceMonitor: honorLabels: true) for the job ${context.jobs.join(', ')}`,
    };
  }
  if (isThere(label)) return undefined;
  const matcher = need.selector.matchers.find((one) => one.label === label);
  const isLeftOut = matcher?.operator.startsWith('!') === true && matcher.value !== '';
  return {
    code: 'label/absent',
    makes: isLeftOut || need.role === 'filter' ? 'partly' : 'missing',
    metric,
    labels: [label],
    what: `${metric} has no label ${label}${isLeftOut ? `: what ${label}${matcher.operator}"${matcher.value}" leaves out is counted` : ''}`,
    mend: `look which metric_relabel_configs, write_relabel_configs or aggregation drops the label ${label} of ${metric}, and keep it`,
  };
}

/** ", in prod-1 it has a, b": the bounds of a bucket or the values of a label, as far as they were asked for. */
function valuesOf({ metric }: Need, label: string, { values }: NeedContext): string {
  const { cluster, values: there = [] } = values.get(labelKey(metric, label)) ?? {};
  if (there.length === 0) return '';
  const isBound = label === 'le';
  const most = isBound ? MOST_BOUNDS : MOST_VALUES;
  const shown = (isBound ? [...there].sort((a, b) => boundOf(a) - boundOf(b)) : there).slice(0, most);
  const more = there.length > most ? ` and ${there.length - most} more` : '';
  const where = cluster === undefined ? '' : ` in ${cluster}`;
  return `; ${isBound ? 'bounds' : label}${where}: ${shown.join(', ')}${more}`;
}

const MOST_BOUNDS = 24;
const MOST_VALUES = 6;

function boundOf(le: string): number {
  return le === '+Inf' ? Infinity : Number(le);
}

function boundProblem(need: Need, context: NeedContext): Problem {
  const bound =
    need.selector.matchers.find(({ label }) => label === 'le')?.value.replace(/^=~|\|.*$/g, '') ?? '';
  return {
    code: 'bucket/bounds',
    makes: 'partly',
    metric: need.metric,
    labels: ['le'],
    what: `${need.metric} has no bucket bound ${bound}${valuesOf(need, 'le', context)}`,
    mend: `look whether relabelling drops buckets of ${need.metric}, or an older version or a recording rule has other bounds: counts are exact on bounds only`,
  };
}

function valuesProblem(signal: AnySignal, need: Need, context: NeedContext): Problem {
  const { metric, selector } = need;
  const wanted = selector.matchers
    .map(({ label, operator, value }) => `${label}${operator}"${value}"`)
    .join(', ');
  const there = selector.matchers.map(({ label }) => valuesOf(need, label, context)).join('');
  return {
    code: 'label/values',
    makes: 'missing',
    metric,
    labels: selector.matchers.map(({ label }) => label),
    what: `no series of ${metric} has ${wanted}${there}`,
    mend: `look what relabelling or an older version makes of the labels of ${metric}; where the cluster has no such thing, bundle.leaveOut: [${signal.id}]`,
  };
}
