import type { ChangeTarget } from './change-target.ts';
import type { Component } from './component.ts';
import type { Reason, Verdict } from './verdict.ts';

/** Phases of an Argo CD sync that a hook reports. */
export const PHASES = ['PreSync', 'PostSync', 'SyncFail'] as const;
export type Phase = (typeof PHASES)[number];

/**
 * What a change wants: to change, to repair, or to go back. The gate itself finds out that a digest goes back to where
 * it had its go before; `rollback` sent for a digest that never had go on the cluster changes nothing.
 */
export const INTENTS = ['change', 'fix', 'rollback'] as const;
export type Intent = (typeof INTENTS)[number];

/**
 * States of a run; the last six are the ends of an attempt. `abandoned` is a run whose cluster or app left the
 * configuration, `adopted` a digest that was on the cluster before the gate was: no go, and no veto.
 */
export const RUN_STATES = [
  'asked',
  'admitted',
  'settling',
  'soaking',
  'go',
  'halted',
  'inconclusive',
  'superseded',
  'abandoned',
  'adopted',
] as const;
export type RunState = (typeof RUN_STATES)[number];

/** Lengths of a run's stages, in milliseconds; pinned when the run opens. */
export interface Policy {
  readonly name: string;
  readonly minSoakMs: number;
  readonly maxSoakMs: number;
  readonly maxSyncMs: number;
  readonly maxSettleMs: number;
  readonly maxBlindMs: number;
  /** Chance of a false halt that one soak may have, 0..1. */
  readonly alpha: number;
  /** The same for the test that pools the runs of the wave; absent for a wave of one cluster. */
  readonly poolAlpha?: number;
  readonly onInconclusive: 'stop' | 'go-with-note';
  /** Functional tests without which there is no go. */
  readonly probes?: readonly string[];
  /** What the least soak was before go of earlier waves made it shorter, and how many clusters had that go. */
  readonly shortened?: { readonly fromMs: number; readonly goes: number };
}

/** A wave as a rollout planned with it: how many clusters of the app it had. */
export interface PlannedWave {
  readonly name: string;
  readonly clusters: number;
}

/** What go will mean of one check, in words, told before the soak. */
export interface GoPromise {
  readonly signal: string;
  readonly promise: string;
}

/** The gate's record of (app, cluster, digest, attempt). Times are epoch milliseconds by the gate's clock. */
export interface Run {
  readonly id: string;
  readonly app: string;
  readonly cluster: string;
  readonly digest: string;
  readonly attempt: number;
  readonly revision: string;
  /** Later revisions with the same digest that were asked for, too: the same change. */
  readonly alsoAs?: readonly string[];
  readonly intent: Intent;
  readonly components: readonly Component[];
  /** What the change brings, as far as the hook told. */
  readonly change?: ChangeTarget;
  readonly argoApp?: string;
  readonly policy: Policy;
  readonly state: RunState;
  readonly askedAt: number;
  readonly admittedAt?: number;
  readonly syncedAt?: number;
  /** When a hook that tells no commit last reported another sync of the same digest, to the minute. */
  readonly reportedAt?: number;
  readonly settledAt?: number;
  readonly decidedAt?: number;
  /** Since when the source could not be read, while it can't. */
  readonly blindSince?: number;
  /** Time without readings since settling; it does not count as soak. */
  readonly blindMs: number;
  /** Whether the sync was reported without an admission. */
  readonly ungated: boolean;
  readonly verdict: Verdict;
  readonly reasons: readonly Reason[];
  /** What each required check will see and will have ruled out at go, told when the change was admitted. */
  readonly promised?: readonly GoPromise[];
  /** Who decided, where a person did. */
  readonly decidedBy?: string;
  /** The cluster's wave when the attempt was opened. */
  readonly wave?: string;
  /** The waves as they were when the rollout began, or when a person acknowledged that they had changed. */
  readonly plan?: readonly PlannedWave[];
  /** When a person acknowledged the plan; absent while it is the one that the rollout began with. */
  readonly planAcknowledgedAt?: number;
  /** Who acknowledged what the run stands for: a sync that nobody admitted, a halt. */
  readonly acknowledgedBy?: string;
  /** Of a rollback: since when signals may be back; what lay before was not back yet, and is judged no more. */
  readonly recoveringFrom?: number;
  /** When harm was seen after go: the go counts no longer. */
  readonly revokedAt?: number;
  /** Runs in a row on this cluster that ended without a verdict for the sake of the next digest, up to this one. */
  readonly overtook?: number;
}

/** A cluster of the inventory. */
export interface Cluster {
  readonly name: string;
  readonly wave: string;
  readonly class: string;
  readonly region: string;
  readonly account?: string;
  readonly source: string;
  readonly labels: Readonly<Record<string, string>>;
  readonly links: Readonly<Record<string, string>>;
}
