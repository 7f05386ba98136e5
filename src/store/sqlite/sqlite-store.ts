import { sql } from 'kysely';
import type { Store } from '../../gate/ports.ts';
import type { LedgerDialect } from '../dialect.ts';
import { openLedger } from '../ledger-store.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import { translated } from './sqlite-errors.ts';

/**
 * The embedded ledger: one file, one process, durable commits.
 *
 * @param path a file in a folder that exists, or `:memory:`
 * @throws UnavailableError `store/locked`, `store/unwritable`, `store/read-only`, `store/full`, `store/corrupt`, `store/newer`
 */
export async function openSqliteStore(path: string): Promise<Store> {
  return sqliteStoreOn(openDatabase(path));
}

/** The ledger on a database that is open already, brought to the newest schema. */
export async function sqliteStoreOn(open: OpenDatabase): Promise<Store> {
  try {
    const { db, store, guarded, close } = await openLedger(dialectOf(open));
    return {
      ...store,
      claimShards: async () => 'all',
      // Nothing reads this number, and writing it is a transaction like any other.
      probe: async () => void (await guarded(() => sql`pragma user_version = 1`.execute(db))),
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

function dialectOf({ path, database }: OpenDatabase): LedgerDialect {
  return {
    dialect: nodeSqliteDialect(database),
    name: `the ledger ${path}`,
    isShared: false,
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
