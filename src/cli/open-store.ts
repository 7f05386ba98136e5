import type { Config } from '../config/config.ts';
import type { Store } from '../gate/ports.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Log } from '../telemetry/log.ts';

/**
 * The ledger that the configuration names.
 *
 * @throws UnavailableError `store/...` when it can't be used
 */
export async function openStore(
  store: Config['gate']['store'],
  log: Pick<Log, 'warn'>,
  leaseMs?: number,
): Promise<Store> {
  if ('sqlite' in store) return openSqliteStore(store.sqlite);
  const { openPostgresStore } = await import('../store/postgres/postgres-store.ts');
  // The error itself holds the connection, and with it the password.
  const onTrouble = ({ message }: Error) =>
    log.warn({ problem: message }, 'trouble with a connection to the ledger; the next query takes another');
  return openPostgresStore(store.postgres, onTrouble, leaseMs);
}
