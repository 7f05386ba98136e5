import { readFileSync } from 'node:fs';
import type { ExporterName } from '../../../src/catalogue/exporters.ts';

/** What a real server answered at `/metrics`, as it is. */
export function samplePage(name: string): string {
  return readFileSync(new URL(`../../samples/${name}.prom`, import.meta.url), 'utf8');
}

/** Lines as an exposition. */
function page(...lines: readonly string[]): string {
  return lines.map((line) => `${line}\n`).join('');
}

/** A page of every exporter of a healthy cluster: real ones where there are samples, else the names and labels of the real ones. */
export const PAGES: Readonly<Record<ExporterName, string>> = {
  apiserver: samplePage('apiserver'),
  'kube-state-metrics': samplePage('kube-state-metrics'),
  'node-exporter': samplePage('node-exporter'),
  coredns: samplePage('coredns'),
  kubelet: page(
    'kubelet_node_name{node="ip-10-0-1-11"} 1',
    'kubelet_runtime_operations_total{operation_type="create_container"} 12',
    'kubelet_runtime_operations_total{operation_type="exec_sync"} 240',
    'kubelet_runtime_operations_errors_total{operation_type="exec_sync"} 3',
  ),
  'aws-node': page(
    'awscni_build_info{goversion="go1.24",version="v1.20.1"} 1',
    'awscni_total_ip_addresses 29',
    'awscni_no_available_ip_addresses 0',
  ),
  'kube-proxy': page(
    'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds 1.7e+09',
    'kubeproxy_sync_proxy_rules_last_timestamp_seconds 1.7e+09',
  ),
  karpenter: page(
    'karpenter_build_info{version="1.6.0"} 1',
    'karpenter_cluster_state_synced 1',
    'karpenter_nodepools_usage{nodepool="default",resource_type="cpu"} 8',
  ),
  'ebs-csi-controller': page('aws_ebs_csi_api_request_duration_seconds_count{request="AttachVolume"} 4'),
  'policy-reporter': page('policy_report_summary{namespace="default",status="pass"} 3'),
  tidegate: page('tidegate_build_info{version="0.1.0"} 1'),
};

/** What Karpenter 0.37 calls things. */
export const OLD_KARPENTER = page(
  'karpenter_build_info{version="0.37.0"} 1',
  'karpenter_cluster_state_synced 1',
  'karpenter_nodepool_usage{nodepool="default",resource_type="cpu"} 8',
  'karpenter_cloudprovider_errors{controller="nodeclaim.lifecycle",error="",method="Create",provider="aws"} 2',
);

/** What the API server of Kubernetes 1.25 called two of its metrics. */
export function oldApiserver(): string {
  return PAGES.apiserver
    .replaceAll('apiserver_request_sli_duration_seconds', 'apiserver_request_slo_duration_seconds')
    .replaceAll('apiserver_storage_size_bytes', 'apiserver_storage_db_total_size_in_bytes');
}
