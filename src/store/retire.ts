import type { Kysely } from 'kysely';
import type { Retired, Retirement } from '../gate/ports.ts';
import type { LedgerTables } from './schema.ts';

/** Deletes what is too old to be asked for; to be called inside a transaction. */
export async function retire(db: Kysely<LedgerTables>, order: Retirement): Promise<Retired> {
  const runs = await runsToRetire(db, order);
  if (runs.length > 0) {
    for (const table of ['minutes', 'openings', 'looks'] as const) {
      await db.deleteFrom(table).where('run_id', 'in', runs).execute();
    }
    const { kindsByRun } = order;
    await db.deleteFrom('documents').where('kind', 'in', kindsByRun).where('key', 'in', runs).execute();
    await db.updateTable('runs').set({ evidence_retired_at: order.now }).where('id', 'in', runs).execute();
  }
  const expired = db
    .selectFrom('documents as old')
    .select(['old.kind', 'old.key'])
    .where('old.expires_at', '<', order.expiredBefore)
    .limit(order.limit);
  const documents = await expired.execute();
  for (const { kind, key } of documents) {
    const found = db.deleteFrom('documents').where('kind', '=', kind).where('key', '=', key);
    // One that was given more time since is not the one that was found.
    await found.where('expires_at', '<', order.expiredBefore).execute();
  }
  return { runs: runs.length, documents: documents.length };
}

async function runsToRetire(
  db: Kysely<LedgerTables>,
  { decidedBefore, limit }: Retirement,
): Promise<readonly string[]> {
  const rows = await db
    .selectFrom('runs')
    .select('id')
    .where('evidence_retired_at', 'is', null)
    .where('decided_at', '<', decidedBefore)
    .where('open', '=', 0)
    .where(({ or, eb, exists, selectFrom }) =>
      or([
        eb('applied', '=', 0),
        exists(
          selectFrom('runs as later')
            .select('later.seq')
            .whereRef('later.app', '=', 'runs.app')
            .whereRef('later.cluster', '=', 'runs.cluster')
            .whereRef('later.seq', '>', 'runs.seq')
            .where('later.applied', '=', 1),
        ),
      ]),
    )
    .orderBy('decided_at')
    .limit(limit)
    .execute();
  return rows.map(({ id }) => id);
}
