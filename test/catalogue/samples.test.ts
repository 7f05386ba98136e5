import { readFileSync } from 'node:fs';
import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { Matcher } from '../../src/promql/node.ts';
import { METRICS } from '../../src/telemetry/metrics.ts';
import { parseExposition } from './exposition.ts';
import { type Selection, selectionsOf } from './selectors.ts';

/** Exporters of which there is a real exposition. */
const samples = Object.fromEntries(
  ['apiserver', 'coredns', 'kube-state-metrics', 'node-exporter'].map((name) => [
    name,
    parseExposition(readFileSync(new URL(`../samples/${name}.prom`, import.meta.url), 'utf8')),
  ]),
);

const KUBERNETES = 'https://kubernetes.io/docs/reference/instrumentation/metrics/';
const KARPENTER = 'https://karpenter.sh/docs/reference/metrics/';
const VPC_CNI =
  'https://github.com/aws/amazon-vpc-cni-k8s/blob/master/utils/prometheusmetrics/prometheusmetrics.go';
const EBS_CSI = 'https://github.com/kubernetes-sigs/aws-ebs-csi-driver/blob/master/docs/metrics.md';

/**
 * What no sample has: counters that stay away until the first error, and exporters that run on EKS alone. Read off
 * the documentation or the source of each.
 */
const DOCUMENTED: Readonly<Record<string, { labels: readonly string[]; type: string; see: string }>> = {
  apiserver_flowcontrol_rejected_requests_total: {
    labels: ['flow_schema', 'priority_level', 'reason'],
    type: 'counter',
    see: KUBERNETES,
  },
  apiserver_admission_webhook_rejection_count: {
    labels: ['error_type', 'name', 'operation', 'rejection_code', 'type'],
    type: 'counter',
    see: KUBERNETES,
  },
  kubelet_runtime_operations_total: { labels: ['operation_type'], type: 'counter', see: KUBERNETES },
  kubelet_runtime_operations_errors_total: { labels: ['operation_type'], type: 'counter', see: KUBERNETES },
  kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds: {
    labels: ['ip_family'],
    type: 'gauge',
    see: KUBERNETES,
  },
  kubeproxy_sync_proxy_rules_last_timestamp_seconds: {
    labels: ['ip_family'],
    type: 'gauge',
    see: KUBERNETES,
  },
  karpenter_cluster_state_synced: { labels: [], type: 'gauge', see: KARPENTER },
  // The page names the metric; the labels stand in Karpenter's upgrade guide and source.
  karpenter_cloudprovider_errors_total: {
    labels: ['controller', 'error', 'method', 'provider'],
    type: 'counter',
    see: KARPENTER,
  },
  awscni_no_available_ip_addresses: { labels: [], type: 'counter', see: VPC_CNI },
  awscni_aws_api_error_count: { labels: ['api', 'error'], type: 'counter', see: VPC_CNI },
  aws_ebs_csi_api_request_errors_total: { labels: ['error', 'request'], type: 'counter', see: EBS_CSI },
};

/** Labels that the scrape adds. */
const SCRAPED = ['cluster', 'job', 'instance'];

const selections = CATALOGUE.flatMap((signal) =>
  selectionsOf(signal).map((selection) => ({ id: signal.id, ...selection })),
);
/** The gate's own metrics stand in a table. */
const isOwn = ({ exporter }: Selection) => exporter === 'tidegate';
const isSampled = ({ exporter, metric }: Selection) =>
  samples[exporter]?.series.some((series) => series.metric === metric) ?? false;

function matches(labels: Readonly<Record<string, string>>, { label, operator, value }: Matcher): boolean {
  const has = labels[label] ?? '';
  const isMatch = operator.includes('~') ? new RegExp(`^(?:${value})$`).test(has) : has === value;
  return operator.startsWith('!') ? !isMatch : isMatch;
}

describe('what a signal selects from a real server', () => {
  test.each(selections.filter(isSampled))(
    '$id: $metric',
    ({ exporter, metric, kind, matchers, by, isBad }) => {
      const { types, series } = samples[exporter] ?? { types: new Map(), series: [] };
      const family = metric.replace(kind === 'histogram' ? /_(bucket|count)$/ : /$^/, '');
      expect(types.get(family)).toBe(kind);
      const own = series.filter((one) => one.metric === metric);
      const labels = new Set(own.flatMap((one) => Object.keys(one.labels)));
      const wanted = [...matchers.map(({ label }) => label), ...by];
      expect(wanted.filter((label) => !labels.has(label) && !SCRAPED.includes(label))).toEqual([]);
      if (isBad) return;
      const selected = own.filter((one) => matchers.every((matcher) => matches(one.labels, matcher)));
      expect(selected.length).toBeGreaterThan(0);
    },
  );
});

describe('what the gate tells of itself', () => {
  test.each(selections.filter(isOwn))('$id: $metric', ({ metric, kind, matchers, by }) => {
    const row = Object.values(METRICS).find(({ name }) => name === metric);
    expect(row?.type).toBe(kind);
    // A cluster in place of the scrape's comes from a label of the metric, too.
    const wanted = [...matchers.map(({ label }) => label), ...by];
    const known: readonly string[] = [...(row?.labels ?? []), ...SCRAPED];
    expect(wanted.filter((label) => !known.includes(label))).toEqual([]);
  });

  test('never calls a label of its own "cluster"', () => {
    const clashing = Object.values(METRICS).filter(({ labels }) =>
      (labels as readonly string[]).some((label) => SCRAPED.includes(label)),
    );
    expect(clashing.map(({ name }) => name)).toEqual([]);
  });
});

describe('what is only documented', () => {
  const documented = selections.filter((selection) => !isSampled(selection) && !isOwn(selection));

  test.each(documented)('$id: $metric', ({ metric, kind, matchers, by }) => {
    const found = DOCUMENTED[metric];
    expect(found?.type).toBe(kind);
    const wanted = [...matchers.map(({ label }) => label), ...by];
    const known = [...(found?.labels ?? []), ...SCRAPED];
    expect(wanted.filter((label) => !known.includes(label))).toEqual([]);
  });

  test('is all in use, and none of it is in a sample', () => {
    const used = new Set(documented.map(({ metric }) => metric));
    expect(Object.keys(DOCUMENTED).sort()).toEqual([...used].sort());
  });
});

describe('bucket bounds', () => {
  const latencies = CATALOGUE.filter((signal) => signal.kind === 'latency');

  test.each(latencies)('of $id are those of the real histogram', ({ of }) => {
    const buckets =
      samples[of.exporter]?.series.filter(({ metric }) => metric === `${of.metric}_bucket`) ?? [];
    const bounds = new Set(buckets.map(({ labels }) => labels['le'] ?? ''));
    bounds.delete('+Inf');
    expect([...bounds].map(Number).sort((a, b) => a - b)).toEqual(of.bounds);
  });
});

test.each(['apiserver', 'coredns'])(
  '%s tells when its process started, which births are known by',
  (exporter) => {
    expect(samples[exporter]?.series.map(({ metric }) => metric)).toContain('process_start_time_seconds');
  },
);
