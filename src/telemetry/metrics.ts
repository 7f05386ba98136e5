import { Counter, collectDefaultMetrics, Gauge, Histogram, Registry } from 'prom-client';
import { TARGET_CLUSTER, TARGET_METRICS } from '../domain/target-metrics.ts';

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

/**
 * Every metric of the gate itself, beside those of the process. None has a label `cluster`: the scrape puts on that of
 * the cluster the gate runs in, and would move one of ours to `exported_cluster`. The cluster that a change goes to is
 * `target_cluster`.
 */
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
    name: TARGET_METRICS.verdictTime,
    help: 'When a run of the app ended with this verdict on the cluster for the last time.',
    labels: ['app', TARGET_CLUSTER, 'verdict'],
  },
  haltedRuns: {
    type: 'gauge',
    name: TARGET_METRICS.haltedRuns,
    help: 'Whether the newest run of the app on the cluster is halted and waits for a person; not in observe mode.',
    labels: ['app', TARGET_CLUSTER],
  },
  stalledRollouts: {
    type: 'gauge',
    name: 'tidegate_stalled_rollouts',
    help: 'Rollouts of the app whose next clusters could be admitted and that nobody asks for; not in observe mode.',
    labels: ['app'],
  },
  waveStatus: {
    type: 'gauge',
    name: 'tidegate_rollout_wave_status',
    help: 'Always 1; where a wave of the newest rollout of the app stands.',
    labels: ['app', 'wave', 'status'],
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
  shardsHeld: {
    type: 'gauge',
    name: 'tidegate_shards_held',
    help: 'Shards of the clusters that this replica looks at; all 64 where it is the only one.',
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
  sourceReachable: {
    type: 'gauge',
    name: 'tidegate_source_reachable',
    help: 'Whether the metric source answers: 1 or 0.',
    labels: ['source'],
  },
  configReloadSuccessful: {
    type: 'gauge',
    name: 'tidegate_config_last_reload_successful',
    help: 'Whether the configuration file as it is now is in force: 0 when it was refused and the old one stays.',
    labels: [],
  },
  configReloadTime: {
    type: 'gauge',
    name: 'tidegate_config_last_reload_success_timestamp_seconds',
    help: 'When the configuration in force was accepted.',
    labels: [],
  },
  classLearned: {
    type: 'gauge',
    name: 'tidegate_class_learned_timestamp_seconds',
    help: 'When what the gate knows of the quiet hours of a class was learned; older than two days, it is not learned any more.',
    labels: ['class'],
  },
  classLearnedAge: {
    type: 'gauge',
    name: 'tidegate_class_learned_age_seconds',
    help: 'How old what the gate knows of the quiet hours of a class is; it is learned anew once a day.',
    labels: ['class'],
  },
  classLearningFailures: {
    type: 'counter',
    name: 'tidegate_class_learning_failures_total',
    help: 'Times that a class could not be learned; what was learned before stays.',
    labels: ['class'],
  },
  auditChainValid: {
    type: 'gauge',
    name: 'tidegate_audit_chain_valid',
    help: 'Whether the audit log is an unbroken chain as far as it was read: 0 when an entry was edited, removed or put in.',
    labels: [],
  },
  auditHead: {
    type: 'gauge',
    name: 'tidegate_audit_head_seq',
    help: 'Number of the newest entry of the audit log; it never falls.',
    labels: [],
  },
  watchdogs: {
    type: 'counter',
    name: 'tidegate_watchdogs_received_total',
    help: 'Notifications of the alert that always fires; absent until one came or a webhook has a token.',
    labels: ['alertname'],
  },
  identityRefusals: {
    type: 'counter',
    name: 'tidegate_identity_refusals_total',
    help: 'Requests turned away because of who sent them.',
    labels: ['code'],
  },
  issuerKeyFetches: {
    type: 'counter',
    name: 'tidegate_issuer_key_fetches_total',
    help: 'Times that the keys of an issuer of tokens were read, or tried to be.',
    labels: ['issuer'],
  },
  issuerKeyFailures: {
    type: 'counter',
    name: 'tidegate_issuer_key_failures_total',
    help: 'Times that the keys of an issuer could not be read; those of before are used for a day.',
    labels: ['issuer'],
  },
  issuerKeysRead: {
    type: 'gauge',
    name: 'tidegate_issuer_keys_timestamp_seconds',
    help: 'When the keys of an issuer were read last; while they can not be read anew they are used for a day.',
    labels: ['issuer'],
  },
  issuerReachable: {
    type: 'gauge',
    name: 'tidegate_issuer_reachable',
    help: 'Whether the keys of an issuer could be read when they were needed last: 1 or 0.',
    labels: ['issuer'],
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
