import { counter } from '../promql/counter.ts';
import { by, combine, compare, gauge, test } from '../promql/vector.ts';
import { ADDON_NAMESPACES } from './addon-namespaces.ts';
import { defineSignal } from './define-signal.ts';

const DEPLOYMENT = ['deployment', 'namespace'] as const;
const deployment = (metric: string) =>
  gauge('kube-state-metrics', metric, { namespace: ADDON_NAMESPACES }, DEPLOYMENT);
/** Scaled to zero on purpose is no trouble. */
const wanted = compare(deployment('kube_deployment_spec_replicas'), '>', 0);
const available = deployment('kube_deployment_status_replicas_available');

export const addonDeployments = defineSignal({
  kind: 'state',
  id: 'addon-deployments',
  component: 'addons',
  title: 'Add-on Deployments below their replicas',
  why: 'An add-on that is not all there serves less, or nothing. Deployments scaled to zero are left out.',
  by: DEPLOYMENT,
  requires: ['kube-state-metrics'],
  bad: test(combine(wanted, '-', available), '>', 0),
  among: wanted,
  item: 'Deployment',
  alerts: [
    {
      name: 'AddonDeploymentUnavailable',
      severity: 'warning',
      for: '10m',
      summary: 'An add-on has fewer replicas available than it should.',
      because:
        'kubernetes-mixin’s KubeDeploymentReplicasMismatch waits 15 minutes for any Deployment; add-ons are few, small and started first, so ten outlast an update and the arrival of a new node.',
      when: { is: 'any' },
    },
    {
      name: 'AddonDeploymentDown',
      severity: 'critical',
      for: '3m',
      summary: 'An add-on has no replica available.',
      because:
        'With no replica nothing serves, and no share of that is fine: it waits only as long as one pod needs to be scheduled, pull its image and get ready.',
      when: { is: 'any', and: [{ only: compare(available, '==', 0) }] },
    },
  ],
  check: { halts: true, on: 'change-or-limit', limitOf: 'AddonDeploymentDown', required: true },
});

const DAEMONSET = ['daemonset', 'namespace'] as const;
const daemonset = (metric: string) =>
  gauge('kube-state-metrics', metric, { namespace: ADDON_NAMESPACES }, DAEMONSET);
const scheduled = compare(daemonset('kube_daemonset_status_desired_number_scheduled'), '>', 0);

