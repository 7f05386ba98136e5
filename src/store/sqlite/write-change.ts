import type { Kysely } from 'kysely';
import { ConflictError } from '../../domain/errors.ts';
import { sealEntry } from '../../gate/audit.ts';
import type { AuditDraft, AuditEntry, Change, DocumentWrite, LedgerRun } from '../../gate/ports.ts';
import { deflated, rowOfEntry, rowOfRun } from './rows.ts';
import type { LedgerTables } from './schema.ts';

/**
 * Writes everything of a change; to be called inside a transaction.
 *
 * @throws ConflictError `store/stale-run`, `store/stale-document` when one of them is not the version that was read
 */
export async function writeChange(
  db: Kysely<LedgerTables>,
  { runs = [], audit = [], minutes, opening, look, documents = [] }: Change,
): Promise<readonly AuditEntry[]> {
  for (const run of runs) await writeRun(db, run);
  if (opening) {
    const { runId, lastMinute, json } = opening;
    const row = { last_minute: lastMinute, deflated: deflated(json) };
    await db
      .insertInto('openings')
      .values({ run_id: runId, ...row })
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet(row))
      .execute();
  }
  for (const { minute, json } of minutes?.rows ?? []) {
    await db
      .insertInto('minutes')
      .values({ run_id: minutes?.runId ?? '', minute, json })
      .execute();
  }
  if (look) {
    const { runId, json } = look;
    await db
      .insertInto('looks')
      .values({ run_id: runId, json })
      .onConflict((conflict) => conflict.column('run_id').doUpdateSet({ json }))
      .execute();
  }
  for (const document of documents) await writeDocument(db, document);
  return audit.length > 0 ? appendAudit(db, audit) : [];
}

async function writeRun(db: Kysely<LedgerTables>, run: LedgerRun): Promise<void> {
  const row = rowOfRun(run);
  if (run.version === 0) {
    await db.insertInto('runs').values(row).execute();
    return;
  }
  const { numUpdatedRows } = await db
    .updateTable('runs')
    .set(row)
    .where('id', '=', run.id)
    .where('version', '=', run.version)
    .executeTakeFirst();
  if (numUpdatedRows === 0n) {
    throw new ConflictError(
      'store/stale-run',
      `run ${run.id} was changed since version ${run.version} of it was read; read again and decide again`,
    );
  }
}

async function writeDocument(
  db: Kysely<LedgerTables>,
  { kind, key, version, json }: DocumentWrite,
): Promise<void> {
  const isStale = (changed: bigint) => changed === 0n;
  const stale = new ConflictError(
    'store/stale-document',
    `${kind} ${key} was changed since version ${version} of it was read; read again and decide again`,
  );
  if (json === undefined) {
    const { numDeletedRows } = await db
      .deleteFrom('documents')
      .where('kind', '=', kind)
      .where('key', '=', key)
      .where('version', '=', version)
      .executeTakeFirst();
    if (isStale(numDeletedRows)) throw stale;
  } else if (version === 0) {
    const { numInsertedOrUpdatedRows = 0n } = await db
      .insertInto('documents')
      .values({ kind, key, version: 1, json })
      .onConflict((conflict) => conflict.columns(['kind', 'key']).doNothing())
      .executeTakeFirst();
    if (isStale(numInsertedOrUpdatedRows)) throw stale;
  } else {
    const { numUpdatedRows } = await db
      .updateTable('documents')
      .set({ json, version: version + 1 })
      .where('kind', '=', kind)
      .where('key', '=', key)
      .where('version', '=', version)
      .executeTakeFirst();
    if (isStale(numUpdatedRows)) throw stale;
  }
}

// The head is kept apart from the entries: who deletes the last of them leaves a gap behind.
async function appendAudit(
  db: Kysely<LedgerTables>,
  drafts: readonly AuditDraft[],
): Promise<readonly AuditEntry[]> {
  let head = await db.selectFrom('audit_head').select(['seq', 'hash']).executeTakeFirstOrThrow();
  const entries: AuditEntry[] = [];
  for (const draft of drafts) {
    const entry = sealEntry(head, draft);
    await db.insertInto('audit').values(rowOfEntry(entry)).execute();
    entries.push(entry);
    head = { seq: entry.seq, hash: entry.hash };
  }
  await db.updateTable('audit_head').set(head).execute();
  return entries;
}
