import { counter, rate } from '../../promql/counter.ts';
import { RATE_INTERVAL } from '../../promql/node.ts';
import { quantile } from '../../promql/quantile.ts';
import { combine, compare, gauge, times } from '../../promql/vector.ts';
import { ADDON_NAMESPACES } from '../addon-namespaces.ts';
import type { ContextPanel } from './context-panel.ts';

/** Rates are shown by the minute where events are rare. */
const SECONDS_A_MINUTE = 60;

const addon = <const L extends string>(metric: string, labels: readonly L[]) =>
  gauge('kube-state-metrics', metric, { namespace: ADDON_NAMESPACES }, labels);

const DAEMONSET = ['daemonset', 'namespace'] as const;
const DEPLOYMENT = ['deployment', 'namespace'] as const;

const updated: ContextPanel = {
  component: 'addons',
  title: 'Pods already updated, the add-ons furthest behind',
  about: 'How far the rollout of an add-on has come: pods of the newest template over all that should be.',
  empty: 'kube-state-metrics is not scraped',
  unit: 'percentunit',
  draw: 'lowest',
  queries: [
    {
      of: combine(
        addon('kube_daemonset_status_updated_number_scheduled', DAEMONSET),
        '/',
        compare(addon('kube_daemonset_status_desired_number_scheduled', DAEMONSET), '>', 0),
      ),
    },
    {
      of: combine(
        addon('kube_deployment_status_replicas_updated', DEPLOYMENT),
        '/',
        compare(addon('kube_deployment_spec_replicas', DEPLOYMENT), '>', 0),
      ),
    },
  ],
};

const restarts: ContextPanel = {
  component: 'addons',
  title: 'Restarts of add-on containers, the most frequent',
  about:
    'Per minute. A container that restarts again and again ends as CrashLoopBackOff and lowers the replicas.',
  empty: 'kube-state-metrics is not scraped',
  unit: 'cpm',
  draw: 'highest',
  queries: [
    {
      of: times(
        rate(
          counter('kube-state-metrics', 'kube_pod_container_status_restarts_total', {
            namespace: ADDON_NAMESPACES,
          }),
          RATE_INTERVAL,
          ['container', 'namespace', 'pod'],
        ),
        SECONDS_A_MINUTE,
      ),
    },
  ],
};

const perMinute = (exporter: string, metric: string) =>
  times(rate(counter(exporter, metric), RATE_INTERVAL, ['nodepool']), SECONDS_A_MINUTE);

const nodeChurn: ContextPanel = {
  component: 'addon/karpenter',
  title: 'Nodes created and terminated by Karpenter',
  about: 'Per minute and node pool. Both at once for long is churn: pods are moved and nothing is gained.',
  empty: 'Karpenter has not changed a node since it started, or karpenter is not scraped',
  unit: 'cpm',
  draw: 'lines',
  queries: [
    { of: perMinute('karpenter', 'karpenter_nodes_created_total'), name: 'created' },
    { of: perMinute('karpenter', 'karpenter_nodes_terminated_total'), name: 'terminated' },
  ],
};

const INSTANCE = ['instance'] as const;
const addresses = (metric: string) => gauge('aws-node', metric, {}, INSTANCE);

const addressesInUse: ContextPanel = {
  component: 'addon/vpc-cni',
  title: 'Addresses in use, the fullest nodes',
  about:
    'Assigned to pods, over what the node has attached now. The VPC CNI attaches more until the instance type or the subnet says no.',
  empty: 'aws-node is not scraped',
  unit: 'percentunit',
  draw: 'highest',
  queries: [
    {
      of: combine(
        addresses('awscni_assigned_ip_addresses'),
        '/',
        compare(addresses('awscni_total_ip_addresses'), '>', 0),
      ),
    },
  ],
};

const ruleSync: ContextPanel = {
  component: 'addon/kube-proxy',
  title: 'Time to write Service rules, p99 of the slowest nodes',
  about: 'It grows with the number of Services and endpoints. An estimate between two bucket bounds.',
  empty: 'no Service changed, or kube-proxy is not scraped',
  unit: 's',
  draw: 'highest',
  queries: [
    {
      of: quantile(
        0.99,
        { exporter: 'kube-proxy', metric: 'kubeproxy_sync_proxy_rules_duration_seconds', matchers: {} },
        RATE_INTERVAL,
        INSTANCE,
      ),
    },
  ],
};

const ebsDurations: ContextPanel = {
  component: 'addon/ebs-csi',
  title: 'Duration of EBS calls, p99',
  about:
    'By call. Slow calls delay pods with volumes long before one fails. An estimate between two bucket bounds.',
  empty: 'no volume was touched, or ebs-csi-controller is not scraped',
  unit: 's',
  draw: 'lines',
  queries: [
    {
      of: quantile(
        0.99,
        { exporter: 'ebs-csi-controller', metric: 'aws_ebs_csi_api_request_duration_seconds', matchers: {} },
        RATE_INTERVAL,
        ['request'],
      ),
    },
  ],
};

/** What helps to find the cause of trouble with add-ons. */
export const ADDONS_CONTEXT: readonly ContextPanel[] = [
  updated,
  restarts,
  nodeChurn,
  addressesInUse,
  ruleSync,
  ebsDurations,
];
