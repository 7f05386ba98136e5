import type { Clock, GateLog, Retired, Store } from './ports.ts';
import { PROBE } from './probes.ts';

/** Runs and documents that one transaction deletes: a run of three days has 4,000 minutes, and asks wait meanwhile. */
const AT_ONCE = 20;

/**
 * Deletes the evidence of runs that were decided long ago and that later changes have replaced, and what expired long
 * ago; runs and the audit log stay. Nothing that decides is touched: what is on a cluster keeps its evidence.
 *
 * @param keepMs how long evidence is kept after the verdict
 */
export async function retireOld(
  { store, clock, log }: { readonly store: Store; readonly clock: Clock; readonly log: GateLog },
  keepMs: number,
  aborted: AbortSignal,
): Promise<void> {
  let total: Retired = { runs: 0, documents: 0 };
  let last: Retired = { runs: AT_ONCE, documents: 0 };
  while (Math.max(last.runs, last.documents) === AT_ONCE && !aborted.aborted) {
    const now = clock.now();
    const before = { decidedBefore: now - keepMs, expiredBefore: now - keepMs };
    last = await store.retire({ now, ...before, kindsByRun: [PROBE], limit: AT_ONCE });
    total = { runs: total.runs + last.runs, documents: total.documents + last.documents };
  }
  if (total.runs + total.documents > 0) log.info({ retired: total }, 'old evidence was deleted');
}
