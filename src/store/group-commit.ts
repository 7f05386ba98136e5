import { setImmediate as breathe } from 'node:timers/promises';
import { type Kysely, sql } from 'kysely';
import { ConflictError } from '../domain/errors.ts';
import type { AuditEntry, Change } from '../gate/ports.ts';
import type { LedgerDialect } from './dialect.ts';
import type { LedgerTables } from './schema.ts';
import { writeChanges } from './write-changes.ts';

/** Changes that share one write to the disk at most; between two groups others get their turn. */
const MAX_GROUP = 500;

/** How often a transaction that others were in the way of is tried. */
const MAX_TRIES = 4;

type Outcome = { readonly entries: readonly AuditEntry[] } | { readonly refusal: unknown };

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
 * Commits changes that come together by one transaction, and each table by one statement: a flush to the disk and a
 * round trip to a server take as long for a thousand rows as for one. When anything of a group is refused, its changes
 * are written one by one, each behind a savepoint, so that one that is refused takes no other along.
 */
export function createGroupCommit(db: Kysely<LedgerTables>, ledger: LedgerDialect): GroupCommit {
  const queue: Waiting[] = [];
  let draining: Promise<void> | undefined;
  const drain = async () => {
    while (queue.length > 0) {
      await commitGroup(db, ledger, queue.splice(0, MAX_GROUP));
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
  ledger: LedgerDialect,
  group: readonly Waiting[],
): Promise<void> {
  try {
    const outcomes = await inTurns(db, ledger, group);
    group.forEach(({ resolve, reject }, index) => {
      const outcome = outcomes[index];
      if (outcome && 'entries' in outcome) resolve(outcome.entries);
      else reject(outcome?.refusal);
    });
  } catch (error) {
    for (const { reject } of group) reject(error);
  }
}

async function inTurns(
  db: Kysely<LedgerTables>,
  ledger: LedgerDialect,
  group: readonly Waiting[],
): Promise<readonly Outcome[]> {
  const changes = group.map(({ change }) => change);
  try {
    const entries = await inTransaction(db, ledger, (tx) => writeChanges(tx, changes, ledger.isShared));
    return entries.map((own) => ({ entries: own }));
  } catch (error) {
    if (group.length === 1 || !isRefusal(ledger.translated(error))) throw error;
  }
  return inTransaction(db, ledger, async (tx) => {
    const outcomes: Outcome[] = [];
    for (const change of changes) outcomes.push(await writeOne(tx, ledger, change));
    return outcomes;
  });
}

async function inTransaction<T>(
  db: Kysely<LedgerTables>,
  ledger: LedgerDialect,
  work: (tx: Kysely<LedgerTables>) => Promise<T>,
): Promise<T> {
  for (let tries = 1; ; tries += 1) {
    try {
      return await ledger.inTurn(() => db.transaction().execute(work));
    } catch (error) {
      if (tries === MAX_TRIES || !ledger.mayRetry(error)) throw error;
    }
  }
}

async function writeOne(
  tx: Kysely<LedgerTables>,
  { isShared, translated }: LedgerDialect,
  change: Change,
): Promise<Outcome> {
  await sql`savepoint change`.execute(tx);
  try {
    const [entries = []] = await writeChanges(tx, [change], isShared);
    await sql`release savepoint change`.execute(tx);
    return { entries };
  } catch (error) {
    // A full disk has ended the transaction already, and with it the savepoint.
    if (!isRefusal(translated(error))) throw error;
    await sql`rollback to savepoint change`.execute(tx);
    await sql`release savepoint change`.execute(tx);
    return { refusal: error };
  }
}

/** Whether this change can't be written, and not the ledger as a whole. */
function isRefusal(error: Error): boolean {
  return error instanceof ConflictError || ('code' in error && error.code === 'store/failed');
}
