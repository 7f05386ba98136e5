import type { PlannedWave, Policy } from '../domain/run.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';

/** What can happen to one run. The numbers are the rows of the gate's state table. */
export type RunEvent =
  /** 1: every condition of admission holds. */
  | { readonly is: 'admitted'; readonly reasons: Reasons; readonly policy: Policy }
  /** 2, and every look that decides nothing: why not. */
  | { readonly is: 'held'; readonly reasons: Reasons }
  /** 3: nobody reported the sync in time. */
  | { readonly is: 'sync-expired' }
  /** 4, and 5 without an admission: the sync is done. */
  | { readonly is: 'synced' }
  /** 6: the change has arrived everywhere. */
  | { readonly is: 'settled' }
  /** 7: Argo CD reported that the sync failed. */
  | { readonly is: 'sync-failed' }
  /** 7, 8, 10: what the judge decided. */
  | { readonly is: 'judged'; readonly verdict: Exclude<Verdict, 'hold'>; readonly reasons: Reasons }
  /** 9: the source can't be read, and can be read again. */
  | { readonly is: 'blind'; readonly reason: Reason }
  | { readonly is: 'sighted' }
  /** 10: the time for it is over. */
  | { readonly is: 'settle-expired' }
  | { readonly is: 'blind-expired' }
  /** 15: another digest was asked for. */
  | { readonly is: 'superseded'; readonly by: { readonly id: string; readonly digest: string } }
  /** 14: a rollback is not back yet at the level before: its recovery begins anew. */
  | { readonly is: 'not-back' }
  /** 16: harm was seen after go. */
  | { readonly is: 'revoked'; readonly reasons: Reasons }
  /** 21: the cluster or the app left the configuration. */
  | { readonly is: 'abandoned'; readonly reason: Reason }
  /** 5, 21, 23, 25: a person has seen it, and lets the rollout go on; `plan` where it is about the waves. */
  | {
      readonly is: 'acknowledged';
      readonly actor: string;
      readonly reason: string;
      readonly plan?: readonly PlannedWave[];
    }
  /** 18, 19: a person decided. */
  | {
      readonly is: 'overridden';
      readonly verdict: 'go' | 'halt';
      readonly actor: string;
      readonly reason: string;
    };

/** Why, the deciding one first. */
export type Reasons = readonly [Reason, ...Reason[]];
