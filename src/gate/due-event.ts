import type { LedgerRun } from './ports.ts';
import type { RunEvent } from './run-event.ts';
import { blindTotalMs, settlingSince } from './run-times.ts';

/** The event that time alone brings to a run, when it is due. */
export function dueEvent(run: LedgerRun, now: number): RunEvent | undefined {
  const { policy, state } = run;
  if (state === 'admitted' && run.admittedAt !== undefined && now - run.admittedAt >= policy.maxSyncMs) {
    return { is: 'sync-expired' };
  }
  if (state !== 'settling' && state !== 'soaking') return undefined;
  if (run.blindSince !== undefined && blindTotalMs(run, now) >= policy.maxBlindMs) {
    return { is: 'blind-expired' };
  }
  const settlingMs = now - settlingSince(run) - blindTotalMs(run, now);
  return state === 'settling' && run.blindSince === undefined && settlingMs >= policy.maxSettleMs
    ? { is: 'settle-expired' }
    : undefined;
}
