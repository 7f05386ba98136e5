import type { Evidence } from './evidence.ts';

/** `hold` is "not decided"; the other three are final for an attempt. */
export type Verdict = 'hold' | 'go' | 'halt' | 'inconclusive';

/**
 * Reason codes, path-like and stable: the same text stands in the API, the metrics, the audit log and the docs.
 * A code that belongs to one signal ends in its id: `regression/dns-latency`.
 */
export const REASONS = {
  'admission/admitted': 'Every condition of admission holds.',
  'admission/already-admitted': 'The run of this digest is open already; nothing was started again.',
  'admission/already-verified': 'This digest has its go on this cluster and is the current one.',
  'admission/rollback': 'This digest had its go here before; going back is admitted at once.',
  'admission/fix': 'The change is a fix by a person with the right to it: waves and baseline are not asked.',
  'admission/adopted': 'This digest was on the cluster before the gate was, and is the current one.',
  'observe/go':
    'The app is in observe mode: the answer is always go, and what would have been said stands beside it.',
  'run/registered': 'The sync is registered; this is no verdict.',
  'run/settling': 'The sync is done and the change has not arrived everywhere yet.',
  'run/soaking': 'The gate is gathering evidence.',
  'run/waiting-for-sync': 'Admitted, and the sync has not been reported yet.',
  'run/ungated':
    'The sync was reported without an admission: it is judged from a baseline that ends at the sync, and its go opens no later wave until a person acknowledges it.',
  'run/not-asked': 'No run of this digest is open on this cluster.',
  'run/superseded': 'Another digest was asked for on this cluster; this run ended without a verdict.',
  'run/max-settle': 'The change did not settle in time.',
  'run/max-soak': 'The soak ended without the evidence that go needs.',
  'run/max-blind': 'The metrics could not be read for too long.',
  'run/sync-failed': 'Argo CD reported that the sync failed.',
  'run/revoked': 'Harm was seen after go: it opens no later wave any more; syncs under way go on.',
  'run/abandoned': 'The cluster or the app left the configuration; this run ended without a verdict.',
  'run/adopted':
    'The digest was on the cluster before the gate was: no go, so it opens no wave, and no veto.',
  'recovery/not-back':
    'After going back the signals are not yet at the level before the change that was rolled back.',
  'run/acknowledged': 'A person has seen it, and lets the rollout go on.',
  'run/retried': 'A person asked for another attempt.',
  'override/go': 'A person decided go.',
  'override/halt': 'A person decided halt.',
  'wave/first': 'The cluster is in the first wave.',
  'wave/ready': 'Every cluster of the earlier waves has go for this digest.',
  'wave/not-ready': 'A cluster of an earlier wave has no go for this digest.',
  'cluster/busy': 'Another change is under way on the cluster, or asked for it before.',
  'budget/exhausted': 'An error budget of the cluster is spent.',
  'budget/no-history': 'Less than a day of error budget is recorded; nothing is held against the change.',
  'dependency/unhealthy': 'A component that the change stands on is not well.',
  'blocker/disruption-budget': 'A PodDisruptionBudget lets no pod be evicted, so nodes can not be replaced.',
  'blocker/deprecated-api': 'Clients ask for an API that the target version does not have.',
  'blocker/policy': 'A policy has failing results that were not there a day ago.',
  'preflight/unknown': 'What admission has to know could not be read.',
  'preflight/not-covered': 'The cluster delivers no metrics of something that admission looks at.',
  'preflight/target-unknown': 'The change did not tell what it brings, so some checks could not be made.',
  'waiver/used': 'Something stands against the change, and a person has waived it for a time.',
  'wave/emptied': 'An earlier wave lost all its clusters during the rollout.',
  'wave/ungated': 'A cluster of an earlier wave runs a digest that nobody admitted there.',
  'wave/max-parallel': 'As many clusters of the wave as may change at a time are under way.',
  'rollout/frozen': 'The digest was halted on as many clusters as the policy allows; a person has to look.',
  'rollout/starved': 'Changes come faster than they can be judged: none of the last three got a verdict.',
  'freeze/active': 'A person has frozen what the change would touch.',
  'config/waves-changed': 'The order of the waves changed during the rollout.',
  'inventory/unreadable': 'The inventory can not be read, so nobody knows which clusters come first.',
  'soak/shortened': 'Earlier waves had go for this digest; the soak is shorter for it.',
  'baseline/unhealthy': 'A halting alert fired before the change.',
  'baseline/stale': 'The cluster delivers no fresh metrics.',
  'alert/firing': 'An alert that can halt is firing and did not fire before the sync.',
  'alert/pending': 'An alert that can halt is pending; the soak waits for its end.',
  'alert/unrelated': 'An alert that can halt is firing on a component that the change does not touch.',
  'fleet/incident':
    'Clusters without the change show the same, so the change is not to blame; the run waits.',
  structure: 'Parts of the cluster are not ready beyond what was so before.',
  'damage/cap': 'The bad events beyond expectation exceed what one soak may cost.',
  regression: 'The signal got worse since the sync, beyond what chance explains.',
  limit: 'The signal is above its limit, beyond what chance explains.',
  suspicion: 'The signal may have got worse; the soak is extended.',
  'evidence/gathering': 'Required evidence for go is not complete yet.',
  'evidence/complete': 'Every required check has its evidence for go.',
  'probe/missing': 'A functional test that the policy requires was not reported.',
  'probe/failed': 'A functional test that the policy requires failed.',
  'coverage/none': 'A component of the change has no required signal that this cluster delivers.',
  'data/missing': 'A required signal delivered data before and does not any more.',
  'data/no-traffic': 'A required signal has no traffic, so nothing can be learned from it.',
  'data/unknown': 'The metric source could not be read.',
  'data/partial': 'The metric source answered and warned that the answer is incomplete.',
  'data/clock-skew': 'The clock of the metric source and ours differ by more than 30 s.',
} as const;

/** A code of the table, or one of it with a signal's id behind it. */
export type ReasonCode =
  | keyof typeof REASONS
  | `${'structure' | 'regression' | 'limit' | 'suspicion' | 'damage/cap' | 'coverage/none' | 'data/missing' | 'data/no-traffic' | 'evidence/gathering'}/${string}`;

/** Why a verdict is what it is: a stable code, a sentence for people, and what was seen. */
export interface Reason {
  readonly code: ReasonCode;
  /** One sentence with the numbers, ready to print. */
  readonly text: string;
  readonly evidence?: Evidence;
  /** Names of what was found, for waivers: `disruption-budget/shop/cart`. */
  readonly findings?: readonly string[];
  /** Who can change it, where that is not plain. */
  readonly whoCanAct?: string;
  /** The one word of a person that takes it away, and the id of the freeze or run that it is said on. */
  readonly word?: { readonly say: 'thaw' | 'acknowledge'; readonly on: string };
}
