import { counter, scraped } from '../promql/counter.ts';
import { by, changes, combine, compare, except, gauge, test } from '../promql/vector.ts';
import { burnAlerts, defineSignal } from './define-signal.ts';
import type { Slo } from './signal.ts';

const ready = gauge(
  'kube-state-metrics',
  'kube_node_status_condition',
  { condition: 'Ready', status: 'true' },
  ['node'],
);
const cordoned = compare(gauge('kube-state-metrics', 'kube_node_spec_unschedulable', {}, ['node']), '==', 1);
/** Nodes that something removes on purpose: every consolidation would page otherwise. */
const disrupted = gauge(
  'kube-state-metrics',
  'kube_node_spec_taint',
  {
    key: '=~karpenter.sh/disrupted|karpenter.sh/disruption|ToBeDeletedByClusterAutoscaler|aws-node-termination-handler/spot-itn|node.cloudprovider.kubernetes.io/shutdown',
  },
  ['node'],
);
/** Readiness of the nodes that should be ready: neither cordoned nor on their way out. */
const staying = except(except(ready, cordoned), disrupted);

const nodeReadinessSlo: Slo = {
  id: 'eks-node-readiness',
  alertPrefix: 'NodeReadiness',
  objective: 0.995,
  why: 'In node-minutes: of a hundred nodes one may be NotReady for half of the time.',
};

export const nodeReadiness = defineSignal({
  kind: 'state',
  id: 'node-readiness',
  component: 'nodes',
  title: 'Nodes that are not ready',
  why: 'Pods of a NotReady node are lost after five minutes. Cordoned and disrupted nodes are left out: they leave on purpose.',
  by: ['node'],
  requires: ['kube-state-metrics'],
  bad: test(staying, '==', 0),
  among: staying,
  item: 'node',
  slo: nodeReadinessSlo,
  alerts: [
    {
      name: 'NodeReadyRatioLow',
      severity: 'critical',
      for: '10m',
      summary: 'A large share of a cluster’s nodes is not ready.',
      because:
        'EKS node auto repair stops by itself when more than a fifth of the nodes is unhealthy, and Kubernetes slows evictions down when more than half of a zone is: half of the first leaves time to act while repair still works.',
      when: { is: 'above', limit: 0.1 },
    },
    {
      name: 'NodeNotReady',
      severity: 'warning',
      for: '10m',
      summary: 'A node is not ready, and nobody drains it.',
      because:
        'Pods are evicted after five minutes on a node that is not ready, so by then its harm is done; kubernetes-mixin’s KubeNodeNotReady waits 15. A reboot is over sooner.',
      when: { is: 'any' },
    },
    ...burnAlerts(nodeReadinessSlo, 'The error budget of node readiness'),
  ],
  check: { halts: true, on: 'change-or-limit', limitOf: 'NodeReadyRatioLow', required: true, critical: true },
});

