import { type Dialect, Kysely } from 'kysely';
import type { AuditEntry, AuditHead, LedgerRun, RunFilter } from '../gate/ports.ts';
import { findAudit, findRuns } from './queries.ts';
import type { LedgerTables } from './schema.ts';

/** A ledger's audit log and runs, read and nothing else: the gate may be running or not. */
export interface AuditReader {
  /** Entries behind a sequence number, ascending. */
  entries(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** Where the ledger says that the log ends. */
  head(): Promise<AuditHead>;
  /** As `Store.runs`. */
  runs(filter: RunFilter): Promise<readonly LedgerRun[]>;
  close(): Promise<void>;
}

/**
 * Reads the audit log and the runs of a database as it is; nothing is migrated and nothing written.
 *
 * @param translated turns what the database throws into an error of ours
 */
export function auditReader(dialect: Dialect, translated: (error: unknown) => Error): AuditReader {
  const db = new Kysely<LedgerTables>({ dialect });
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw translated(error);
    }
  };
  return {
    entries: (after, limit) => guarded(findAudit(db, after, limit)),
    head: () => guarded(db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()),
    runs: (filter) => guarded(findRuns(db, filter)),
    close: () => db.destroy(),
  };
}
