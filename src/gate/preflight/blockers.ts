import { isAtOrBefore } from '../../domain/change-target.ts';
import { blockedBy, type Finding } from './finding.ts';
import { evicts, type Place, rowsOf } from './preflight.ts';

/** A PodDisruptionBudget that allows to evict nobody: a node with one of its pods is never emptied. */
export function evictionsBlocked(place: Place): readonly Finding[] {
  const { cluster, components, preflight } = place;
  if (!evicts(components)) return [];
  const blockers = rowsOf(preflight, 'evictions-blocked').map(({ labels, value }) => {
    const name = `${labels['namespace']}/${labels['poddisruptionbudget']}`;
    return { finding: `disruption-budget/${name}`, what: `${name} (${value} pods)` };
  });
  return blockedBy(place, blockers, {
    code: 'blocker/disruption-budget',
    text: (names) =>
      `PodDisruptionBudgets of ${cluster.name} allow to evict no pod, so nodes with their pods can't be replaced: ${names}; add a replica, mend the pods that are not ready, or lower minAvailable.`,
    whoCanAct: 'the owners of those workloads',
  });
}

/** APIs that the target version no longer has and that somebody still asks for. */
export function deprecatedApis(place: Place): readonly Finding[] {
  const { cluster, preflight } = place;
  const { kubernetes } = preflight.target;
  if (kubernetes === undefined) return [];
  const blockers = rowsOf(preflight, 'deprecated-apis').flatMap(({ labels }) => {
    const {
      group = 'core',
      version = '',
      resource = '',
      subresource,
      removed_release: removed = '',
    } = labels;
    if (!isAtOrBefore(removed, kubernetes)) return [];
    const name = [group, version, resource, ...(subresource === undefined ? [] : [subresource])].join('/');
    return [{ finding: `deprecated-api/${name}`, what: `${name} (gone in ${removed})` }];
  });
  return blockedBy(place, blockers, {
    code: 'blocker/deprecated-api',
    text: (names) =>
      `Clients of ${cluster.name} ask for APIs that Kubernetes ${kubernetes} does not have: ${names}; move them to the newer version. The API server forgets a client only when it restarts: waive what is mended.`,
    whoCanAct: 'the owners of those clients; the audit log of the API server names them by userAgent',
  });
}

/** Results of high or critical severity that fail and did not a day ago. */
export function policyFindings(place: Place): readonly Finding[] {
  const { cluster, preflight } = place;
  const blockers = rowsOf(preflight, 'policy-findings').map(({ labels, value }) => {
    const { policy = '', severity = '' } = labels;
    return { finding: `policy/${policy}`, what: `${policy} (${value} new, ${severity})` };
  });
  return blockedBy(place, blockers, {
    code: 'blocker/policy',
    text: (names) =>
      `Policies of ${cluster.name} have failing results that were not there a day ago: ${names}; mend what they name.`,
    whoCanAct: 'the owners of what the policy reports name',
  });
}