export const nodeFlapping = defineSignal({
  kind: 'gauge',
  id: 'node-flapping',
  component: 'nodes',
  title: 'Changes of a node’s readiness in 15 minutes',
  why: 'A node that comes and goes moves its pods about and never stays NotReady long enough for the other alerts.',
  by: ['node'],
  requires: ['kube-state-metrics'],
  value: changes(ready, '15m'),
  worse: 'up',
  unit: 'short',
  alerts: [
    {
      name: 'NodeReadinessFlapping',
      severity: 'warning',
      for: '15m',
      summary: 'A node keeps changing between ready and not ready.',
      because:
        'The numbers of kubernetes-mixin’s KubeNodeReadinessFlapping: one outage is two changes, so more than that is a second one in the same quarter of an hour.',
      when: { is: 'above', limit: 2 },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'NodeReadinessFlapping' },
});

const pressure = gauge(
  'kube-state-metrics',
  'kube_node_status_condition',
  { condition: '=~MemoryPressure|DiskPressure|PIDPressure', status: 'true' },
  ['node', 'condition'],
);

export const nodePressure = defineSignal({
  kind: 'state',
  id: 'node-pressure',
  component: 'nodes',
  title: 'Nodes under pressure',
  why: 'Under pressure the kubelet evicts pods and takes no new ones; EKS node repair does not act on it.',
  by: ['condition', 'node'],
  requires: ['kube-state-metrics'],
  bad: test(except(pressure, cordoned), '==', 1),
  among: except(pressure, cordoned),
  item: 'node condition',
  alerts: [
    {
      name: 'NodePressure',
      severity: 'warning',
      for: '10m',
      summary: 'A node is short of memory, disk or process ids.',
      because:
        'The wait of kubernetes-mixin’s KubeNodePressure. The kubelet keeps a pressure condition for five minutes after it has passed, so a short one is gone by then.',
      when: { is: 'any' },
    },
  ],
  check: { halts: false, on: 'change' },
});

const FILESYSTEM_LABELS = ['instance', 'mountpoint'] as const;
const REAL_FILESYSTEMS = { fstype: '!=', mountpoint: '!=' };
const filesystem = (metric: string) => gauge('node-exporter', metric, REAL_FILESYSTEMS, FILESYSTEM_LABELS);
const readOnly = compare(filesystem('node_filesystem_readonly'), '==', 1);

export const nodeDisk = defineSignal({
  kind: 'gauge',
  id: 'node-disk',
  component: 'nodes',
  title: 'Free share of a node’s file systems',
  why: 'A full disk evicts pods and stops image pulls. Read-only file systems (Bottlerocket’s root) are left out.',
  by: FILESYSTEM_LABELS,
  requires: ['node-exporter'],
  value: except(
    combine(filesystem('node_filesystem_avail_bytes'), '/', filesystem('node_filesystem_size_bytes')),
    readOnly,
  ),
  worse: 'down',
  unit: 'percentunit',
  alerts: [
    {
      name: 'NodeFilesystemAlmostFull',
      severity: 'warning',
      for: '15m',
      summary: 'A file system of a node is almost full.',
      because:
        'The kubelet begins to evict when less than 10 % of its file system is free: below that its own remedy was not enough. kube-prometheus warns later, at 5 %.',
      when: { is: 'below', limit: 0.08 },
    },
    {
      name: 'NodeFilesystemFillingUp',
      severity: 'warning',
      for: '1h',
      summary: 'A file system of a node will be full within hours at its present pace.',
      because:
        'The urgent form of the node-mixin’s NodeFilesystemSpaceFillingUp: the trend of six hours reaches zero within four. The second condition keeps large, half-empty disks quiet, and new nodes, whose trend is a guess.',
      when: { is: 'filling', within: '4h', over: '6h', below: 0.2 },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'NodeFilesystemAlmostFull' },
});

export const kubeletRuntimeErrors = defineSignal({
  kind: 'ratio',
  id: 'kubelet-runtime-errors',
  component: 'nodes',
  title: 'Container runtime operations that fail',
  why: 'Containers that can’t be started or stopped, by operation. exec_sync fails with every failing probe.',
  by: ['operation_type'],
  requires: ['kubelet'],
  bad: counter('kubelet', 'kubelet_runtime_operations_errors_total'),
  total: counter('kubelet', 'kubelet_runtime_operations_total'),
  words: { exposure: 'container runtime operations', events: 'failed' },
  alerts: [
    {
      name: 'KubeletRuntimeErrors',
      severity: 'warning',
      for: '15m',
      summary: 'Operations of the container runtime fail.',
      because:
        'Failing probes and crash loops fail single operations every day; one in twenty of one kind for a quarter of an hour is the runtime itself. Below the guard’s traffic a handful would be a large share. No upstream rule has a number: this one is a judgement.',
      when: { is: 'above', limit: 0.05, over: '10m', and: [{ traffic: 0.1 }] },
    },
  ],
  check: { halts: true, on: 'change', floor: 0.02 },
});

export const kubeletTargets = defineSignal({
  kind: 'presence',
  id: 'kubelet-targets',
  component: 'nodes',
  title: 'Kubelets scraped',
  why: 'Without them nothing is known about the containers.',
  by: [],
  requires: ['kubelet', 'kube-state-metrics'],
  expected: by('group', gauge('kube-state-metrics', 'kube_node_info')),
  seen: scraped('kubelet'),
  alerts: [
    {
      name: 'KubeletTargetsMissing',
      severity: 'critical',
      for: '15m',
      summary: 'Nothing scrapes the kubelets of a cluster whose nodes are reported.',
      because:
        'Condition and wait of kubernetes-mixin’s KubeletDown, cluster by cluster: a scraper that is moved to another node is back sooner.',
      when: { is: 'missing' },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'KubeletTargetsMissing' },
});
