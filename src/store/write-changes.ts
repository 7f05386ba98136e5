import { type Kysely, sql } from 'kysely';
import { ConflictError } from '../domain/errors.ts';
import { sealEntry } from '../gate/audit.ts';
import type { AuditEntry, Change, LedgerRun } from '../gate/ports.ts';
import { deflated, rowOfEntry, rowOfRun } from './rows.ts';
import type { LedgerTables } from './schema.ts';
import { writeDocument } from './write-document.ts';

/** Rows of one statement: databases take some 32,000 parameters. */
const MAX_ROWS = 2_000;

/**
 * Writes everything of all these changes, each table in one go; to be called inside a transaction, which the caller
 * rolls back when this throws.
 *
 * @param lockHead whether others may append to the audit log at the same time
 * @returns the audit entries of each change
 * @throws ConflictError `store/stale-run`, `store/stale-document` when anything is not the version that was read
 */
export async function writeChanges(
  db: Kysely<LedgerTables>,
  changes: readonly Change[],
  lockHead: boolean,
): Promise<readonly (readonly AuditEntry[])[]> {
  const runs = changes.flatMap(({ runs = [] }) => runs);
  // A run that another one supersedes is closed before that one opens.
  const known = runs.filter(({ version }) => version > 0);
  // In one order everywhere, so that two replicas wait for each other and neither for ever.
  await updateRuns(
    db,
    known.toSorted((a, b) => (a.id < b.id ? -1 : 1)),
  );
  const opened = runs.filter(({ version }) => version === 0).map(rowOfRun);
  for (const rows of batches(opened)) await db.insertInto('runs').values(rows).execute();
  await writeEvidence(db, changes);
  for (const { documents = [] } of changes) {
    for (const document of documents) await writeDocument(db, document);
  }
  // Last, as its lock keeps other replicas waiting until the transaction ends.
  return appendAudit(db, changes, lockHead);
}

async function updateRuns(db: Kysely<LedgerTables>, runs: readonly LedgerRun[]): Promise<void> {
  for (const batch of batches(runs)) {
    const rows = batch.map((run) => {
      const { id, state, reason, open, applied, version, json, decided_at } = rowOfRun(run);
      return sql`(${id}, ${state}, ${reason}, ${int(open)}, ${int(applied)}, ${int(version)}, ${json}, ${int(decided_at)})`;
    });
    // Both databases call the columns of nameless rows so.
    const { numAffectedRows } = await sql`
      update runs set state = new.column2, reason = new.column3, open = new.column4, applied = new.column5,
        version = new.column6, json = new.column7, decided_at = new.column8
      from (values ${sql.join(rows)}) as new
      where runs.id = new.column1 and runs.version = new.column6 - 1`.execute(db);
    if (numAffectedRows === BigInt(batch.length)) continue;
    const ids = batch.length === 1 ? batch[0]?.id : `one of ${batch.length} runs`;
    throw new ConflictError(
      'store/stale-run',
      `run ${ids} was changed since the version of it was read; read again and decide again`,
    );
  }
}

async function writeEvidence(db: Kysely<LedgerTables>, changes: readonly Change[]): Promise<void> {
  const openings = changes.flatMap(({ opening }) => (opening ? [opening] : []));
  for (const batch of batches(openings)) {
    const rows = batch.map(({ runId, lastMinute, json }) => ({
      run_id: runId,
      last_minute: lastMinute,
      deflated: deflated(json),
    }));
    await db
      .insertInto('openings')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('run_id').doUpdateSet(({ ref }) => ({
          last_minute: ref('excluded.last_minute'),
          deflated: ref('excluded.deflated'),
        })),
      )
      .execute();
  }
  const minutes = changes.flatMap(({ minutes }) =>
    (minutes?.rows ?? []).map((row) => ({ run_id: minutes?.runId ?? '', ...row })),
  );
  for (const rows of batches(minutes)) await db.insertInto('minutes').values(rows).execute();
  const looks = changes.flatMap(({ look }) => (look ? [{ run_id: look.runId, json: look.json }] : []));
  for (const rows of batches(looks)) {
    await db
      .insertInto('looks')
      .values(rows)
      .onConflict((conflict) =>
        conflict.column('run_id').doUpdateSet(({ ref }) => ({ json: ref('excluded.json') })),
      )
      .execute();
  }
}

// The head is kept apart from the entries: who deletes the last of them leaves a gap behind.
async function appendAudit(
  db: Kysely<LedgerTables>,
  changes: readonly Change[],
  lockHead: boolean,
): Promise<readonly (readonly AuditEntry[])[]> {
  if (changes.every(({ audit = [] }) => audit.length === 0)) return changes.map(() => []);
  const query = db.selectFrom('audit_head').select(['seq', 'hash']);
  let head = await (lockHead ? query.forUpdate() : query).executeTakeFirstOrThrow();
  const entries = changes.map(({ audit = [] }) =>
    audit.map((draft) => {
      const entry = sealEntry(head, draft);
      head = { seq: entry.seq, hash: entry.hash };
      return entry;
    }),
  );
  for (const rows of batches(entries.flat().map(rowOfEntry))) {
    await db.insertInto('audit').values(rows).execute();
  }
  await db.updateTable('audit_head').set(head).execute();
  return entries;
}

// PostgreSQL takes nameless parameters for text.
function int(value: number | null | undefined) {
  return sql`cast(${value ?? null} as bigint)`;
}

function batches<T>(items: readonly T[]): readonly (readonly T[])[] {
  const count = Math.ceil(items.length / MAX_ROWS);
  return Array.from({ length: count }, (_, index) => items.slice(index * MAX_ROWS, (index + 1) * MAX_ROWS));
}
