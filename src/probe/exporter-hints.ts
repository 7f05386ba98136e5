import type { ExporterName } from '../catalogue/exporters.ts';

/** What people need to know about an exporter that does not arrive. */
interface ExporterHint {
  /** As the start of a sentence. */
  readonly called: string;
  /** Names of its job in the wild, the usual ones first. */
  readonly aliases: readonly string[];
  /** Metrics that no signal reads, and that tell which job scrapes it. */
  readonly signs?: readonly string[];
  /** One of these is in its job; other programs have some of the metrics too, and are taken for it otherwise. */
  readonly proof?: readonly string[];
  /** How to get it scraped; stands apart from its name, so it says what it is about. */
  readonly scrape: string;
  /** Why its targets may be down, likewise. */
  readonly down: string;
  /** Set where a cluster may rightly be without it. */
  readonly without?: string;
}

/** By exporter: where its metrics come from, and what usually stands in the way. */
export const EXPORTER_HINTS: Readonly<Record<ExporterName, ExporterHint>> = {
  apiserver: {
    called: 'The API server',
    aliases: ['kube-apiserver', 'kubernetes-apiservers', 'kubernetes-apiserver'],
    // Aggregated API servers (metrics-server, KEDA) count requests under the same names.
    proof: [
      'apiserver_storage_size_bytes',
      'apiserver_storage_db_total_size_in_bytes',
      'etcd_db_total_size_in_bytes',
    ],
    scrape:
      'scrape the API server: the endpoints of the Service "kubernetes" in namespace default, over https, as a ServiceAccount that may get the nonResourceURL /metrics',
    down: 'for the API server the scraping ServiceAccount needs "get" on the nonResourceURL /metrics, and the scrape the CA of the cluster',
  },
  'kube-state-metrics': {
    called: 'kube-state-metrics',
    aliases: ['prometheus-kube-state-metrics', 'kubernetes-service-endpoints'],
    signs: ['kube_pod_info', 'kube_node_status_allocatable'],
    scrape: 'install kube-state-metrics 2 and scrape its port 8080 with honor_labels: true',
    down: 'look whether the pod of kube-state-metrics runs and whether a network policy closes its port 8080',
  },
  'node-exporter': {
    called: 'node exporter',
    aliases: ['node', 'prometheus-node-exporter', 'kubernetes-service-endpoints'],
    signs: ['node_uname_info', 'node_cpu_seconds_total'],
    scrape: 'run node exporter as a DaemonSet and scrape port 9100 of every node',
    down: 'the security group of the nodes must let port 9100 of node exporter through between nodes',
    without: 'Fargate has no nodes to run it on',
  },
  kubelet: {
    called: 'The kubelet',
    aliases: ['kubernetes-nodes', 'kubernetes-kubelet'],
    signs: ['kubelet_node_name', 'kubelet_running_pods'],
    scrape:
      'scrape the kubelet of every node, https port 10250, path /metrics, as a ServiceAccount that may get nodes/metrics',
    down: 'for kubelets the scraping ServiceAccount needs "get" on nodes/metrics, and the nodes port 10250 open',
  },
  coredns: {
    called: 'CoreDNS',
    aliases: ['kube-dns', 'core-dns', 'kubernetes-pods', 'kubernetes-service-endpoints'],
    signs: ['coredns_build_info'],
    scrape:
      'scrape the CoreDNS pods (label k8s-app: kube-dns) on port 9153; the Service kube-dns lacks this port in some versions of the add-on',
    down: 'the Corefile needs "prometheus :9153"; the security group of the nodes must let the port through; scrape the pods, not the Service kube-dns, which may lack the port',
    without: 'EKS Auto Mode has no CoreDNS pods',
  },
  'aws-node': {
    called: 'The VPC CNI (aws-node)',
    aliases: ['aws-vpc-cni', 'vpc-cni', 'amazon-vpc-cni', 'kubernetes-pods'],
    signs: ['awscni_build_info', 'awscni_total_ip_addresses'],
    scrape:
      'scrape port 61678 of the aws-node pods (label k8s-app: aws-node); they listen on the node’s address',
    down: 'aws-node must not run with DISABLE_METRICS=true, and the nodes need port 61678 open',
    without: 'EKS Auto Mode and other CNIs have no aws-node pods',
  },
  'kube-proxy': {
    called: 'kube-proxy',
    aliases: ['kubernetes-kube-proxy', 'kubeproxy', 'kubernetes-pods'],
    signs: ['kubeproxy_sync_proxy_rules_duration_seconds_count'],
    scrape:
      'set metricsBindAddress: 0.0.0.0:10249 for kube-proxy (it listens on 127.0.0.1 by default), restart its DaemonSet, and scrape port 10249 of every node',
    down: 'kube-proxy listens on 127.0.0.1 by default: set metricsBindAddress: 0.0.0.0:10249 in its configuration (ConfigMap kube-proxy-config) and restart the DaemonSet',
    without: 'EKS Auto Mode, and CNIs that replace it, have no kube-proxy pods',
  },
  karpenter: {
    called: 'Karpenter',
    aliases: ['karpenter-metrics', 'kubernetes-pods', 'kubernetes-service-endpoints'],
    signs: ['karpenter_build_info', 'karpenter_nodepools_usage', 'karpenter_nodepool_usage'],
    scrape: 'scrape port 8080 of the Karpenter pods (Helm: serviceMonitor.enabled: true)',
    down: 'look whether the Karpenter pods run, and whether the scrape asks port 8080',
    without: 'clusters with node groups only, and EKS Auto Mode, have no Karpenter pods',
  },
  'ebs-csi-controller': {
    called: 'The EBS CSI controller',
    aliases: ['ebs-csi', 'aws-ebs-csi-driver', 'kubernetes-pods'],
    signs: ['aws_ebs_csi_api_request_duration_seconds_count'],
    scrape:
      'metrics of the EBS CSI driver are off by default: set controller.enableMetrics: true in the add-on’s configuration (or Helm values) and scrape port 3301',
    down: 'set controller.enableMetrics: true in the configuration of the EBS CSI add-on; without it nothing listens on port 3301',
    without: 'clusters without EBS volumes, and EKS Auto Mode, have no EBS CSI controller',
  },
  'policy-reporter': {
    called: 'Policy Reporter',
    aliases: ['policy-reporter-metrics', 'kyverno-policy-reporter'],
    signs: ['policy_report_summary', 'cluster_policy_report_summary'],
    scrape:
      'switch the metrics of Policy Reporter on (Helm: metrics.enabled and monitoring.enabled) and scrape its port 8080',
    down: 'look whether the pod of Policy Reporter runs and whether its metrics are on (Helm: metrics.enabled: true)',
    without: 'clusters without a policy engine have no reports to tell of',
  },
  tidegate: {
    called: 'The gate',
    aliases: [],
    signs: ['tidegate_build_info'],
    scrape: 'scrape /metrics of the gate, in the one cluster where it runs',
    down: 'look whether the gate runs, and whether a network policy closes its port',
    without: 'the gate runs in one cluster of the fleet',
  },
};

/** Jobs of parts that AWS runs where nobody can scrape them; scraped all the same, they are down for ever. */
export const UNREACHABLE_JOBS: readonly {
  readonly job: RegExp;
  readonly what: string;
  readonly mend: string;
}[] = [
  {
    job: /^(kube-)?etcd$/,
    what: 'etcd can’t be reached on EKS',
    mend: 'switch its scrape off (kube-prometheus-stack: kubeEtcd.enabled: false); apiserver_storage_size_bytes tells its size',
  },
  {
    job: /^kube-(scheduler|controller-manager)$/,
    what: 'the scheduler and the controller manager can’t be scraped as targets on EKS',
    mend: 'switch the scrape off (kube-prometheus-stack: kubeScheduler.enabled and kubeControllerManager.enabled: false); from Kubernetes 1.28 on the API server hands their metrics on under /apis/metrics.eks.amazonaws.com/v1/ksh/container/metrics and .../kcm/...',
  },
];
