import { counter, histogram, scraped } from '../promql/counter.ts';
import { by, gauge } from '../promql/vector.ts';
import { burnAlerts, defineSignal } from './define-signal.ts';
import type { Slo } from './signal.ts';

const DURATION_BOUNDS = [
  0.00025, 0.0005, 0.001, 0.002, 0.004, 0.008, 0.016, 0.032, 0.064, 0.128, 0.256, 0.512, 1.024, 2.048, 4.096,
  8.192,
];

const dnsLatencySlo: Slo & { edge: number } = {
  id: 'eks-dns-latency',
  alertPrefix: 'DnsLatency',
  objective: 0.99,
  edge: 0.256,
  minTraffic: 1,
  why: '256 ms is a bucket bound of CoreDNS and far below the five seconds after which a resolver gives up.',
};

export const dnsLatency = defineSignal({
  kind: 'latency',
  id: 'dns-latency',
  component: 'dns',
  title: 'Slow DNS answers',
  why: 'Every new connection waits for a name. Names outside the cluster are in it too: the default Corefile has one zone.',
  by: [],
  requires: ['coredns'],
  of: histogram('coredns', 'coredns_dns_request_duration_seconds', DURATION_BOUNDS),
  edges: [0.256, 1.024],
  words: { exposure: 'DNS queries' },
  slo: dnsLatencySlo,
  alerts: [
    {
      name: 'CoreDnsLatencyHigh',
      severity: 'warning',
      for: '10m',
      summary: 'CoreDNS answers slowly.',
      because:
        'The coredns-mixin pages at a 99th percentile of 4 s, when resolvers are about to give up (glibc does after 5 s). About a second is a quarter of that, is the bound of Kubernetes’ DNS latency SLO, and is a bucket bound of CoreDNS, so the share is counted.',
      // 1.024 s is the bucket bound next to "p99 above one second".
      when: { is: 'slower', than: 1.024, limit: 0.01, over: '5m', and: [{ traffic: 1 }] },
    },
    ...burnAlerts(dnsLatencySlo, 'The error budget of DNS latency'),
  ],
  check: { halts: true, on: 'change-or-limit', limitOf: 'CoreDnsLatencyHigh', required: true, floor: 0.001 },
});

const dnsAvailability: Slo = {
  id: 'eks-dns-availability',
  alertPrefix: 'Dns',
  objective: 0.9995,
  minTraffic: 1,
  why: 'Only SERVFAIL is the platform’s fault: NXDOMAIN comes with search domains, REFUSED is rare.',
};

export const dnsErrors = defineSignal({
  kind: 'ratio',
  id: 'dns-errors',
  component: 'dns',
  title: 'DNS answers with SERVFAIL',
  why: 'CoreDNS could not find out: its upstream or its view of the cluster is broken. A lost packet is not seen here.',
  by: [],
  requires: ['coredns'],
  bad: counter('coredns', 'coredns_dns_responses_total', { rcode: 'SERVFAIL' }),
  total: counter('coredns', 'coredns_dns_responses_total'),
  words: { exposure: 'DNS queries', events: 'answered with SERVFAIL' },
  slo: dnsAvailability,
  alerts: [
    {
      name: 'CoreDnsServfailRatioHigh',
      severity: 'critical',
      for: '10m',
      summary: 'CoreDNS answers too many queries with SERVFAIL.',
      because:
        'The share of SERVFAIL at which the coredns-mixin’s CoreDNSErrorsHigh warns, with its wait. It pages here: without names nothing else works, and every client asks again.',
      when: { is: 'above', limit: 0.01, over: '5m', and: [{ traffic: 1 }] },
    },
    ...burnAlerts(dnsAvailability, 'The error budget of DNS availability'),
  ],
  check: {
    halts: true,
    on: 'change-or-limit',
    limitOf: 'CoreDnsServfailRatioHigh',
    required: true,
    critical: true,
    floor: 0.002,
  },
});

