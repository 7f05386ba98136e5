import type { Policy, Run, RunState } from '../domain/run.ts';
import type { Verdict } from '../domain/verdict.ts';
import type { Freeze } from './freezes.ts';
import { isRevoked, isWatched, soakMs } from './run-times.ts';

/** Where a digest stands on one cluster of its rollout. */
export interface RolloutCluster {
  readonly name: string;
  /** `revoked` is a go that harm was seen after. */
  readonly state: RunState | 'not-asked' | 'revoked';
  readonly verdict: Verdict;
  /** Code and text of the first reason; absent where nobody asked. */
  readonly reason?: string;
  readonly text?: string;
  /** When the state began, epoch milliseconds; absent where nobody asked. */
  readonly since?: number;
  readonly runId?: string;
  /** While it soaks. */
  readonly soak?: SoakProgress;
}

/** How far a soak has come by the gate's clock, and what it may last. */
export interface SoakProgress extends Pick<Policy, 'minSoakMs' | 'maxSoakMs' | 'shortened'> {
  readonly elapsedMs: number;
}

/** A target with the newest run of the digest on it. */
export interface Place {
  readonly name: string;
  readonly run?: Run;
  /** The Argo CD Application that the app has on the cluster, where a hook told it. */
  readonly argoApp?: string;
  /** What stops the cluster now. */
  readonly freeze?: Freeze;
}

/** How a cluster is shown at a moment, epoch milliseconds. */
export function rolloutCluster({ name, run }: Place, now: number): RolloutCluster {
  if (run === undefined) return { name, state: 'not-asked', verdict: 'hold' };
  const { id, state, verdict, reasons } = run;
  const [first] = reasons;
  return {
    name,
    state: isRevoked(run) ? 'revoked' : state,
    verdict,
    ...(first && { reason: first.code, text: first.text }),
    since: stateSince(run),
    runId: id,
    ...(state === 'soaking' && { soak: soakProgress(run, now) }),
  };
}

/** How far the soak of a run has come. */
export function soakProgress(run: Run, now: number): SoakProgress {
  const { minSoakMs, maxSoakMs, shortened } = run.policy;
  return { elapsedMs: soakMs(run, now), minSoakMs, maxSoakMs, ...(shortened && { shortened }) };
}

/** When the run's state began, epoch milliseconds. */
export function stateSince(run: Run): number {
  const { askedAt, admittedAt, syncedAt, settledAt, decidedAt, revokedAt } = run;
  switch (run.state) {
    case 'asked':
      return askedAt;
    case 'admitted':
      return admittedAt ?? askedAt;
    case 'settling':
      return Math.max(askedAt, syncedAt ?? askedAt);
    case 'soaking':
      return settledAt ?? askedAt;
    default:
      return revokedAt ?? decidedAt ?? askedAt;
  }
}

/**
 * Since when nobody has asked for a cluster whose turn it is; undefined when somebody did. Whoever asked since would have
 * changed what the run says: a run that still waits for earlier waves was not asked since they were ready.
 *
 * @param turnSince when its turn came, epoch milliseconds
 */
export function unaskedSince({ run }: Place, turnSince: number): number | undefined {
  if (run === undefined) return turnSince;
  if (run.state === 'superseded' || run.state === 'abandoned')
    return Math.max(turnSince, run.decidedAt ?? turnSince);
  if (run.state !== 'asked') return undefined;
  const codes = run.reasons.map(({ code }) => code);
  if (codes[0] === 'run/retried') return Math.max(turnSince, run.askedAt);
  if (codes[0] === 'run/acknowledged') return Math.max(turnSince, run.planAcknowledgedAt ?? run.askedAt);
  if (codes[0] === 'run/waiting-for-sync') {
    return Math.max(turnSince, (run.admittedAt ?? run.askedAt) + run.policy.maxSyncMs);
  }
  return codes.includes('wave/not-ready') ? turnSince : undefined;
}

/** Whether the change is, or may be, under way on it. */
export function isUnderWay({ run }: Place): boolean {
  return run !== undefined && isWatched(run);
}