export const addonDaemonsets = defineSignal({
  kind: 'gauge',
  id: 'addon-daemonsets',
  component: 'addons',
  title: 'Share of an add-on DaemonSet’s pods that are not ready',
  why: 'Networking and storage of a node stand on its DaemonSet pods. Fresh nodes lag by seconds.',
  by: DAEMONSET,
  requires: ['kube-state-metrics'],
  value: combine(combine(scheduled, '-', daemonset('kube_daemonset_status_number_ready')), '/', scheduled),
  worse: 'up',
  unit: 'percentunit',
  alerts: [
    {
      name: 'AddonDaemonSetDegraded',
      severity: 'warning',
      for: '15m',
      summary: 'Pods of an add-on’s DaemonSet are not ready.',
      because:
        'kubernetes-mixin’s KubeDaemonSetRolloutStuck waits 15 minutes, too. One pod in twenty lets fresh nodes of an autoscaled fleet pass, which lag by seconds, and on clusters below twenty nodes it is the first pod.',
      when: { is: 'above', limit: 0.05 },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'AddonDaemonSetDegraded' },
});

/** Followers may report 0; the leader’s word counts. */
const synced = by('max', gauge('karpenter', 'karpenter_cluster_state_synced'));

export const karpenterSynced = defineSignal({
  kind: 'state',
  id: 'karpenter-synced',
  component: 'addon/karpenter',
  title: 'Karpenter’s view of the cluster',
  why: 'Out of step with the cluster Karpenter neither launches nor removes nodes.',
  by: [],
  requires: ['karpenter'],
  bad: test(synced, '==', 0),
  among: synced,
  item: 'cluster view',
  alerts: [
    {
      name: 'KarpenterStateUnsynced',
      severity: 'critical',
      for: '10m',
      summary: 'Karpenter’s view of the cluster is out of step.',
      because:
        'Karpenter decides nothing while it is unsynced, so there is no share to weigh; after a restart it lists the cluster within a few minutes, which the wait lets pass.',
      when: { is: 'any' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'KarpenterStateUnsynced', required: true },
});

export const karpenterErrors = defineSignal({
  kind: 'events',
  id: 'karpenter-errors',
  component: 'addon/karpenter',
  title: 'Karpenter’s cloud provider errors',
  why: 'Calls to EC2 that fail. Claims that are gone and missing capacity are everyday and left out.',
  by: ['controller', 'error', 'method'],
  requires: ['karpenter'],
  events: counter('karpenter', 'karpenter_cloudprovider_errors_total', {
    controller: '!~node.termination|nodeclaim.termination',
    error: '!~NodeClaimNotFoundError|InsufficientCapacityError',
  }),
  words: { events: 'failed cloud provider calls' },
  alerts: [
    {
      name: 'KarpenterCloudProviderErrors',
      severity: 'warning',
      for: '10m',
      summary: 'Karpenter’s calls to AWS fail.',
      because:
        'A failure every twenty seconds. Karpenter retries throttled and eventually consistent calls by itself; what still fails at this pace after minutes is a missing permission, a quota or a wrong launch template.',
      // Per minute: one failure every twenty seconds.
      when: { is: 'above', limit: 3, over: '10m' },
    },
  ],
  check: { halts: true, on: 'change', floor: 3 },
});

export const vpcCniAddresses = defineSignal({
  kind: 'events',
  id: 'vpc-cni-addresses',
  component: 'addon/vpc-cni',
  title: 'Pods that got no address',
  why: 'The node has no free address: pods stay in ContainerCreating while the node looks Ready.',
  by: [],
  requires: ['aws-node'],
  events: counter('aws-node', 'awscni_no_available_ip_addresses'),
  words: { events: 'pods without an address' },
  alerts: [
    {
      name: 'VpcCniNoAddresses',
      severity: 'critical',
      for: '5m',
      summary: 'The VPC CNI has no free address for new pods.',
      because:
        'Each of these is a pod that could not start, which the CNI’s warm pool exists to prevent: none is fine. The wait lets a node attach one more network interface, which takes seconds to a minute.',
      when: { is: 'above', limit: 0, over: '10m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'VpcCniNoAddresses', required: true, floor: 0.2 },
});

export const vpcCniSubnets = defineSignal({
  kind: 'events',
  id: 'vpc-cni-subnets',
  component: 'addon/vpc-cni',
  title: 'EC2 refusals for lack of addresses',
  why: 'The subnet has no free address, or with prefix delegation no free block although single addresses are left.',
  by: [],
  requires: ['aws-node'],
  events: counter('aws-node', 'awscni_aws_api_error_count', {
    error: '=~.*InsufficientFreeAddressesInSubnet.*|.*InsufficientCidrBlocks.*',
  }),
  words: { events: 'refusals for lack of addresses' },
  alerts: [
    {
      name: 'VpcCniSubnetExhausted',
      severity: 'critical',
      for: '0s',
      summary: 'A subnet has no free addresses.',
      because:
        'EC2’s refusal is definite, and no waiting adds addresses to a subnet. The window keeps the alert up between two tries of the CNI, which backs off.',
      when: { is: 'above', limit: 0, over: '15m' },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'VpcCniSubnetExhausted', floor: 0.1 },
});

const QUEUED = 'kubeproxy_sync_proxy_rules_last_queued_timestamp_seconds';
const SYNCED = 'kubeproxy_sync_proxy_rules_last_timestamp_seconds';

export const kubeProxyRules = defineSignal({
  kind: 'gauge',
  id: 'kube-proxy-rules',
  component: 'addon/kube-proxy',
  title: 'Age of Service rules that wait to be written',
  why: 'The node sends traffic to endpoints that are gone. Compared with the last wish, so an idle cluster is silent.',
  by: ['instance'],
  requires: ['kube-proxy'],
  value: combine(
    gauge('kube-proxy', QUEUED, {}, ['instance']),
    '-',
    gauge('kube-proxy', SYNCED, {}, ['instance']),
  ),
  worse: 'up',
  unit: 's',
  alerts: [
    {
      name: 'KubeProxyRulesStale',
      severity: 'critical',
      for: '5m',
      summary: 'kube-proxy does not write a node’s Service rules.',
      because:
        'kube-proxy writes its rules every 30 s at the latest and calls itself unhealthy when they are twice as old; ten of these pauses are no slow node any more, and traffic goes to pods that are gone.',
      when: { is: 'above', limit: 300 },
    },
  ],
  check: { halts: true, on: 'limit', limitOf: 'KubeProxyRulesStale', required: true },
});

export const ebsCsiErrors = defineSignal({
  kind: 'events',
  id: 'ebs-csi-errors',
  component: 'addon/ebs-csi',
  title: 'EBS CSI calls that AWS refused',
  why: 'Volumes are not created, attached or detached; pods with volumes hang.',
  by: ['error', 'request'],
  requires: ['ebs-csi-controller'],
  events: counter('ebs-csi-controller', 'aws_ebs_csi_api_request_errors_total'),
  words: { events: 'refused EBS calls' },
  alerts: [
    {
      name: 'EbsCsiApiErrors',
      severity: 'warning',
      for: '15m',
      summary: 'AWS refuses calls of the EBS CSI driver.',
      because:
        'EC2 throttles bursts, and the driver’s sidecars back off and try again; a refusal or more each minute for a quarter of an hour is a permission, a quota or a volume that can’t be. No upstream rule has a number: this one is a judgement.',
      // Per minute.
      when: { is: 'above', limit: 1.2, over: '10m' },
    },
  ],
  check: {
    halts: true,
    on: 'change-or-limit',
    limitOf: 'EbsCsiApiErrors',
    required: true,
    floor: 1.2,
  },
});
