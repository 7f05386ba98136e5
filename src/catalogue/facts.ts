import { SLO_PERIOD } from '../domain/burn-rate.ts';
import type { FactId } from '../domain/fact.ts';
import { BUDGET_REMAINING } from '../domain/recorded-series.ts';
import { scraped } from '../promql/counter.ts';
import {
  below,
  by,
  combine,
  compare,
  earlier,
  either,
  except,
  gauge,
  lesser,
  only,
  recorded,
  seenBetween,
  times,
  type Vector,
} from '../promql/vector.ts';
import { ADDON_NAMESPACES } from './addon-namespaces.ts';

/** A fact as it is read from metrics. */
export interface FactDefinition {
  readonly rows: Vector<string>;
  /** Has an element for each cluster that delivers the fact, whether or not there are rows. */
  readonly seen: Vector;
}

/** The same metric of an exporter, told apart by the same labels, under several names. */
const of =
  <const L extends string>(exporter: string, labels: readonly L[], matchers = {}) =>
  (metric: string) =>
    gauge(exporter, metric, matchers, labels);

/** A fact that is delivered as soon as anything of this is. */
const shown = (of: Vector<string>): Vector => by('group', of);

const budget = by('min', recorded(BUDGET_REMAINING, {}, ['slo']), ['slo']);
const budgetBefore = seenBetween(budget, SLO_PERIOD, '1d');

const evictionBudget = of('kube-state-metrics', ['namespace', 'poddisruptionbudget']);
const allowed = evictionBudget('kube_poddisruptionbudget_status_pod_disruptions_allowed');
// One that covers no pod stops nobody.
const covered = compare(evictionBudget('kube_poddisruptionbudget_status_expected_pods'), '>', 0);

const deprecated = gauge('apiserver', 'apiserver_requested_deprecated_apis', { removed_release: '!=' }, [
  'group',
  'removed_release',
  'resource',
  'subresource',
  'version',
]);

const FINDING = ['kind', 'name', 'namespace', 'policy', 'rule', 'severity'] as const;
const failing = of('policy-reporter', FINDING, { status: '=~fail|error', severity: '=~critical|high' });
const result = of('policy-reporter', []);
/** Results about namespaced objects and about the others stand under two names. */
const findings = by('sum', either(failing('policy_report_result'), failing('cluster_policy_report_result')), [
  'policy',
  'severity',
]);
const findingsBefore = earlier(findings, '1d');
const newFindings = compare(combine(findings, '-', either(findingsBefore, times(findings, 0))), '>', 0);

const deployment = of('kube-state-metrics', ['deployment', 'namespace'], { namespace: ADDON_NAMESPACES });
const daemonset = of('kube-state-metrics', ['daemonset', 'namespace'], { namespace: ADDON_NAMESPACES });
const deployments = compare(deployment('kube_deployment_spec_replicas'), '>', 0);
const daemonsets = compare(daemonset('kube_daemonset_status_desired_number_scheduled'), '>', 0);
// What its controller has not seen yet is told of the version before.
const deploymentsArrived = except(
  lesser(
    deployment('kube_deployment_status_replicas_updated'),
    deployment('kube_deployment_status_replicas_available'),
  ),
  below(
    deployment('kube_deployment_status_observed_generation'),
    deployment('kube_deployment_metadata_generation'),
  ),
);
const daemonsetsArrived = except(
  lesser(
    daemonset('kube_daemonset_status_updated_number_scheduled'),
    daemonset('kube_daemonset_status_number_available'),
  ),
  below(
    daemonset('kube_daemonset_status_observed_generation'),
    daemonset('kube_daemonset_metadata_generation'),
  ),
);

const nodes = gauge('kube-state-metrics', 'kube_node_info', {}, ['kubelet_version', 'node', 'os_image']);
const drifted = gauge(
  'karpenter',
  'operator_nodeclaim_status_condition_count',
  { type: 'Drifted', status: 'True' },
  ['name'],
);
const versions = gauge('apiserver', 'kubernetes_build_info', {}, ['git_version']);

/**
 * How every fact is read. A cluster that has none of a kind of object looks the same as one whose exporter leaves the
 * kind out, so `seen` is the metric itself wherever a healthy cluster has it, and the exporter where it has not.
 *
 * @see https://kyverno.github.io/policy-reporter-docs/ for the metrics of policies
 */
export const FACT_DEFINITIONS: Readonly<Record<FactId, FactDefinition>> = {
  'budget-left': { rows: budget, seen: shown(budget) },
  'budget-a-day-ago': { rows: budgetBefore, seen: shown(budget) },
  'evictions-blocked': { rows: only(covered, compare(allowed, '==', 0)), seen: shown(allowed) },
  'deprecated-apis': { rows: deprecated, seen: scraped('apiserver') },
  'policy-findings': {
    rows: newFindings,
    // Without a day of reports everything would be new.
    seen: shown(
      seenBetween(
        either(result('policy_report_result'), result('cluster_policy_report_result')),
        '26h',
        '1d',
      ),
    ),
  },
  deployments: { rows: deployments, seen: shown(deployments) },
  'deployments-arrived': { rows: deploymentsArrived, seen: shown(deployments) },
  daemonsets: { rows: daemonsets, seen: shown(daemonsets) },
  'daemonsets-arrived': { rows: daemonsetsArrived, seen: shown(daemonsets) },
  'node-versions': { rows: by('count', nodes, ['kubelet_version', 'os_image']), seen: shown(nodes) },
  'drifted-nodes': { rows: by('sum', drifted), seen: scraped('karpenter') },
  'control-plane-versions': { rows: versions, seen: shown(versions) },
};
