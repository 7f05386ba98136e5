import type { Kysely } from 'kysely';
import { ConflictError } from '../domain/errors.ts';
import type { DocumentWrite } from '../gate/ports.ts';
import type { LedgerTables } from './schema.ts';

/**
 * Creates, replaces or deletes a document; to be called inside a transaction.
 *
 * @throws ConflictError `store/stale-document` when it is not the version that was read
 */
export async function writeDocument(
  db: Kysely<LedgerTables>,
  { kind, key, version, json, expiresAt }: DocumentWrite,
): Promise<void> {
  const content = json === undefined ? undefined : { json, expires_at: expiresAt ?? null };
  if ((await write()) !== 0n) return;
  throw new ConflictError(
    'store/stale-document',
    `${kind} ${key} was changed since version ${version} of it was read; read again and decide again`,
  );

  async function write(): Promise<bigint | undefined> {
    if (content === undefined) {
      const found = db.deleteFrom('documents').where('kind', '=', kind).where('key', '=', key);
      return (await found.where('version', '=', version).executeTakeFirst()).numDeletedRows;
    }
    if (version === 0) {
      const added = db.insertInto('documents').values({ kind, key, version: 1, ...content });
      const once = added.onConflict((conflict) => conflict.columns(['kind', 'key']).doNothing());
      return (await once.executeTakeFirst()).numInsertedOrUpdatedRows ?? 0n;
    }
    const next = db.updateTable('documents').set({ version: version + 1, ...content });
    const found = next.where('kind', '=', kind).where('key', '=', key);
    return (await found.where('version', '=', version).executeTakeFirst()).numUpdatedRows;
  }
}
