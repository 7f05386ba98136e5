import type { LedgerRun } from '../ports.ts';
import { isWatched, wasApplied } from '../run-times.ts';

/** A finished cluster is compared with again after a day: until then its own hour of the day before had the old digest. */
export const REST_MS = 86_400_000;

/**
 * Whether what runs on a cluster has not changed lately and is not about to: only then does its behaviour tell what
 * would have happened without a change.
 *
 * @param applied of each app the newest run that was let onto the cluster, or came there
 */
export function isStill(applied: readonly LedgerRun[], now: number): boolean {
  return applied.every((run) => !wasApplied(run) || isAtRest(run, now));
}

function isAtRest(run: LedgerRun, now: number): boolean {
  if (isWatched(run) || run.state === 'halted') return false;
  // A person's go says what a person knows, not that the cluster is well.
  if (run.state === 'go' && run.decidedBy !== undefined) return false;
  return now - (run.decidedAt ?? run.askedAt) >= REST_MS;
}
