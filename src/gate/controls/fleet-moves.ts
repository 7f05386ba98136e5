import type { Clock, LedgerRun, Store } from '../ports.ts';
import { harmFrom, isWatched, wasApplied } from '../run-times.ts';

/** What is known of who is being changed: as of the last look, which is seconds ago. */
export interface FleetMoves {
  /** Takes in the open runs that a look has read; without them, reads the ledger unless a look has done so lately. */
  refresh(open?: readonly LedgerRun[]): Promise<void>;
  /** When the last change began to come onto the cluster, epoch milliseconds; -Infinity when none is known of. */
  movedAt(cluster: string): number;
}

/** How old what is known may be before it is read again. */
const STALE_MS = 15_000;

/** Remembers for each cluster when it was last changed: read once from the ledger, then kept up by the looks. */
export function createFleetMoves({
  store,
  clock,
}: {
  readonly store: Pick<Store, 'runs'>;
  readonly clock: Pick<Clock, 'now'>;
}): FleetMoves {
  const moved = new Map<string, number>();
  let seenAt = Number.NEGATIVE_INFINITY;
  let isSeeded = false;
  const note = (run: LedgerRun) => {
    const at = harmFrom(run);
    if (at > (moved.get(run.cluster) ?? Number.NEGATIVE_INFINITY)) moved.set(run.cluster, at);
  };
  const see = (runs: readonly LedgerRun[]) => {
    for (const run of runs) if (isWatched(run)) note(run);
    seenAt = clock.now();
  };
  return {
    async refresh(runs) {
      if (!isSeeded) {
        for (const run of await store.runs({ applied: true, newest: true })) if (wasApplied(run)) note(run);
        isSeeded = true;
      }
      if (runs) see(runs);
      else if (clock.now() - seenAt >= STALE_MS) see(await store.runs({ open: true }));
    },
    movedAt: (cluster) => moved.get(cluster) ?? Number.NEGATIVE_INFINITY,
  };
}
