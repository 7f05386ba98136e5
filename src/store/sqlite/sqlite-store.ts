import { sql } from 'kysely';
import type { Store } from '../../gate/ports.ts';
import type { LedgerDialect } from '../dialect.ts';
import { openLedger } from '../ledger-store.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { translated } from './sqlite-errors.ts';
import { createWriteTurns, type WriteTurns } from './write-turns.ts';

/**
 * The embedded ledger: one file, one process, durable commits.
 *
 * @param path   a file in a folder that exists, or `:memory:`
 * @param shared turns of the thread that has the ledger open already, for another one of the same process
 * @throws UnavailableError `store/locked`, `store/unwritable`, `store/read-only`, `store/full`, `store/corrupt`, `store/newer`
 */
export async function openSqliteStore(path: string, shared?: SharedArrayBuffer): Promise<SqliteStore> {
  return sqliteStoreOn(openDatabase(path, { isOurs: shared !== undefined }), shared);
}

/** A ledger that other threads of the process can open, too. */
export interface SqliteStore extends Store {
  readonly turns: SharedArrayBuffer;
}

/** The ledger on a database that is open already, brought to the newest schema. */
export async function sqliteStoreOn(open: OpenDatabase, shared?: SharedArrayBuffer): Promise<SqliteStore> {
  const turns = createWriteTurns(shared);
  try {
    const { db, store, guarded, close } = await openLedger(dialectOf(open, turns));
    return {
      ...store,
      turns: turns.shared,
      claimShards: async () => 'all',
      // Nothing reads this number, and writing it is a transaction like any other.
      probe: async () =>
        void (await guarded(() => turns.inTurn(() => sql`pragma user_version = 1`.execute(db)))),
      async close() {
        await close();
        open.released();
      },
    };
  } catch (error) {
    open.released();
    throw error;
  }
}

function dialectOf({ path, database }: OpenDatabase, { inTurn }: WriteTurns): LedgerDialect {
  return {
    dialect: nodeSqliteDialect(database),
    name: `the ledger ${path}`,
    isShared: false,
    inTurn,
    translated: (error) => translated(error, path),
    mayRetry: () => false,
    types: {
      int: 'integer',
      bytes: 'blob',
      key: 'text',
      serial: 'integer',
      table: 'strict',
      tableByKey: 'strict, without rowid',
      numberIn: (column, key) => `json_extract(${column}, '$.${key}')`,
      own: [],
      appendOnly: [
        `create trigger audit_is_never_edited before update on audit
          begin select raise(abort, 'the audit log is append-only: its entries are never edited'); end`,
        `create trigger audit_is_never_deleted before delete on audit
          begin select raise(abort, 'the audit log is append-only: its entries are never deleted'); end`,
      ],
    },
  };
}
