import type { Run, RunState } from '../domain/run.ts';
import type { RunMoments } from '../judge/run-facts.ts';

/** States in which a run of an app holds its cluster: nothing is decided yet. */
export const OPEN_STATES = [
  'asked',
  'admitted',
  'settling',
  'soaking',
] as const satisfies readonly RunState[];

/** States in which looks watch the cluster: the change is, or may be, under way. */
export const WATCHED_STATES = ['admitted', 'settling', 'soaking'] as const satisfies readonly RunState[];

export type WatchedState = (typeof WATCHED_STATES)[number];

/** Whether nothing is decided yet. */
export function isOpen({ state }: Pick<Run, 'state'>): boolean {
  return OPEN_STATES.some((open) => open === state);
}

/** Whether looks watch it. */
export function isWatched<T extends Pick<Run, 'state'>>(run: T): run is T & { readonly state: WatchedState } {
  return WATCHED_STATES.some((watched) => watched === run.state);
}

/** Whether the digest was let onto the cluster, or came there without being let. */
export function wasApplied({ admittedAt, syncedAt }: Pick<Run, 'admittedAt' | 'syncedAt'>): boolean {
  return admittedAt !== undefined || syncedAt !== undefined;
}

/**
 * Whether it counts as go for later waves: one that harm has revoked does not, and one of a sync that nobody admitted
 * does so only by a person's word.
 */
export function opensLaterWaves(run: Run): boolean {
  return run.state === 'go' && !isRevoked(run) && !waitsForWord(run);
}

/** Whether it has a go that a person must acknowledge before it opens later waves. */
export function isUnacknowledged(run: Run): boolean {
  return run.state === 'go' && !isRevoked(run) && waitsForWord(run);
}

/** Whether its sync came without an admission, and no person has said a word to that. */
export function waitsForWord({ ungated, decidedBy, acknowledgedBy }: Run): boolean {
  return ungated && decidedBy === undefined && acknowledgedBy === undefined;
}

/** Whether harm was seen after its go. */
export function isRevoked({ state, revokedAt }: Run): boolean {
  return state === 'go' && revokedAt !== undefined;
}

/** Whether it convicts its digest, and no person has acknowledged that: a halt, or a go that was revoked. */
export function convicts(run: Run): boolean {
  return (run.state === 'halted' || isRevoked(run)) && run.acknowledgedBy === undefined;
}

/**
 * From here harm is looked for: the admission, or the sync where there was none, or the moment at which a recovery began
 * anew; epoch milliseconds.
 */
export function harmFrom({ recoveringFrom, admittedAt, syncedAt, askedAt }: Run): number {
  return recoveringFrom ?? admittedAt ?? syncedAt ?? askedAt;
}

/** What the judge needs to know of a run's course: while the sync runs, things restart until now. */
export function momentsOf({ syncedAt, settledAt, decidedAt }: Run, now: number): RunMoments {
  return {
    syncEndedAt: syncedAt ?? Math.min(now, decidedAt ?? now),
    ...(settledAt !== undefined && { settledAt }),
  };
}

/** Time in which nothing could be read, the stretch that still lasts included, in milliseconds. */
export function blindTotalMs({ blindMs, blindSince }: Run, now: number): number {
  return blindMs + (blindSince === undefined ? 0 : Math.max(0, now - blindSince));
}

/** Soak time so far by the gate's clock, without blind time and not beyond the decision; 0 before settling has ended. */
export function soakMs(run: Run, now: number): number {
  if (run.settledAt === undefined) return 0;
  const until = run.decidedAt ?? now;
  return Math.max(0, until - run.settledAt - blindTotalMs(run, until));
}

/** Since when it settles: the sync, or the opening of a later attempt that needed none; epoch milliseconds. */
export function settlingSince({ askedAt, syncedAt }: Run): number {
  return Math.max(askedAt, syncedAt ?? askedAt);
}
