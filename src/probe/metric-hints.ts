/** What people need to know about a metric that is not there although its exporter is scraped. */
interface MetricHint {
  readonly metric: string;
  /** Set where a series appears with the first event of its kind: absence says that there was none. */
  readonly comesWith?: string;
  /** Names of the same measure in older versions; the expressions don't read them. */
  readonly old?: { readonly names: readonly string[]; readonly of: string };
  /** What brings it in a version of today; stands apart from its name. */
  readonly absent?: string;
}

const OLD_COREDNS = 'CoreDNS 1.6 and older';

/** By metric; one that is not listed is always there when its exporter is. */
export const METRIC_HINTS: readonly MetricHint[] = [
  {
    metric: 'apiserver_request_sli_duration_seconds_count',
    old: { names: ['apiserver_request_slo_duration_seconds_count'], of: 'Kubernetes 1.25 and older' },
  },
  {
    metric: 'apiserver_storage_size_bytes',
    old: {
      names: ['apiserver_storage_db_total_size_in_bytes', 'etcd_db_total_size_in_bytes'],
      of: 'Kubernetes 1.27 and older',
    },
  },
  { metric: 'apiserver_flowcontrol_rejected_requests_total', comesWith: 'the first rejected request' },
  { metric: 'apiserver_admission_webhook_rejection_count', comesWith: 'the first rejection by a webhook' },
  {
    metric: 'apiserver_admission_webhook_admission_duration_seconds_count',
    absent:
      'the series come with the first call of an admission webhook; without webhooks, bundle.leaveOut: [webhook-latency]',
  },
  { metric: 'kube_node_spec_taint', comesWith: 'the first taint of a node' },
  { metric: 'kubelet_runtime_operations_errors_total', comesWith: 'the first failed operation' },
  {
    metric: 'node_filesystem_avail_bytes',
    old: { names: ['node_filesystem_avail'], of: 'node exporter 0.15 and older' },
    absent: 'node exporter needs its collector "filesystem" and the host’s root mounted',
  },
  {
    metric: 'node_filesystem_size_bytes',
    old: { names: ['node_filesystem_size'], of: 'node exporter 0.15 and older' },
    absent: 'node exporter needs its collector "filesystem" and the host’s root mounted',
  },
  {
    metric: 'coredns_dns_responses_total',
    comesWith: 'the first answer',
    old: { names: ['coredns_dns_response_rcode_count_total'], of: OLD_COREDNS },
  },
  { metric: 'coredns_dns_request_duration_seconds_count', comesWith: 'the first query' },
  {
    metric: 'coredns_panics_total',
    old: { names: ['coredns_panic_count_total'], of: OLD_COREDNS },
  },
  {
    metric: 'coredns_forward_healthcheck_broken_total',
    old: { names: ['coredns_forward_healthcheck_broken_count_total'], of: OLD_COREDNS },
    absent: 'the Corefile needs the plugin "forward"',
  },
  {
    metric: 'coredns_reload_failed_total',
    old: { names: ['coredns_reload_failed_count_total'], of: OLD_COREDNS },
    absent: 'the Corefile needs the plugin "reload"',
  },
  { metric: 'awscni_aws_api_error_count', comesWith: 'the first refused call' },
  {
    metric: 'karpenter_cloudprovider_errors_total',
    comesWith: 'the first failed call',
    // Both names come with a failure; the gauges of node pools are always there and were renamed with them.
    old: {
      names: ['karpenter_cloudprovider_errors', 'karpenter_nodepool_usage'],
      of: 'Karpenter before 1.0',
    },
  },
  {
    metric: 'aws_ebs_csi_api_request_errors_total',
    comesWith: 'the first refused call',
    old: { names: ['cloudprovider_aws_api_request_errors'], of: 'older EBS CSI drivers' },
  },
  {
    metric: 'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds',
    absent: 'kube-proxy writes it in the modes iptables, ipvs and nftables',
  },
];

/** Labels that are empty on many series by nature, which Prometheus stores as no label at all. */
export const OFTEN_EMPTY_LABELS: readonly string[] = ['subresource'];

/** Labels that a scraped exporter writes itself and that a target's own label pushes aside as `exported_<label>`. */
export const COLLIDING_LABELS: readonly string[] = ['namespace', 'node'];

/** Other names under which fleets keep the name of the cluster. */
export const CLUSTER_LABELS: readonly string[] = [
  'cluster',
  'cluster_name',
  'k8s_cluster_name',
  'k8s_cluster',
  'kubernetes_cluster',
  'eks_cluster',
  'eks_cluster_name',
  'ClusterName',
  'cluster_id',
];

/** Labels that say where a cluster is; one cluster has one value of each. */
export const REGION_LABELS: readonly string[] = ['region', 'aws_region', 'cloud_region'];

/** Labels that tell the two of a highly available pair of Prometheus apart; a store that removes doubles removes them. */
export const REPLICA_LABELS: readonly string[] = ['prometheus_replica', '__replica__'];

/** What the values of a label look like, as a regular expression: where none does, the events of a ratio would read as zero. */
export const KNOWN_VALUES: Readonly<Record<string, string>> = {
  code: '[1-5]..',
  rcode: 'NOERROR|NXDOMAIN|SERVFAIL|REFUSED|FORMERR|NOTIMP',
};