export const dnsForwardHealth = defineSignal({
  kind: 'events',
  id: 'dns-forward-health',
  component: 'dns',
  title: 'Queries with no healthy upstream',
  why: 'CoreDNS found every upstream unhealthy and tried one at random: names outside the cluster fail.',
  by: [],
  requires: ['coredns'],
  events: counter('coredns', 'coredns_forward_healthcheck_broken_total'),
  words: { events: 'queries without a healthy upstream' },
  alerts: [
    {
      name: 'CoreDnsAllUpstreamsBroken',
      severity: 'critical',
      for: '5m',
      summary: 'CoreDNS finds none of its upstream resolvers healthy.',
      because:
        'The limit of the coredns-mixin’s CoreDNSForwardHealthcheckBrokenCount: that every upstream is unhealthy at once has no share that would be fine. The wait outlasts a resolver of the VPC that drops a few health checks.',
      when: { is: 'above', limit: 0, over: '5m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'CoreDnsAllUpstreamsBroken', floor: 1 },
});

export const dnsPanics = defineSignal({
  kind: 'events',
  id: 'dns-panics',
  component: 'dns',
  title: 'CoreDNS panics',
  why: 'A panic is a bug or a plugin that does not fit; the query that met it got no answer.',
  by: [],
  requires: ['coredns'],
  events: counter('coredns', 'coredns_panics_total'),
  words: { events: 'panics' },
  alerts: [
    {
      name: 'CoreDnsPanics',
      severity: 'critical',
      for: '0s',
      summary: 'CoreDNS panicked.',
      because:
        'awesome-prometheus-alerts fires at the first panic, too, and at once: CoreDNS recovers from a panic and goes on, so nothing else would ever tell.',
      when: { is: 'above', limit: 0, over: '10m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'CoreDnsPanics', floor: 0.1 },
});

export const dnsReloadFailures = defineSignal({
  kind: 'events',
  id: 'dns-reload-failures',
  component: 'dns',
  title: 'Corefiles that CoreDNS could not load',
  why: 'It goes on with the old Corefile; the next restart fails.',
  by: [],
  requires: ['coredns'],
  events: counter('coredns', 'coredns_reload_failed_total'),
  words: { events: 'failed reloads' },
  alerts: [
    {
      name: 'CoreDnsReloadFailed',
      severity: 'warning',
      for: '0s',
      summary: 'CoreDNS could not load its Corefile and runs on the old one.',
      because:
        'From the first failure on the Corefile on disk and the one in memory differ, and waiting mends nothing: the reload plugin tries again only when the file changes.',
      when: { is: 'above', limit: 0, over: '15m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'CoreDnsReloadFailed', floor: 0.05 },
});

export const dnsReplicas = defineSignal({
  kind: 'gauge',
  id: 'dns-replicas',
  component: 'dns',
  title: 'CoreDNS replicas available',
  why: 'With fewer the loss of one node is the loss of DNS. Empty on Auto Mode, where DNS runs on the node.',
  by: [],
  requires: ['kube-state-metrics'],
  value: gauge('kube-state-metrics', 'kube_deployment_status_replicas_available', {
    namespace: 'kube-system',
    deployment: 'coredns',
  }),
  worse: 'down',
  unit: 'short',
  alerts: [
    {
      name: 'CoreDnsReplicasLow',
      severity: 'critical',
      for: '5m',
      summary: 'Fewer CoreDNS replicas are available than the cluster needs.',
      because:
        'EKS ships CoreDNS with two replicas on different nodes; with one the loss of a node is the loss of DNS. The wait lets a rolling update and the drain of one node pass.',
      when: { is: 'below', limit: { share: 1, of: 'coredns.minReplicas' } },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'CoreDnsReplicasLow' },
});

export const dnsTargets = defineSignal({
  kind: 'presence',
  id: 'dns-targets',
  component: 'dns',
  title: 'CoreDNS scraped',
  why: 'Without it every DNS signal is blind.',
  by: [],
  requires: ['coredns', 'kube-state-metrics'],
  expected: by('group', gauge('kube-state-metrics', 'kube_node_info')),
  seen: scraped('coredns'),
  alerts: [
    {
      name: 'CoreDnsTargetsMissing',
      severity: 'critical',
      for: '10m',
      summary: 'Nothing scrapes CoreDNS of a cluster whose nodes are reported.',
      because:
        'The coredns-mixin’s CoreDNSDown waits 15 minutes for the same. A rolling update replaces the pods one by one and never leaves none; a scraper’s restart is over sooner.',
      when: { is: 'missing' },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'CoreDnsTargetsMissing' },
});
