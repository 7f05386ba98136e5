import { type Kysely, sql } from 'kysely';
import { SHARDS } from '../../domain/shards.ts';
import type { LedgerTables } from '../schema.ts';

/** Who leases, and for how long without a renewal. */
export interface Replica {
  readonly id: string;
  readonly leaseMs: number;
}

/** Any number; whoever takes it changes leases, one after the other. */
const LEASES_LOCK = 7_483_646_401;

/**
 * Renews the leases of a replica, gives back what is more than its share, and takes what is free or has expired, all by
 * the database's clock; to be called inside a transaction.
 *
 * @returns its shards, as long as the lease lasts
 */
export async function claimShards(
  db: Kysely<LedgerTables>,
  { id, leaseMs }: Replica,
): Promise<ReadonlySet<number>> {
  await sql`select pg_advisory_xact_lock(${LEASES_LOCK})`.execute(db);
  const clock = await sql<{
    now: number;
  }>`select (extract(epoch from clock_timestamp()) * 1000)::bigint as now`.execute(db);
  const now = clock.rows[0]?.now ?? 0;
  const expires = now + leaseMs;
  await sql`delete from replicas where expires_at <= ${now}`.execute(db);
  await sql`delete from leases where expires_at <= ${now}`.execute(db);
  await sql`insert into replicas (id, expires_at) values (${id}, ${expires})
    on conflict (id) do update set expires_at = excluded.expires_at`.execute(db);
  const count = await sql<{ replicas: number }>`select count(*) as replicas from replicas`.execute(db);
  const share = Math.ceil(SHARDS / (count.rows[0]?.replicas ?? 1));
  await sql`update leases set expires_at = ${expires} where holder = ${id}`.execute(db);
  await sql`delete from leases where shard in
    (select shard from leases where holder = ${id} order by shard offset ${share})`.execute(db);
  await sql`insert into leases (shard, holder, expires_at)
    select shard, ${id}, ${expires}::bigint from generate_series(0, ${SHARDS - 1}::bigint) as shard
    where shard not in (select shard from leases) order by shard
    limit greatest(0, ${share} - (select count(*) from leases where holder = ${id}))`.execute(db);
  const own = await sql<{ shard: number }>`select shard from leases where holder = ${id}`.execute(db);
  return new Set(own.rows.map(({ shard }) => shard));
}

/** Gives all leases of a replica back: another one need not wait for their end. */
export async function releaseShards(db: Kysely<LedgerTables>, { id }: Pick<Replica, 'id'>): Promise<void> {
  await sql`delete from leases where holder = ${id}`.execute(db);
  await sql`delete from replicas where id = ${id}`.execute(db);
}
