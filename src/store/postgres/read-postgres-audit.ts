import { PostgresDialect } from 'kysely';
import { type AuditReader, auditReader } from '../read-audit.ts';
import { createPool } from './connections.ts';
import { nameOf, type PostgresAddress, readAddress } from './postgres-address.ts';
import { translated } from './postgres-errors.ts';

/**
 * The audit log of a PostgreSQL ledger.
 *
 * @throws UnavailableError `store/...`
 */
export function readPostgresAudit(address: PostgresAddress): AuditReader {
  const name = nameOf(readAddress(address));
  // Trouble of a connection is told by the query that it breaks.
  const pool = createPool(address, () => undefined);
  return auditReader(new PostgresDialect({ pool }), (error) => translated(error, name));
}
