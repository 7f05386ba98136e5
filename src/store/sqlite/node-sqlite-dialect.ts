import type { DatabaseSync, SQLInputValue } from 'node:sqlite';
import {
  type DatabaseConnection,
  type Dialect,
  SqliteAdapter,
  type SqliteDatabase,
  SqliteDialect,
  SqliteDriver,
  type SqliteStatement,
} from 'kysely';

/** Statements that are kept prepared; the ledger has some forty texts, and one for each number of rows. */
const MAX_PREPARED = 200;

/** Kysely over the SQLite that is built into Node: its dialect expects better-sqlite3, which differs in three calls. */
export function nodeSqliteDialect(database: DatabaseSync): Dialect {
  const config = { database: adapted(database) };
  return new (class extends SqliteDialect {
    override createAdapter() {
      return new TransactionalAdapter();
    }

    override createDriver() {
      return new (class extends SqliteDriver {
        // A full disk has ended the transaction already; the error to tell is that one.
        override async rollbackTransaction(connection: DatabaseConnection) {
          if (database.isTransaction) await super.rollbackTransaction(connection);
        }
      })(config);
    }
  })(config);
}

/** A migration that is broken off, by a crash or a full disk, leaves nothing of it behind. */
class TransactionalAdapter extends SqliteAdapter {
  override get supportsTransactionalDdl() {
    return true;
  }
}

function adapted(database: DatabaseSync): SqliteDatabase {
  const prepared = new Map<string, SqliteStatement>();
  return {
    close: () => database.close(),
    prepare(sql) {
      const known = prepared.get(sql);
      if (known) return known;
      const statement = prepare(database, sql);
      if (prepared.size < MAX_PREPARED) prepared.set(sql, statement);
      return statement;
    },
  };
}

function prepare(database: DatabaseSync, sql: string): SqliteStatement {
  const statement = database.prepare(sql);
  const values = (parameters: readonly unknown[]) => parameters as readonly SQLInputValue[];
  return {
    reader: statement.columns().length > 0,
    // Node's rows have no prototype, which surprises whoever compares or prints them.
    all: (parameters) => statement.all(...values(parameters)).map((row) => ({ ...row })),
    run: (parameters) => statement.run(...values(parameters)),
    iterate: (parameters) => statement.iterate(...values(parameters)),
  };
}
