import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { EMPTY_LOG } from '../../gate/audit.ts';

/** Every change of the schema, in order of their names; one that was released is never edited. */
export const MIGRATIONS: Readonly<Record<string, Migration>> = {
  '0001-ledger': { up: createLedger },
  '0002-documents': { up: createDocuments },
};

const TABLES = [
  `create table runs (
    seq integer primary key,
    id text not null unique,
    app text not null,
    cluster text not null,
    digest text not null,
    attempt integer not null,
    state text not null,
    reason text,
    open integer not null check (open in (0, 1)),
    applied integer not null check (applied in (0, 1)),
    version integer not null,
    json text not null,
    unique (app, cluster, digest, attempt)
  ) strict`,
  // Two replicas that open runs of two digests at once: one of them is refused.
  'create unique index runs_one_open on runs (app, cluster) where open = 1',
  'create index runs_by_place on runs (app, cluster, seq)',
  'create index runs_by_cluster on runs (cluster, seq)',
  'create index runs_by_state on runs (state, reason)',
  `create table minutes (
    run_id text not null references runs (id),
    minute integer not null,
    json text not null,
    primary key (run_id, minute)
  ) strict, without rowid`,
  `create table openings (
    run_id text primary key references runs (id),
    last_minute integer not null,
    deflated blob not null
  ) strict`,
  'create table looks (run_id text primary key references runs (id), json text not null) strict',
  `create table audit (
    seq integer primary key,
    at integer not null,
    kind text not null,
    actor text not null,
    run_id text references runs (id),
    data text not null,
    previous text not null,
    hash text not null
  ) strict`,
  'create index audit_by_run on audit (run_id, seq)',
  `create trigger audit_is_never_edited before update on audit
    begin select raise(abort, 'the audit log is append-only: its entries are never edited'); end`,
  `create trigger audit_is_never_deleted before delete on audit
    begin select raise(abort, 'the audit log is append-only: its entries are never deleted'); end`,
  `create table audit_head (
    id integer primary key check (id = 1),
    seq integer not null,
    hash text not null
  ) strict`,
];

const DOCUMENTS = `create table documents (
    kind text not null,
    key text not null,
    version integer not null,
    json text not null,
    primary key (kind, key)
  ) strict, without rowid`;

async function createLedger(db: Kysely<unknown>): Promise<void> {
  for (const statement of TABLES) await sql.raw(statement).execute(db);
  await sql`insert into audit_head (id, seq, hash) values (1, ${EMPTY_LOG.seq}, ${EMPTY_LOG.hash})`.execute(
    db,
  );
}

async function createDocuments(db: Kysely<unknown>): Promise<void> {
  await sql.raw(DOCUMENTS).execute(db);
}
