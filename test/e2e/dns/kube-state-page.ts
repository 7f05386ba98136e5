/** Nodes of a cluster on the served page. */
const NODES = ['ip-10-0-1-11', 'ip-10-0-2-12'];

/** DaemonSets of a small EKS cluster. */
const DAEMONSETS = ['aws-node', 'kube-proxy'];

/**
 * What kube-state-metrics would say of a small, healthy cluster: two nodes that are ready, CoreDNS 2 of 2. There is no
 * Kubernetes here, so this page is served; names and labels are those of kube-state-metrics 2.
 */
export function kubeStatePage(): string {
  return [
    ...NODES.flatMap(nodeLines),
    ...deploymentLines('coredns', 2),
    ...DAEMONSETS.flatMap(daemonsetLines),
  ]
    .map((line) => `${line}\n`)
    .join('');
}

function nodeLines(node: string): string[] {
  const conditions = ['Ready', 'MemoryPressure', 'DiskPressure', 'PIDPressure'].flatMap((condition) =>
    ['true', 'false', 'unknown'].map((status) => {
      const isSo = status === (condition === 'Ready' ? 'true' : 'false');
      return `kube_node_status_condition{node="${node}",condition="${condition}",status="${status}"} ${isSo ? 1 : 0}`;
    }),
  );
  return [
    `kube_node_info{node="${node}",kubelet_version="v1.33.5-eks",container_runtime_version="containerd://1.7.28"} 1`,
    `kube_node_spec_unschedulable{node="${node}"} 0`,
    ...conditions,
  ];
}

function deploymentLines(deployment: string, replicas: number): string[] {
  const labels = `namespace="kube-system",deployment="${deployment}"`;
  return [
    `kube_deployment_spec_replicas{${labels}} ${replicas}`,
    `kube_deployment_status_replicas_available{${labels}} ${replicas}`,
    `kube_deployment_status_replicas_updated{${labels}} ${replicas}`,
  ];
}

function daemonsetLines(daemonset: string): string[] {
  const labels = `namespace="kube-system",daemonset="${daemonset}"`;
  return ['desired_number_scheduled', 'number_ready', 'updated_number_scheduled', 'number_available'].map(
    (what) => `kube_daemonset_status_${what}{${labels}} ${NODES.length}`,
  );
}
