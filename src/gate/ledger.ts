import { ConflictError, UnavailableError } from '../domain/errors.ts';
import type { RunState } from '../domain/run.ts';
import type { AuditDraft, Change, GateLog, GateMetrics, LedgerRun, Store } from './ports.ts';
import type { ReadingsCache } from './run-readings.ts';
import { isOpen, isRevoked } from './run-times.ts';
import type { Watch } from './watch.ts';

/** One run before and after; without `before` it is new. */
export interface Step {
  readonly before?: LedgerRun;
  readonly after: LedgerRun;
}

/** The store, with everybody told of what was written. */
export interface Ledger {
  /**
   * Writes runs in this order with all that belongs to them, in one transaction.
   *
   * @returns the runs as they stand now
   * @throws ConflictError `store/stale-run` when one of them changed since it was read
   */
  write(steps: readonly Step[], rest: Omit<Change, 'runs'>): Promise<readonly LedgerRun[]>;
  /** Writes an audit entry that belongs to no run. */
  note(draft: AuditDraft): Promise<void>;
}

/** What a store says of a write whose run, or document, is not the one that was read. */
const STALE: readonly string[] = ['store/stale-run', 'store/stale-document'];
// A go of the gate's own is watched on; whoever ends that drops it.
function isStillWatched(run: LedgerRun): boolean {
  return run.state === 'go' && run.decidedBy === undefined && !isRevoked(run);
}

/** How often a decision is made anew because the run changed under it. */
const MAX_TRIES = 6;

/** A ledger over a store. */
export function createLedger(parts: {
  readonly store: Store;
  readonly watch: Watch;
  readonly cache: ReadingsCache;
  /** Holds of the last seconds, by run. */
  readonly holds: Map<string, unknown>;
  readonly log: GateLog;
  readonly metrics: GateMetrics;
}): Ledger {
  const { store, watch, cache, holds, log, metrics } = parts;
  const commit = async (change: Change) => {
    for (const { seq, hash, kind, runId, actor } of await store.commit(change)) {
      // The published head: a log that ends before it was truncated.
      log.info({ audit: { seq, hash, kind, actor }, ...(runId !== undefined && { runId }) }, 'audited');
      metrics.auditHead({ seq, hash });
    }
  };
  return {
    async write(steps, rest) {
      await commit({ ...rest, runs: steps.map(({ after }) => after) });
      for (const { before, after } of steps) {
        const from: RunState | undefined = before?.state;
        if (after.state !== 'asked') holds.delete(after.id);
        if (!isOpen(after) && !isStillWatched(after)) cache.drop(after.id);
        if (from !== after.state) metrics.changed(after, from);
        if (from !== after.state || before?.reasons[0]?.code !== after.reasons[0]?.code)
          watch.changed(after.id);
      }
      return steps.map(({ after }) => ({ ...after, version: after.version + 1 }));
    },
    note: (draft) => commit({ audit: [draft] }),
  };
}

/** Whether a write was refused because what was read has changed. */
export function isStale(error: unknown): boolean {
  return error instanceof ConflictError && STALE.includes(error.code);
}

/** Whether a write was refused because a document had changed. */
export function isStaleDocument(error: unknown): boolean {
  return error instanceof ConflictError && error.code === 'store/stale-document';
}

/**
 * Decides and writes; when the run changed under the decision, reads and decides again.
 *
 * @throws UnavailableError `run/contended` when that happens too often
 */
export async function decideAgain<T>(what: string, decide: () => Promise<T>): Promise<T> {
  let cause: unknown;
  for (let tries = 0; tries < MAX_TRIES; tries += 1) {
    try {
      return await decide();
    } catch (error) {
      if (!isStale(error)) throw error;
      cause = error;
    }
  }
  throw new UnavailableError(
    'run/contended',
    `${what} changed ${MAX_TRIES} times while it was being decided; nothing was written, ask again`,
    { cause },
  );
}
