import type { Config } from '../config/config.ts';
import type { Store } from '../gate/ports.ts';
import { openSqliteStore } from '../store/sqlite/sqlite-store.ts';
import type { Log } from '../telemetry/log.ts';

/** How a ledger is opened. */
interface OpenOptions {
  /** How long clusters of a replica that fell silent stay its own; by default as in production. */
  readonly leaseMs?: number;
  /** Turns at an SQLite ledger that another thread has open. */
  readonly turns?: SharedArrayBuffer;
}

/** A ledger; another thread can open it, too, and needs its turns where it has any. */
export type OpenedStore = Store & { readonly turns?: SharedArrayBuffer };

/**
 * The ledger that the configuration names.
 *
 * @throws UnavailableError `store/...` when it can't be used
 */
export async function openStore(
  store: Config['gate']['store'],
  log: Pick<Log, 'warn'>,
  { leaseMs, turns }: OpenOptions = {},
): Promise<OpenedStore> {
  if ('sqlite' in store) return openSqliteStore(store.sqlite, turns);
  const { openPostgresStore } = await import('../store/postgres/postgres-store.ts');
  // The error itself holds the connection, and with it the password.
  const onTrouble = ({ message }: Error) =>
    log.warn({ problem: message }, 'trouble with a connection to the ledger; the next query takes another');
  return openPostgresStore(store.postgres, onTrouble, {
    ...(leaseMs !== undefined && { leaseMs }),
    // One thread answers and another one looks, each with a store of its own.
    ...(store.connections !== undefined && { connections: Math.floor(store.connections / 2) }),
  });
}
