import { existsSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { NotFoundError } from '../../domain/errors.ts';
import { type AuditReader, auditReader } from '../read-audit.ts';
import { nodeSqliteDialect } from './node-sqlite-dialect.ts';
import { translated } from './sqlite-errors.ts';

/**
 * The audit log of an SQLite ledger, or of a copy of one.
 *
 * @throws NotFoundError `store/missing`, UnavailableError `store/...`
 */
export function readSqliteAudit(path: string): AuditReader {
  if (!existsSync(path)) {
    throw new NotFoundError(
      'store/missing',
      `there is no ledger ${path}; name the file that gate.store.sqlite names`,
    );
  }
  try {
    const database = new DatabaseSync(path, { readOnly: true });
    return auditReader(nodeSqliteDialect(database), (error) => translated(error, path));
  } catch (error) {
    throw translated(error, path);
  }
}
