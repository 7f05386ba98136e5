import { counter, histogram, scraped } from '../promql/counter.ts';
import { by, gauge } from '../promql/vector.ts';
import { burnAlerts, defineSignal } from './define-signal.ts';
import type { Slo } from './signal.ts';

/** Long-lived requests say nothing about errors or time. */
const SHORT_REQUESTS = { verb: '!~WATCH|CONNECT' };

/** A PodDisruptionBudget that refuses an eviction answers 429 without any overload: every node rollout would show. */
const NO_EVICTIONS = { ...SHORT_REQUESTS, subresource: '!=eviction' };

const WRITES = {
  // One list for alert and SLO; APPLY is how newer API servers report server-side apply.
  verb: '=~POST|PUT|PATCH|DELETE|APPLY',
  subresource: '!~proxy|attach|log|exec|portforward',
};

const SLI_BOUNDS = [0.05, 0.1, 0.2, 0.4, 0.6, 0.8, 1, 1.25, 1.5, 2, 3, 4, 5, 6, 8, 10, 15, 20, 30, 45, 60];
const WEBHOOK_BOUNDS = [0.005, 0.025, 0.1, 0.5, 1, 2.5, 10, 25];

const apiAvailability: Slo = {
  id: 'eks-api-availability',
  alertPrefix: 'EksApi',
  objective: 0.999,
  minTraffic: 1,
  why: 'EKS promises 99.95 % for the endpoint; 5xx of webhooks and aggregated APIs are the tenants’ own, so 99.9 % leaves room for them.',
};

export const apiErrors = defineSignal({
  kind: 'ratio',
  id: 'api-errors',
  component: 'control-plane',
  title: 'API requests answered with 5xx',
  why: 'Clients, controllers and kubelets see errors they can only retry. Throttling (429) is a signal of its own.',
  by: [],
  requires: ['apiserver'],
  bad: counter('apiserver', 'apiserver_request_total', { ...SHORT_REQUESTS, code: '=~5..' }),
  total: counter('apiserver', 'apiserver_request_total', SHORT_REQUESTS),
  words: { exposure: 'API requests', events: 'answered with 5xx' },
  slo: apiAvailability,
  alerts: [
    {
      name: 'EksApiServerErrorRatioHigh',
      severity: 'critical',
      for: '5m',
      summary: 'The API server answers too many requests with 5xx.',
      because:
        'The share at which awesome-prometheus-alerts calls out API server errors, counted over minutes instead of one, so that a single webhook or aggregated API that fails in a burst pages nobody; below the guard’s traffic one failed request would cross it.',
      when: { is: 'above', limit: 0.03, over: '10m', and: [{ traffic: 1 }] },
    },
    ...burnAlerts(apiAvailability, 'The error budget of the API server’s availability'),
  ],
  check: {
    halts: true,
    on: 'change-or-limit',
    limitOf: 'EksApiServerErrorRatioHigh',
    required: true,
    critical: true,
    floor: 0.005,
  },
  cloudwatch: {
    namespace: 'AWS/EKS',
    bad: 'apiserver_request_total_5XX',
    total: 'apiserver_request_total',
  },
});

const mutatingLatency: Slo & { edge: number } = {
  id: 'eks-api-latency-mutating',
  alertPrefix: 'EksApiMutatingLatency',
  objective: 0.99,
  edge: 1,
  minTraffic: 0.5,
  why: 'The Kubernetes scalability SLO for writes, p99 within 1 s. The histogram leaves out webhooks and queueing.',
};

