/** One kind of scrape target. */
interface Exporter {
  /** Default value of the `job` label; the bundle may name another. */
  readonly job: string;
  readonly about: string;
}

/** Where the metrics come from; the names are what signals require and what `job` parameters are keyed by. */
export const EXPORTERS = {
  apiserver: { job: 'apiserver', about: 'the API server, by the kubernetes Service in default' },
  'kube-state-metrics': { job: 'kube-state-metrics', about: 'kube-state-metrics' },
  'node-exporter': { job: 'node-exporter', about: 'node exporter' },
  kubelet: { job: 'kubelet', about: 'the kubelet on every node' },
  coredns: { job: 'coredns', about: 'CoreDNS pods on port 9153 (the Service may lack the port)' },
  'aws-node': { job: 'aws-node', about: 'the VPC CNI daemon on port 61678' },
  'kube-proxy': {
    job: 'kube-proxy',
    about: 'kube-proxy on port 10249, bound to 127.0.0.1 unless metricsBindAddress is set',
  },
  karpenter: { job: 'karpenter', about: 'Karpenter 1.0 or newer on port 8080' },
  'ebs-csi-controller': {
    job: 'ebs-csi-controller',
    about: 'the EBS CSI controller, whose metrics are off by default',
  },
  'policy-reporter': {
    job: 'policy-reporter',
    about: 'Policy Reporter with its metrics on, in simple or detailed mode',
  },
  tidegate: { job: 'tidegate', about: 'the gate itself, in the one cluster where it runs, on its own port' },
} as const satisfies Record<string, Exporter>;

export type ExporterName = keyof typeof EXPORTERS;
