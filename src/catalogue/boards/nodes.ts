import { counter, rate } from '../../promql/counter.ts';
import { RATE_INTERVAL } from '../../promql/node.ts';
import { by, combine, compare, gauge, only } from '../../promql/vector.ts';
import type { ContextPanel } from './context-panel.ts';

const NO_KUBE_STATE_METRICS = 'kube-state-metrics is not scraped';
const NO_NODE_EXPORTER = 'node-exporter is not scraped';

const info = gauge('kube-state-metrics', 'kube_node_info', {}, ['kubelet_version', 'node']);

const nodesByVersion: ContextPanel = {
  component: 'nodes',
  title: 'Nodes by kubelet version',
  about: 'How far a node rollout has come; two versions side by side are normal only while one runs.',
  empty: NO_KUBE_STATE_METRICS,
  unit: 'short',
  draw: 'stack',
  queries: [{ of: by('count', info, ['kubelet_version']) }],
};

const cordonedNodes: ContextPanel = {
  component: 'nodes',
  title: 'Cordoned nodes',
  about: 'They take no new pods: drained by a rollout, or forgotten by a person.',
  empty: NO_KUBE_STATE_METRICS,
  unit: 'short',
  draw: 'lines',
  queries: [{ of: by('sum', gauge('kube-state-metrics', 'kube_node_spec_unschedulable', {}, ['node'])) }],
};

const podsNotRunning: ContextPanel = {
  component: 'nodes',
  title: 'Pods that do not run, by phase',
  about: 'Pending pods wait for a node, an image, a volume or an address; which, their events say.',
  empty: NO_KUBE_STATE_METRICS,
  unit: 'short',
  draw: 'lines',
  queries: [
    {
      of: by(
        'sum',
        gauge('kube-state-metrics', 'kube_pod_status_phase', { phase: '=~Pending|Failed|Unknown' }, [
          'namespace',
          'phase',
          'pod',
        ]),
        ['phase'],
      ),
    },
  ],
};

/** Share of what all nodes can give that all pods ask for. */
const requested = (resource: 'cpu' | 'memory') => {
  const perContainer = gauge('kube-state-metrics', 'kube_pod_container_resource_requests', { resource }, [
    'container',
    'namespace',
    'pod',
  ]);
  const perNode = gauge('kube-state-metrics', 'kube_node_status_allocatable', { resource }, ['node']);
  return combine(by('sum', perContainer), '/', by('sum', perNode));
};

const requestedShare: ContextPanel = {
  component: 'nodes',
  title: 'Requested share of the nodes',
  about:
    'Requests of all pods, finished ones too, over what the nodes can give. Near 100 % a lost node’s pods find no place.',
  empty: NO_KUBE_STATE_METRICS,
  unit: 'percentunit',
  draw: 'lines',
  queries: [
    { of: requested('cpu'), name: 'cpu' },
    { of: requested('memory'), name: 'memory' },
  ],
};

const INSTANCE = ['instance'] as const;
const cpuSeconds = (matchers: Record<string, string>) =>
  rate(counter('node-exporter', 'node_cpu_seconds_total', matchers), RATE_INTERVAL, INSTANCE);

const cpuInUse: ContextPanel = {
  component: 'nodes',
  title: 'CPU in use, the busiest nodes',
  about: 'Share of the time that a node’s processors neither idle nor wait for disks.',
  empty: NO_NODE_EXPORTER,
  unit: 'percentunit',
  draw: 'highest',
  queries: [{ of: combine(cpuSeconds({ mode: '!~idle|iowait' }), '/', cpuSeconds({})) }],
};

const nodeGauge = (metric: string) => gauge('node-exporter', metric, {}, INSTANCE);

const memoryAvailable: ContextPanel = {
  component: 'nodes',
  title: 'Memory available, the fullest nodes',
  about: 'What new processes can get without swapping, over all memory of the node.',
  empty: NO_NODE_EXPORTER,
  unit: 'percentunit',
  draw: 'lowest',
  queries: [
    {
      of: combine(nodeGauge('node_memory_MemAvailable_bytes'), '/', nodeGauge('node_memory_MemTotal_bytes')),
    },
  ],
};

const connectionTracking: ContextPanel = {
  component: 'nodes',
  title: 'Connection tracking in use, the fullest nodes',
  about: 'At 100 % the node drops new connections, DNS first, while every other number looks well.',
  empty: `${NO_NODE_EXPORTER}, or the nodes track no connections`,
  unit: 'percentunit',
  draw: 'highest',
  queries: [
    {
      of: combine(
        nodeGauge('node_nf_conntrack_entries'),
        '/',
        compare(nodeGauge('node_nf_conntrack_entries_limit'), '>', 0),
      ),
    },
  ],
};

const budget = (metric: string) =>
  gauge('kube-state-metrics', metric, {}, ['namespace', 'poddisruptionbudget']);

const closedBudgets: ContextPanel = {
  component: 'nodes',
  title: 'Disruption budgets that allow nothing now',
  about: 'A node with a pod of one of these can’t be drained: a node rollout stops there.',
  empty: `every budget allows a disruption, or ${NO_KUBE_STATE_METRICS}`,
  unit: 'short',
  draw: 'rows',
  queries: [
    {
      of: only(
        compare(budget('kube_poddisruptionbudget_status_pod_disruptions_allowed'), '==', 0),
        compare(budget('kube_poddisruptionbudget_status_expected_pods'), '>', 0),
      ),
    },
  ],
};

/** What helps to find the cause of trouble with nodes. */
export const NODES_CONTEXT: readonly ContextPanel[] = [
  nodesByVersion,
  podsNotRunning,
  closedBudgets,
  cordonedNodes,
  requestedShare,
  cpuInUse,
  memoryAvailable,
  connectionTracking,
];
