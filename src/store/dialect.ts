import type { Dialect } from 'kysely';
import type { ColumnTypes } from './migrations.ts';

/** What differs between databases; everything else is one set of queries. */
export interface LedgerDialect {
  readonly dialect: Dialect;
  readonly types: ColumnTypes;
  /** What errors call it: "the ledger tidegate.sqlite". Holds no secret. */
  readonly name: string;
  /** Whether several processes write to it at once: then whoever appends to the audit log locks its head. */
  readonly isShared: boolean;
  /** Does what writes when this thread may: others of the process may have the ledger open, too. */
  inTurn<T>(write: () => Promise<T>): Promise<T>;
  /** An error of the database as one of ours. */
  translated(error: unknown): Error;
  /** Whether the same transaction may well succeed when it is tried again: another one was in the way. */
  mayRetry(error: unknown): boolean;
}