export const apiMutatingLatency = defineSignal({
  kind: 'latency',
  id: 'api-mutating-latency',
  component: 'control-plane',
  title: 'Slow API writes',
  why: 'Slow writes delay every controller; they come from storage or overload, not from webhooks, whose time is left out.',
  by: [],
  requires: ['apiserver'],
  of: histogram('apiserver', 'apiserver_request_sli_duration_seconds', SLI_BOUNDS, WRITES),
  edges: [0.2, 1],
  words: { exposure: 'API writes' },
  slo: mutatingLatency,
  alerts: [
    {
      name: 'EksApiMutatingLatencyHigh',
      severity: 'warning',
      for: '15m',
      summary: 'Writes to the API server are slow.',
      because:
        'The Kubernetes scalability SLO for writes of single objects: the 99th percentile within one second. Share and bound are the objective’s own, so the alert fires when the promise is broken and not before.',
      // The SLO's own bound and share: p99 above the promise.
      when: { is: 'slower', than: 1, limit: 0.01, over: '10m', and: [{ traffic: 0.5 }] },
    },
    ...burnAlerts(mutatingLatency, 'The error budget of the API server’s write latency'),
  ],
  check: {
    halts: true,
    on: 'change-or-limit',
    limitOf: 'EksApiMutatingLatencyHigh',
    required: true,
    floor: 0.001,
  },
  cloudwatch: {
    namespace: 'AWS/EKS',
    metric: 'apiserver_request_duration_seconds_POST_P99',
    stat: 'Average',
    differs: 'the p99 of a minute including webhooks, for POST alone',
  },
});

export const apiThrottling = defineSignal({
  kind: 'ratio',
  id: 'api-throttling',
  component: 'control-plane',
  title: 'API requests answered with 429',
  why: 'Priority and fairness sheds load: something asks more than the control plane can serve. Evictions are left out: there 429 is a PodDisruptionBudget that says no.',
  by: [],
  requires: ['apiserver'],
  bad: counter('apiserver', 'apiserver_request_total', { ...NO_EVICTIONS, code: '429' }),
  total: counter('apiserver', 'apiserver_request_total', NO_EVICTIONS),
  words: { exposure: 'API requests', events: 'answered with 429' },
  alerts: [
    {
      name: 'EksApiThrottled429',
      severity: 'warning',
      for: '10m',
      summary: 'The API server throttles clients.',
      because:
        'Clients wait for Retry-After and hide single refusals; one request in a hundred for minutes is where controllers visibly lag. No upstream rule has a number: this one is a judgement.',
      when: { is: 'above', limit: 0.01, over: '5m', and: [{ traffic: 1 }] },
    },
  ],
  check: { halts: true, on: 'change', floor: 0.01 },
  cloudwatch: {
    namespace: 'AWS/EKS',
    bad: 'apiserver_request_total_429',
    total: 'apiserver_request_total',
  },
});

