import { type Kysely, sql } from 'kysely';
import type { Migration } from 'kysely/migration';
import { EMPTY_LOG } from '../gate/audit.ts';

/** How a database spells what the tables are made of. */
export interface ColumnTypes {
  /** Whole numbers of 64 bits. */
  readonly int: string;
  readonly bytes: string;
  /** Text that is ordered by its bytes. */
  readonly key: string;
  /** A number that the database counts up. */
  readonly serial: string;
  /** Behind the columns of a table, and of one that is found by its primary key alone. */
  readonly table: string;
  readonly tableByKey: string;
  /** A number out of JSON text. */
  numberIn(column: string, key: string): string;
  /** After these statements the database itself refuses to edit and delete entries of the log. */
  readonly appendOnly: readonly string[];
  /** Tables that this database alone needs. */
  readonly own: readonly string[];
}

/** Every change of the schema, in order of their names; one that was released is never edited. */
export function migrations(types: ColumnTypes): Readonly<Record<string, Migration>> {
  return {
    '0001-ledger': {
      up: async (db) => {
        await run(db, [...ledger(types), ...types.appendOnly, ...types.own]);
        const { seq, hash } = EMPTY_LOG;
        await sql`insert into audit_head (id, seq, hash) values (1, ${seq}, ${hash})`.execute(db);
      },
    },
    '0002-documents': { up: (db) => run(db, documents(types)) },
    '0003-retention': { up: (db) => run(db, retention(types)) },
  };
}

async function run(db: Kysely<unknown>, statements: readonly string[]): Promise<void> {
  for (const statement of statements) await sql.raw(statement).execute(db);
}

function ledger({ int, bytes, serial, table, tableByKey }: ColumnTypes): readonly string[] {
  return [
    `create table runs (
      seq ${serial} primary key,
      id text not null unique,
      app text not null,
      cluster text not null,
      digest text not null,
      attempt ${int} not null,
      state text not null,
      reason text,
      open ${int} not null check (open in (0, 1)),
      applied ${int} not null check (applied in (0, 1)),
      version ${int} not null,
      json text not null,
      unique (app, cluster, digest, attempt)
    ) ${table}`,
    // Two replicas that open runs of two digests at once: one of them is refused.
    'create unique index runs_one_open on runs (app, cluster) where open = 1',
    'create index runs_by_place on runs (app, cluster, seq)',
    'create index runs_by_cluster on runs (cluster, seq)',
    'create index runs_by_state on runs (state, reason)',
    `create table minutes (
      run_id text not null references runs (id),
      minute ${int} not null,
      json text not null,
      primary key (run_id, minute)
    ) ${tableByKey}`,
    `create table openings (
      run_id text primary key references runs (id),
      last_minute ${int} not null,
      deflated ${bytes} not null
    ) ${table}`,
    `create table looks (run_id text primary key references runs (id), json text not null) ${table}`,
    `create table audit (
      seq ${int} primary key,
      at ${int} not null,
      kind text not null,
      actor text not null,
      run_id text references runs (id),
      data text not null,
      previous text not null,
      hash text not null
    ) ${table}`,
    'create index audit_by_run on audit (run_id, seq)',
    `create table audit_head (
      id ${int} primary key check (id = 1),
      seq ${int} not null,
      hash text not null
    ) ${table}`,
  ];
}

function documents({ int, key, tableByKey }: ColumnTypes): readonly string[] {
  return [
    `create table documents (
      kind text not null,
      key ${key} not null,
      version ${int} not null,
      json text not null,
      primary key (kind, key)
    ) ${tableByKey}`,
  ];
}

function retention({ int, numberIn }: ColumnTypes): readonly string[] {
  return [
    `alter table runs add column decided_at ${int}`,
    `alter table runs add column evidence_retired_at ${int}`,
    `update runs set decided_at = ${numberIn('json', 'decidedAt')}`,
    'create index runs_to_retire on runs (decided_at) where evidence_retired_at is null',
    `alter table documents add column expires_at ${int}`,
    'create index documents_to_retire on documents (expires_at) where expires_at is not null',
  ];
}
