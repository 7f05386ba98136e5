import { touches } from '../../domain/component.ts';
import type { FactId } from '../../domain/fact.ts';
import type { Finding } from './finding.ts';
import type { Place } from './preflight.ts';

/** What a fact's absence leaves unchecked, in words; what is not here has a reason of its own. */
const UNCHECKED: Readonly<Partial<Record<FactId, string>>> = {
  'evictions-blocked': 'PodDisruptionBudgets (there are none, or kube-state-metrics does not tell of them)',
  'deprecated-apis': 'deprecated APIs in use (the API server is not scraped)',
  'policy-findings': 'new policy findings (no reports of a day ago)',
  deployments: 'Deployments of the add-ons that the change stands on',
  daemonsets: 'DaemonSets of the add-ons that the change stands on',
};

/** A source that did not answer is no pass. */
export function factsKnown({ cluster, preflight }: Place): readonly Finding[] {
  for (const [fact, reading] of preflight.facts) {
    if (reading.is !== 'unknown' && reading.is !== 'partial') continue;
    return [
      {
        code: 'preflight/unknown',
        text: `What admission has to know of ${cluster.name} could not be read (${fact}): ${reading.cause}`,
        whoCanAct: 'whoever looks after the metric store',
      },
    ];
  }
  return [];
}

/** What the cluster does not deliver was not checked, and that is said. */
export function factsCovered({ cluster, preflight }: Place): readonly Finding[] {
  const unchecked = [...preflight.facts].flatMap(([fact, { is }]) => {
    const what = UNCHECKED[fact];
    return is === 'no-data' && what !== undefined ? [what] : [];
  });
  if (unchecked.length === 0) return [];
  const text = `Not checked, because ${cluster.name} delivers no metrics of it: ${unchecked.join('; ')}.`;
  return [{ code: 'preflight/not-covered', text, warns: true }];
}

/** Checks that need to know what the change brings, and were not told, are no pass: that is said. */
export function targetKnown({ components, preflight: { target } }: Place): readonly Finding[] {
  const missing = [
    ...(touches(components, 'control-plane') && target.kubernetes === undefined
      ? [
          'which Kubernetes version it brings (--change kubernetes=1.35), so APIs in use that it lacks were not looked for',
        ]
      : []),
    ...(touches(components, 'nodes') && target.nodes === undefined && target.kubernetes === undefined
      ? [
          'what nodes run afterwards (--change nodes=<image or kubelet version>), so nobody can see when all of them do',
        ]
      : []),
  ];
  if (missing.length === 0) return [];
  return [
    {
      code: 'preflight/target-unknown',
      text: `The change did not tell ${missing.join('; nor ')}.`,
      warns: true,
    },
  ];
}
