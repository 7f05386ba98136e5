import { Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { UnavailableError } from '../../domain/errors.ts';
import type { Store } from '../../gate/ports.ts';
import { createGroupCommit } from './group-commit.ts';
import { MIGRATIONS } from './migrations.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { type OpenDatabase, openDatabase } from './open-database.ts';
import {
  findAudit,
  findAuditOfCluster,
  findDocuments,
  findLastMinute,
  findLook,
  findMinutes,
  findOpening,
  findRuns,
} from './queries.ts';
import type { LedgerTables } from './schema.ts';
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
  const { path, database } = open;
  const db = new Kysely<LedgerTables>({ dialect: nodeSqliteDialect(database) });
  const close = async () => {
    await db.destroy();
    open.released();
  };
  try {
    await migrate(db, path);
  } catch (error) {
    await close();
    throw translated(error, path);
  }
  const group = createGroupCommit(db, database);
  let closed = false;
  const guarded = async <T>(work: Promise<T>): Promise<T> => {
    try {
      return await work;
    } catch (error) {
      throw closed ? closedError(path, error) : translated(error, path);
    }
  };
  return {
    commit: (change) => guarded(group.commit(change)),
    run: async (id) => (await guarded(findRuns(db, { id, limit: 1 })))[0],
    latest: async (app, cluster, digest) => {
      const filter = { app, cluster, ...(digest !== undefined && { digest }), limit: 1 };
      return (await guarded(findRuns(db, filter)))[0];
    },
    runs: (filter) => guarded(findRuns(db, filter)),
    minutes: (runId, after = Number.MIN_SAFE_INTEGER) => guarded(findMinutes(db, runId, after)),
    lastMinute: (runId) => guarded(findLastMinute(db, runId)),
    opening: (runId) => guarded(findOpening(db, runId)),
    look: (runId) => guarded(findLook(db, runId)),
    documents: (kind) => guarded(findDocuments(db, kind)),
    document: async (kind, key) => (await guarded(findDocuments(db, kind, key)))[0],
    audit: (after, limit) => guarded(findAudit(db, after, limit)),
    auditOfCluster: (cluster, since, limit) => guarded(findAuditOfCluster(db, cluster, since, limit)),
    auditHead: () => guarded(db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()),
    // Nothing reads this number, and writing it is a transaction like any other.
    probe: async () => void (await guarded(sql`pragma user_version = 1`.execute(db))),
    async close() {
      if (closed) return;
      closed = true;
      await group.idle();
      await close();
    },
  };
}

function closedError(path: string, cause: unknown): UnavailableError {
  return new UnavailableError('store/closed', `the ledger ${path} was closed: the gate is shutting down`, {
    cause,
  });
}

async function migrate(db: Kysely<LedgerTables>, path: string): Promise<void> {
  const newest = await newestMigration(db);
  const ours = Object.keys(MIGRATIONS).sort().at(-1) ?? '';
  if (newest !== undefined && newest > ours) {
    throw new UnavailableError(
      'store/newer',
      `the ledger ${path} was written by a newer tidegate (schema ${newest}, known here up to ${ours}); run that version`,
    );
  }
  const provider = { getMigrations: async () => ({ ...MIGRATIONS }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

async function newestMigration(db: Kysely<LedgerTables>): Promise<string | undefined> {
  const tables = await sql`select 1 from sqlite_master where name = ${DEFAULT_MIGRATION_TABLE}`.execute(db);
  if (tables.rows.length === 0) return undefined;
  const table = sql.table(DEFAULT_MIGRATION_TABLE);
  const done = await sql<{ name: string | null }>`select max(name) as name from ${table}`.execute(db);
  return done.rows[0]?.name ?? undefined;
}