export const apiPriorityRejections = defineSignal({
  kind: 'events',
  id: 'api-priority-rejections',
  component: 'control-plane',
  title: 'Requests rejected in protected priority levels',
  why: 'Rejections in workload-low can be wanted; in these levels the cluster’s own machinery is turned away.',
  by: [],
  requires: ['apiserver'],
  events: counter('apiserver', 'apiserver_flowcontrol_rejected_requests_total', {
    priority_level: '=~system|leader-election|node-high|workload-high',
  }),
  words: { events: 'requests rejected in protected priority levels' },
  alerts: [
    {
      name: 'EksApfRejections',
      severity: 'critical',
      for: '5m',
      summary: 'The API server rejects requests of the cluster’s own machinery.',
      because:
        'These levels carry kubelets, leader election and controllers, and Kubernetes keeps seats for them so that overload elsewhere does not turn them away: any rejection that goes on is one too many. The wait lets a restarting API server pass.',
      when: { is: 'above', limit: 0, over: '5m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'EksApfRejections', floor: 1 },
});

export const webhookFailures = defineSignal({
  kind: 'events',
  id: 'webhook-failures',
  component: 'control-plane',
  title: 'Admission webhooks that fail',
  why: 'A webhook that can’t be called blocks the writes it guards. Denials by policy are normal and left out.',
  by: ['name', 'type'],
  requires: ['apiserver'],
  events: counter('apiserver', 'apiserver_admission_webhook_rejection_count', {
    error_type: '=~calling_webhook_error|apiserver_internal_error',
  }),
  words: { events: 'failed webhook calls' },
  alerts: [
    {
      name: 'EksAdmissionWebhookFailing',
      severity: 'critical',
      for: '5m',
      summary: 'An admission webhook can’t be called and blocks writes.',
      because:
        'A failed call every twenty seconds: a webhook pod that is being replaced fails a handful and is over sooner. With the default failurePolicy, Fail, each of them is a write that did not happen.',
      // Per minute: one failure every twenty seconds.
      when: { is: 'above', limit: 3, over: '5m' },
    },
  ],
  // Critical: webhooks are mostly broken by add-ons (policy engines, cert-manager), not by control planes.
  check: {
    halts: true,
    on: 'change-or-limit',
    limitOf: 'EksAdmissionWebhookFailing',
    critical: true,
    floor: 1,
  },
});

export const webhookLatency = defineSignal({
  kind: 'latency',
  id: 'webhook-latency',
  component: 'control-plane',
  title: 'Slow admission webhooks',
  why: 'Every write that a webhook guards waits for it.',
  by: ['name'],
  requires: ['apiserver'],
  of: histogram('apiserver', 'apiserver_admission_webhook_admission_duration_seconds', WEBHOOK_BOUNDS),
  edges: [0.5, 2.5],
  words: { exposure: 'webhook calls' },
  alerts: [
    {
      name: 'EksAdmissionWebhookSlow',
      severity: 'warning',
      for: '10m',
      summary: 'An admission webhook is slow.',
      because:
        'A quarter of the ten seconds after which Kubernetes gives a webhook up by default, and a bucket bound of the metric, so the share is counted and not guessed between bounds. Most writes of a controller are retried in less.',
      // 2.5 s is a bucket bound; 2 s, as often written, is none.
      when: { is: 'slower', than: 2.5, limit: 0.01, over: '10m' },
    },
  ],
  check: { halts: false, on: 'change', floor: 0.01 },
  cloudwatch: {
    namespace: 'AWS/EKS',
    metric: 'apiserver_admission_webhook_admission_duration_seconds_VALIDATING_P99',
    stat: 'Average',
    differs: 'the p99 of a minute over all validating webhooks',
  },
});

export const storageSize = defineSignal({
  kind: 'gauge',
  id: 'storage-size',
  component: 'control-plane',
  title: 'Size of the API server’s database',
  why: 'At its limit etcd takes no writes any more. The file does not shrink when objects are deleted.',
  by: [],
  requires: ['apiserver'],
  value: by('max', gauge('apiserver', 'apiserver_storage_size_bytes')),
  worse: 'up',
  unit: 'bytes',
  alerts: [
    {
      name: 'EksEtcdStorageNearLimit',
      severity: 'critical',
      for: '15m',
      summary: 'The API server’s database is close to its limit.',
      because:
        'At its limit etcd takes no more writes, and on EKS only AWS can defragment. etcd’s own mixin warns at 95 %; a fifth of the room leaves days to find and delete what grows before that.',
      when: { is: 'above', limit: { share: 0.8, of: 'etcd.limitBytes' } },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'EksEtcdStorageNearLimit' },
  cloudwatch: { namespace: 'AWS/EKS', metric: 'apiserver_storage_size_bytes', stat: 'Maximum' },
});

export const apiTargets = defineSignal({
  kind: 'presence',
  id: 'api-targets',
  component: 'control-plane',
  title: 'API server scraped',
  why: 'Without it every control-plane signal is blind.',
  by: [],
  requires: ['apiserver', 'kube-state-metrics'],
  expected: by('group', gauge('kube-state-metrics', 'kube_node_info')),
  seen: scraped('apiserver'),
  alerts: [
    {
      name: 'EksApiServerTargetsMissing',
      severity: 'critical',
      for: '10m',
      summary: 'Nothing scrapes the API server of a cluster whose nodes are reported.',
      because:
        'An EKS control plane is replaced endpoint by endpoint, and a scraper that restarts misses a few scrapes: both are over by then. kubernetes-mixin’s KubeAPIDown waits 15 minutes for the same.',
      when: { is: 'missing' },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'EksApiServerTargetsMissing' },
  cloudwatch: { namespace: 'AWS/EKS', present: 'apiserver_request_total' },
});
