import { Kysely, sql } from 'kysely';
import { DEFAULT_MIGRATION_TABLE, Migrator } from 'kysely/migration';
import { UnavailableError } from '../domain/errors.ts';
import type { Store } from '../gate/ports.ts';
import type { LedgerDialect } from './dialect.ts';
import { createGroupCommit } from './group-commit.ts';
import { migrations } from './migrations.ts';
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
import { retire } from './retire.ts';
import type { LedgerTables } from './schema.ts';

/** What every ledger can do; the rest is each database's own. */
export interface LedgerCore {
  readonly db: Kysely<LedgerTables>;
  readonly store: Omit<Store, 'claimShards' | 'probe' | 'close'>;
  /** Runs work on the database and translates what it throws. */
  guarded<T>(work: () => Promise<T>): Promise<T>;
  /** Ends what is under way and closes the database; from then on everything answers `store/closed`. */
  close(): Promise<void>;
}

/** A ledger on a database, brought to the newest schema. On failure the database is closed. */
export async function openLedger(ledger: LedgerDialect): Promise<LedgerCore> {
  const db = new Kysely<LedgerTables>({ dialect: ledger.dialect });
  try {
    await migrate(db, ledger);
  } catch (error) {
    await db.destroy();
    throw ledger.translated(error);
  }
  const group = createGroupCommit(db, ledger);
  let closed = false;
  const guarded = async <T>(work: () => Promise<T>): Promise<T> => {
    try {
      return await work();
    } catch (error) {
      throw closed ? closedError(ledger.name, error) : ledger.translated(error);
    }
  };
  const store: LedgerCore['store'] = {
    commit: (change) => guarded(() => group.commit(change)),
    run: async (id) => (await guarded(() => findRuns(db, { id, limit: 1 })))[0],
    latest: async (app, cluster, digest) => {
      const filter = { app, cluster, ...(digest !== undefined && { digest }), limit: 1 };
      return (await guarded(() => findRuns(db, filter)))[0];
    },
    runs: (filter) => guarded(() => findRuns(db, filter)),
    minutes: (runId, after = Number.MIN_SAFE_INTEGER) => guarded(() => findMinutes(db, runId, after)),
    lastMinute: (runId) => guarded(() => findLastMinute(db, runId)),
    opening: (runId) => guarded(() => findOpening(db, runId)),
    look: (runId) => guarded(() => findLook(db, runId)),
    documents: (kind) => guarded(() => findDocuments(db, kind)),
    document: async (kind, key) => (await guarded(() => findDocuments(db, kind, key)))[0],
    audit: (after, limit) => guarded(() => findAudit(db, after, limit)),
    auditOfCluster: (cluster, since, limit) => guarded(() => findAuditOfCluster(db, cluster, since, limit)),
    retire: (order) =>
      guarded(() => ledger.inTurn(() => db.transaction().execute((tx) => retire(tx, order)))),
    auditHead: () =>
      guarded(() => db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow()),
  };
  return {
    db,
    store,
    guarded,
    async close() {
      if (closed) return;
      closed = true;
      await group.idle();
      await db.destroy();
    },
  };
}

function closedError(name: string, cause: unknown): UnavailableError {
  return new UnavailableError('store/closed', `${name} was closed: the gate is shutting down`, { cause });
}

async function migrate(db: Kysely<LedgerTables>, { name, types }: LedgerDialect): Promise<void> {
  const ours = migrations(types);
  const newest = await newestMigration(db);
  const known = Object.keys(ours).sort().at(-1) ?? '';
  if (newest !== undefined && newest > known) {
    throw new UnavailableError(
      'store/newer',
      `${name} was written by a newer tidegate (schema ${newest}, known here up to ${known}); run that version`,
    );
  }
  const provider = { getMigrations: async () => ({ ...ours }) };
  const { error } = await new Migrator({ db, provider }).migrateToLatest();
  if (error !== undefined) throw error;
}

async function newestMigration(db: Kysely<LedgerTables>): Promise<string | undefined> {
  const tables = await db.introspection.getTables({ withInternalKyselyTables: true });
  if (!tables.some(({ name }) => name === DEFAULT_MIGRATION_TABLE)) return undefined;
  const table = sql.table(DEFAULT_MIGRATION_TABLE);
  const done = await sql<{ name: string | null }>`select max(name) as name from ${table}`.execute(db);
  return done.rows[0]?.name ?? undefined;
}
