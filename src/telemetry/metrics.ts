import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';

interface MetricRow {
  readonly type: 'counter' | 'gauge' | 'histogram';
  readonly name: string;
  readonly help: string;
  readonly labels: readonly string[];
  /** Upper bounds, of histograms only. */
  readonly buckets?: readonly number[];
}

/** Seconds up to a long-poll, which lasts a minute at most. */
const REQUEST_BUCKETS = [0.005, 0.02, 0.1, 0.5, 1, 5, 15, 30, 60];
const LOOK_BUCKETS = [0.05, 0.1, 0.25, 0.5, 1, 2.5, 5, 10, 30, 60];

/** Every metric of the gate itself, beside those of the process. */
export const METRICS = {
  buildInfo: {
    type: 'gauge',
    name: 'tidegate_build_info',
    help: 'Always 1; which version runs.',
    labels: ['version'],
  },
  verdicts: {
    type: 'counter',
    name: 'tidegate_verdicts_total',
    help: 'Verdicts answered to callers.',
    labels: ['app', 'verdict'],
  },
  verdictTime: {
    type: 'gauge',
    name: 'tidegate_verdict_timestamp_seconds',
    help: 'When a run of the app ended with this verdict on the cluster for the last time.',
    labels: ['app', 'cluster', 'verdict'],
  },
  answers: {
    type: 'counter',
    name: 'tidegate_answers_total',
    help: 'Answers of the gate by what was asked and the first reason.',
    labels: ['phase', 'verdict', 'reason'],
  },
  openRuns: {
    type: 'gauge',
    name: 'tidegate_open_runs',
    help: 'Runs that are not decided yet, by state.',
    labels: ['state'],
  },
  looks: {
    type: 'counter',
    name: 'tidegate_looks_total',
    help: 'Looks at the open runs; in a failed one at least one run could not be looked at.',
    labels: ['outcome'],
  },
  lookDuration: {
    type: 'histogram',
    name: 'tidegate_look_duration_seconds',
    help: 'Time one look at all open runs takes.',
    labels: [],
    buckets: LOOK_BUCKETS,
  },
  lastLook: {
    type: 'gauge',
    name: 'tidegate_last_look_timestamp_seconds',
    help: 'When the last look ended, by the clock of the gate.',
    labels: [],
  },
  sourceQuestions: {
    type: 'counter',
    name: 'tidegate_source_questions_total',
    help: 'Questions put to a metric source.',
    labels: ['source'],
  },
  sourceFailures: {
    type: 'counter',
    name: 'tidegate_source_failures_total',
    help: 'Questions a metric source did not answer in full.',
    labels: ['source'],
  },
  blindRuns: {
    type: 'gauge',
    name: 'tidegate_blind_runs',
    help: 'Open runs that can not be judged because this source can not be read.',
    labels: ['source'],
  },
  auditHead: {
    type: 'gauge',
    name: 'tidegate_audit_head_seq',
    help: 'Number of the newest entry of the audit log; it never falls.',
    labels: [],
  },
  identityRefusals: {
    type: 'counter',
    name: 'tidegate_identity_refusals_total',
    help: 'Requests turned away because of who sent them.',
    labels: ['code'],
  },
  requests: {
    type: 'counter',
    name: 'tidegate_http_requests_total',
    help: 'Answered HTTP requests; the route is empty where there is none.',
    labels: ['method', 'route', 'status'],
  },
  requestDuration: {
    type: 'histogram',
    name: 'tidegate_http_request_duration_seconds',
    help: 'Time until an HTTP request was answered; a verdict that is waited for takes up to a minute.',
    labels: ['method', 'route'],
    buckets: REQUEST_BUCKETS,
  },
} as const satisfies Record<string, MetricRow>;

type Label<R extends MetricRow> = R['labels'][number];
type Instrument<R extends MetricRow> = {
  counter: Counter<Label<R>>;
  gauge: Gauge<Label<R>>;
  histogram: Histogram<Label<R>>;
}[R['type']];

/** One instrument for each row of the table, and the page that Prometheus scrapes. */
export type Metrics = { readonly [K in keyof typeof METRICS]: Instrument<(typeof METRICS)[K]> } & {
  readonly contentType: string;
  exposition(): Promise<string>;
};

/** Fresh instruments with a registry of their own, with the metrics of the process beside them. */
export function createMetrics({ version }: { readonly version: string }): Metrics {
  const registry = new Registry();
  collectDefaultMetrics({ register: registry });
  const instruments = Object.fromEntries(
    Object.entries<MetricRow>(METRICS).map(([key, row]) => [key, instrument(row, registry)]),
  ) as { [K in keyof typeof METRICS]: Instrument<(typeof METRICS)[K]> };
  instruments.buildInfo.set({ version }, 1);
  return { ...instruments, contentType: registry.contentType, exposition: () => registry.metrics() };
}

function instrument({ type, name, help, labels, buckets }: MetricRow, registry: Registry) {
  const options = { name, help, labelNames: [...labels], registers: [registry] };
  switch (type) {
    case 'counter':
      return new Counter(options);
    case 'gauge':
      return new Gauge(options);
    case 'histogram':
      return new Histogram({ ...options, ...(buckets && { buckets: [...buckets] }) });
  }
}
