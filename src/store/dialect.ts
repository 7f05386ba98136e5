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
  /** An error of the database as one of ours. */
  translated(error: unknown): Error;
  /** Whether the same transaction may well succeed when it is tried again: another one was in the way. */
  mayRetry(error: unknown): boolean;
}
