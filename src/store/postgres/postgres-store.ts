import { randomUUID } from 'node:crypto';
import { PostgresDialect, sql } from 'kysely';
import type { Store } from '../../gate/ports.ts';
import type { LedgerDialect } from '../dialect.ts';
import { openLedger } from '../ledger-store.ts';
import { claimShards, releaseShards } from './claim-shards.ts';
import { createPool } from './connections.ts';
import { nameOf, type PostgresAddress, readAddress } from './postgres-address.ts';
import { mayRetry, translated } from './postgres-errors.ts';

/** Three times the interval of looks, each of which renews. */
const LEASE_MS = 45_000;

/** How a replica goes about with the database. */
export interface ReplicaOptions {
  /** How long shards of a replica that says nothing stay its own; by default three looks. */
  readonly leaseMs?: number;
  /** Of this store at most; by default 8. */
  readonly connections?: number;
}

/**
 * The ledger of several replicas, in a PostgreSQL database of their own.
 *
 * @param onTrouble told of connections that were cut, and of an address that can't be read any more
 * @throws UnavailableError `store/unreachable`, `store/refused`, `store/missing`, `store/forbidden`, `store/newer` ...
 */
export async function openPostgresStore(
  address: PostgresAddress,
  onTrouble: (error: Error) => void,
  { leaseMs = LEASE_MS, connections }: ReplicaOptions = {},
): Promise<Store> {
  const name = nameOf(readAddress(address));
  const pool = createPool(address, (error) => onTrouble(translated(error, name)), connections);
  const { db, store, guarded, close } = await openLedger(dialectOf(pool, name));
  const replica = { id: randomUUID(), leaseMs };
  let closing: Promise<void> | undefined;
  const end = async () => {
    // Where the server is away, the leases end by themselves.
    await releaseShards(db, replica).catch((error) => onTrouble(translated(error, name)));
    await close();
  };
  return {
    ...store,
    claimShards: () => guarded(() => db.transaction().execute((tx) => claimShards(tx, replica))),
    probe: async () => void (await guarded(() => sql`update probe set number = number + 1`.execute(db))),
    close: () => {
      closing ??= end();
      return closing;
    },
  };
}

function dialectOf(pool: ReturnType<typeof createPool>, name: string): LedgerDialect {
  return {
    dialect: new PostgresDialect({ pool }),
    name,
    isShared: true,
    inTurn: (write) => write(),
    translated: (error) => translated(error, name),
    mayRetry,
    types: {
      int: 'bigint',
      bytes: 'bytea',
      key: 'text collate "C"',
      serial: 'bigint generated always as identity',
      table: '',
      tableByKey: '',
      numberIn: (column, key) => `(${column}::jsonb ->> '${key}')::bigint`,
      own: [
        'create table probe (number bigint not null)',
        'insert into probe (number) values (0)',
        `create table replicas (id text primary key, expires_at bigint not null)`,
        `create table leases (shard bigint primary key, holder text not null, expires_at bigint not null)`,
      ],
      appendOnly: [
        `create function audit_is_append_only() returns trigger language plpgsql as
          $$ begin raise exception 'the audit log is append-only: its entries are never edited or deleted'; end $$`,
        `create trigger audit_is_never_edited before update or delete on audit
          for each row execute function audit_is_append_only()`,
        `create trigger audit_is_never_emptied before truncate on audit
          for each statement execute function audit_is_append_only()`,
      ],
    },
  };
}
