import type { DatabaseSync } from 'node:sqlite';
import { setImmediate as breathe } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import type { AuditEntry, Change } from '../../gate/ports.ts';
import type { LedgerTables } from './schema.ts';
import { writeChange } from './write-change.ts';

/** Changes that share one write to the disk at most; between two groups others get their turn. */
const MAX_GROUP = 100;

/** One change on its way to the disk. */
interface Waiting {
  readonly change: Change;
  readonly resolve: (entries: readonly AuditEntry[]) => void;
  readonly reject: (error: unknown) => void;
}

/** Commits of changes, each atomic by itself. */
export interface GroupCommit {
  commit(change: Change): Promise<readonly AuditEntry[]>;
  /** Resolves when nothing is under way. */
  idle(): Promise<void>;
}

/**
 * Commits changes that come together by one durable write: a flush to the disk takes milliseconds, however much it holds.
 * Each change has a savepoint, so one that is refused takes no other along.
 */
export function createGroupCommit(db: Kysely<LedgerTables>, database: DatabaseSync): GroupCommit {
  const queue: Waiting[] = [];
  let draining: Promise<void> | undefined;
  const drain = async () => {
    while (queue.length > 0) {
      await commitGroup(db, database, queue.splice(0, MAX_GROUP));
      await breathe();
    }
    draining = undefined;
  };
  return {
    commit: (change) =>
      new Promise((resolve, reject) => {
        queue.push({ change, resolve, reject });
        draining ??= breathe().then(drain);
      }),
    idle: () => draining ?? Promise.resolve(),
  };
}

async function commitGroup(
  db: Kysely<LedgerTables>,
  database: DatabaseSync,
  group: readonly Waiting[],
): Promise<void> {
  const answers: (() => void)[] = [];
  try {
    await db.connection().execute(async (connection) => {
      try {
        await sql`begin immediate`.execute(connection);
        for (const waiting of group) answers.push(await writeOne(connection, database, waiting));
        await sql`commit`.execute(connection);
      } catch (error) {
        // A full disk has ended the transaction already.
        if (database.isTransaction) await sql`rollback`.execute(connection);
        throw error;
      }
    });
  } catch (error) {
    for (const { reject } of group) reject(error);
    return;
  }
  for (const answer of answers) answer();
}

/** @returns what to tell the one who waits, once the group is on the disk */
async function writeOne(
  db: Kysely<LedgerTables>,
  database: DatabaseSync,
  { change, resolve, reject }: Waiting,
): Promise<() => void> {
  await sql`savepoint change`.execute(db);
  try {
    const entries = await writeChange(db, change);
    await sql`release change`.execute(db);
    return () => resolve(entries);
  } catch (error) {
    if (!database.isTransaction) throw error;
    await sql`rollback to change`.execute(db);
    await sql`release change`.execute(db);
    return () => reject(error);
  }
}
