import type { Kysely } from 'kysely';
import type { AuditEntry, LedgerRun, RunFilter, StoredDocument, StoredMinute } from '../gate/ports.ts';
import { documentOfRow, entryOfRow, inflated, runOfRow } from './rows.ts';
import type { LedgerTables } from './schema.ts';

type Ledger = Kysely<LedgerTables>;

/** Runs that match, the newest first. */
export async function findRuns(
  db: Ledger,
  filter: RunFilter & { readonly id?: string },
): Promise<LedgerRun[]> {
  const { id, app, cluster, digest, open, state, reason, applied, newest, limit, before } = filter;
  let query = db.selectFrom('runs').select(['json', 'version', 'evidence_retired_at']).orderBy('seq', 'desc');
  if (id !== undefined) query = query.where('id', '=', id);
  if (app !== undefined) query = query.where('app', '=', app);
  if (cluster !== undefined) query = query.where('cluster', '=', cluster);
  if (digest !== undefined) query = query.where('digest', '=', digest);
  if (open !== undefined) query = query.where('open', '=', open ? 1 : 0);
  if (state !== undefined) query = query.where('state', '=', state);
  if (reason !== undefined) query = query.where('reason', '=', reason);
  if (applied !== undefined) query = query.where('applied', '=', applied ? 1 : 0);
  if (newest) {
    query = query.where(({ not, exists, selectFrom }) =>
      not(
        exists(
          selectFrom('runs as later')
            .select('later.seq')
            .whereRef('later.app', '=', 'runs.app')
            .whereRef('later.cluster', '=', 'runs.cluster')
            .whereRef('later.seq', '>', 'runs.seq'),
        ),
      ),
    );
  }
  if (before !== undefined) {
    query = query.where('seq', '<', ({ selectFrom }) =>
      selectFrom('runs as page').select('page.seq').where('page.id', '=', before),
    );
  }
  if (limit !== undefined) query = query.limit(limit);
  return (await query.execute()).map(runOfRow);
}

/** The last minute of a run's opening or behind it; undefined without an opening. */
export async function findLastMinute(db: Ledger, runId: string): Promise<number | undefined> {
  const opened = await db
    .selectFrom('openings')
    .select('last_minute')
    .where('run_id', '=', runId)
    .executeTakeFirst();
  if (opened === undefined) return undefined;
  const stored = await db
    .selectFrom('minutes')
    .select(({ fn }) => fn.max('minute').as('minute'))
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return Math.max(opened.last_minute, stored?.minute ?? opened.last_minute);
}

/** The JSON of a run's opening. */
export async function findOpening(db: Ledger, runId: string): Promise<string | undefined> {
  const row = await db
    .selectFrom('openings')
    .select('deflated')
    .where('run_id', '=', runId)
    .executeTakeFirst();
  return row && inflated(row.deflated);
}

/** Entries about a cluster's runs since a time, the newest first. */
export async function findAuditOfCluster(
  db: Ledger,
  cluster: string,
  since: number,
  limit: number,
): Promise<readonly AuditEntry[]> {
  const rows = await db
    .selectFrom('audit')
    .innerJoin('runs', 'runs.id', 'audit.run_id')
    .selectAll('audit')
    .where('runs.cluster', '=', cluster)
    .where('audit.at', '>=', since)
    .orderBy('audit.seq', 'desc')
    .limit(limit)
    .execute();
  return rows.map(entryOfRow);
}

/** Minutes of a run behind one, ascending. */
export function findMinutes(db: Ledger, runId: string, after: number): Promise<StoredMinute[]> {
  return db
    .selectFrom('minutes')
    .select(['minute', 'json'])
    .where('run_id', '=', runId)
    .where('minute', '>', after)
    .orderBy('minute')
    .execute();
}

/** The JSON of a run's last look. */
export async function findLook(db: Ledger, runId: string): Promise<string | undefined> {
  const row = await db.selectFrom('looks').select('json').where('run_id', '=', runId).executeTakeFirst();
  return row?.json;
}

/** Documents of a kind, or the one with a key, by key ascending. */
export async function findDocuments(db: Ledger, kind: string, key?: string): Promise<StoredDocument[]> {
  let query = db.selectFrom('documents').selectAll().where('kind', '=', kind).orderBy('key');
  if (key !== undefined) query = query.where('key', '=', key);
  return (await query.execute()).map(documentOfRow);
}

/** Entries of the audit log behind a sequence number, ascending. */
export async function findAudit(db: Ledger, after: number, limit: number): Promise<readonly AuditEntry[]> {
  const query = db.selectFrom('audit').selectAll().where('seq', '>', after).orderBy('seq').limit(limit);
  return (await query.execute()).map(entryOfRow);
}
