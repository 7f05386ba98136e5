import type { AuditDraft, LedgerRun } from './ports.ts';

/** An audit entry that tells of a run: which one, what state it is in now, and what else the entry is about. */
export function aboutRun(
  { id, app, cluster, digest, attempt, state }: LedgerRun,
  { data, ...rest }: Omit<AuditDraft, 'runId'>,
): AuditDraft {
  return { ...rest, runId: id, data: { app, cluster, digest, attempt, state, ...data } };
}
