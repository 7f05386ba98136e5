import { deflateSync, inflateSync } from 'node:zlib';
import type { Insertable, Selectable } from 'kysely';
import type { AuditEntry, LedgerRun, StoredDocument } from '../gate/ports.ts';
import { isOpen, wasApplied } from '../gate/run-times.ts';
import type { LedgerTables } from './schema.ts';

/** A run as a row, with the version that it has once it is written. */
export function rowOfRun(run: LedgerRun): Insertable<LedgerTables['runs']> {
  const { version, evidenceRetiredAt: _, ...rest } = run;
  const { id, app, cluster, digest, attempt, state, reasons, decidedAt } = run;
  return {
    id,
    app,
    cluster,
    digest,
    attempt,
    state,
    reason: reasons[0]?.code ?? null,
    open: isOpen(run) ? 1 : 0,
    applied: wasApplied(run) ? 1 : 0,
    version: version + 1,
    json: JSON.stringify(rest),
    decided_at: decidedAt ?? null,
  };
}

/** The opposite of `rowOfRun`. */
export function runOfRow({
  json,
  version,
  evidence_retired_at,
}: Pick<Selectable<LedgerTables['runs']>, 'json' | 'version' | 'evidence_retired_at'>): LedgerRun {
  return {
    ...(JSON.parse(json) as Omit<LedgerRun, 'version'>),
    version,
    ...(evidence_retired_at !== null && { evidenceRetiredAt: evidence_retired_at }),
  };
}

/** An audit entry as a row. */
export function rowOfEntry({ runId, data, ...rest }: AuditEntry): Insertable<LedgerTables['audit']> {
  return { ...rest, run_id: runId ?? null, data: JSON.stringify(data) };
}

/** The opposite of `rowOfEntry`. */
export function entryOfRow({ run_id, data, ...rest }: Selectable<LedgerTables['audit']>): AuditEntry {
  return {
    ...rest,
    ...(run_id !== null && { runId: run_id }),
    data: JSON.parse(data) as AuditEntry['data'],
  };
}

/** An opening's JSON, about a tenth as long: it holds a day of minutes that are much alike. */
export function deflated(json: string): Uint8Array {
  return deflateSync(json);
}

/** The opposite of `deflated`. */
export function inflated(bytes: Uint8Array): string {
  return inflateSync(bytes).toString('utf8');
}

/** A document of its row. */
export function documentOfRow({
  expires_at,
  ...rest
}: Selectable<LedgerTables['documents']>): StoredDocument {
  return { ...rest, ...(expires_at !== null && { expiresAt: expires_at }) };
}
