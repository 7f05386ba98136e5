import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { EMPTY_LOG, verifyChain } from '../../../src/gate/audit.ts';
import type { AuditHead } from '../../../src/gate/ports.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { draft } from '../ledger-data.ts';

let dir: TempDir;
let path: string;
let published: AuditHead;

beforeEach(async () => {
  dir = new TempDir();
  path = `${dir.path}/ledger.sqlite`;
  const store = await openSqliteStore(path);
  for (const kind of ['admission', 'sync', 'verdict', 'override']) {
    await store.commit({ audit: [draft(kind, { data: { verdict: 'halt' } })] });
  }
  published = await store.auditHead();
  await store.close();
});
afterEach(() => dir[Symbol.dispose]());

/** Somebody with the file in hand. */
function tamper(...statements: string[]): void {
  const database = new DatabaseSync(path);
  try {
    for (const statement of statements) database.exec(statement);
  } finally {
    database.close();
  }
}

const WITHOUT_TRIGGERS = ['drop trigger audit_is_never_edited', 'drop trigger audit_is_never_deleted'];

async function check(head?: AuditHead) {
  const store = await openSqliteStore(path);
  const entries = await store.audit(0, 100);
  await store.close();
  return verifyChain(entries, EMPTY_LOG, head);
}

test.each([
  ["update audit set data = '{}' where seq = 2"],
  ['delete from audit where seq = 4'],
  [
    "insert or replace into audit select seq, at, 'go', actor, run_id, data, previous, hash from audit where seq = 3",
  ],
])('the database itself refuses: %s', (statement) => {
  expect(() => tamper('pragma recursive_triggers = on', statement)).toThrow(/append-only/);
});

test('an untouched log is whole', async () => {
  expect(await check(published)).toEqual({ ok: true, head: published });
});

test.each([
  [`update audit set data = '{"verdict":"go"}' where seq = 3`, 3, /entry 3 was edited/],
  ["update audit set actor = 'somebody else' where seq = 4", 4, /entry 4 was edited/],
  ['update audit set at = at + 1 where seq = 1', 1, /entry 1 was edited/],
  ['delete from audit where seq = 2', 2, /entry 2 is missing/],
  ['update audit set seq = 9 where seq = 4', 4, /entry 4 is missing/],
])('who drops the triggers is found: %s', async (statement, seq, problem) => {
  tamper(...WITHOUT_TRIGGERS, statement);

  expect(await check()).toEqual({ ok: false, seq, problem: expect.stringMatching(problem) });
});

test('a truncated log looks whole by itself and is found by its published head', async () => {
  tamper(...WITHOUT_TRIGGERS, 'delete from audit where seq >= 3');

  expect(await check()).toMatchObject({ ok: true, head: { seq: 2 } });
  expect(await check(published)).toEqual({
    ok: false,
    seq: 3,
    problem: expect.stringMatching(/ends at entry 2, and entry 4 was published/),
  });
});

test('who truncates and writes on leaves a gap', async () => {
  tamper(...WITHOUT_TRIGGERS, 'delete from audit where seq >= 3');
  const store = await openSqliteStore(path);
  await store.commit({ audit: [draft('later')] });
  await store.close();

  expect(await check()).toMatchObject({ ok: false, seq: 3, problem: expect.stringMatching(/missing/) });
});

test('a log that was written anew from its start is found by its published head', async () => {
  tamper(
    ...WITHOUT_TRIGGERS,
    'delete from audit',
    `update audit_head set seq = 0, hash = '${EMPTY_LOG.hash}'`,
  );
  const store = await openSqliteStore(path);
  for (const kind of ['admission', 'sync', 'go', 'nothing', 'more'])
    await store.commit({ audit: [draft(kind)] });
  await store.close();

  expect((await check()).ok).toBe(true);
  expect(await check(published)).toMatchObject({
    ok: false,
    seq: 4,
    problem: expect.stringMatching(/rewritten/),
  });
});
