import { copyFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AuditHead } from '../../src/gate/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { draft, newRun, written } from '../store/ledger-data.ts';
import { startProcess } from '../support/process.ts';
import { TempDir } from '../support/temp-dir.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;
const ENTRIES = 2_500;

let dir: TempDir;
let ledger: string;
let head: AuditHead;

beforeEach(async () => {
  dir = new TempDir();
  ledger = `${dir.path}/ledger.sqlite`;
  const store = await openSqliteStore(ledger);
  const audit = Array.from({ length: ENTRIES }, (_, at) => draft('hold', { data: { at } }));
  await store.commit({ audit, runs: [newRun()] });
  head = await store.auditHead();
  await store.close();
});
afterEach(() => dir[Symbol.dispose]());

async function tidegate(...args: string[]) {
  await using process = await startProcess(globalThis.process.execPath, { args: [CLI, ...args] });
  const { code } = await process.exited;
  return { code, stdout: process.stdout, stderr: process.stderr };
}

const verify = (...args: string[]) => tidegate('audit', 'verify', '--sqlite', ledger, ...args);

/** Does what somebody does who can write to the file. */
function tamper(...statements: string[]): void {
  const database = new DatabaseSync(ledger);
  database.exec('drop trigger audit_is_never_edited; drop trigger audit_is_never_deleted');
  for (const statement of statements) database.exec(statement);
  database.close();
}

describe('audit verify', () => {
  test('says that a log is whole, and where it ends, while the gate runs', async () => {
    const store = await openSqliteStore(ledger);
    const { code, stdout } = await verify();
    await store.close();

    expect(code).toBe(0);
    expect(stdout).toBe(`the audit log is whole: ${ENTRIES} entries, head ${head.seq}:${head.hash}\n`);
  });

  test.each([
    ['an edited entry', ['update audit set data = \'{"at":0}\' where seq = 1200'], 1_200],
    ['an entry in another name', ["update audit set actor = 'nobody' where seq = 7"], 7],
    ['a deleted entry', ['delete from audit where seq = 1500'], 1_500],
    [
      'two entries that changed places',
      [
        'update audit set seq = 9001 where seq = 10',
        'update audit set seq = 10 where seq = 11',
        'update audit set seq = 11 where seq = 9001',
      ],
      10,
    ],
    ['a log whose end is missing', ['delete from audit where seq > 2000'], 2_001],
  ])('finds %s, and where', async (_what, statements, seq) => {
    tamper(...statements);

    const { code, stdout } = await verify('--json');

    expect(code).toBe(1);
    expect(JSON.parse(stdout)).toMatchObject({ ok: false, seq });
  });

  test('a log that was cut short with its head is found by a head that was published', async () => {
    const published = `${head.seq}:${head.hash}`;
    tamper(
      'delete from audit where seq > 2000',
      'update audit_head set seq = 2000, hash = (select hash from audit where seq = 2000)',
    );

    expect((await verify()).code).toBe(0);
    expect(await verify('--head', published)).toMatchObject({
      code: 1,
      stdout: expect.stringContaining('truncated'),
    });
  });

  test.each([
    [['--head', 'latest'], 64, 'a head is its number and its hash'],
    [['--config', 'x.yaml'], 64, 'name one ledger'],
  ])('%j is no call', async (args, code, text) => {
    const answer = await verify(...args);
    expect(answer.code).toBe(code);
    expect(answer.stderr).toContain(text);
  });

  test('a ledger that is not there is named', async () => {
    expect(await tidegate('audit', 'verify', '--sqlite', `${dir.path}/nowhere.sqlite`)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('there is no ledger'),
    });
  });
});

describe('backup and restore', () => {
  test('a copy made while the gate writes is whole, and a gate goes on from it', {
    timeout: 120_000,
  }, async () => {
    const copy = `${dir.path}/copy.sqlite`;
    const store = await openSqliteStore(ledger);
    await store.commit({ audit: [draft('before the copy')] });
    expect((await tidegate('backup', '--sqlite', ledger, '--to', copy)).code).toBe(0);
    await store.commit({ audit: [draft('after the copy')] });
    await store.close();

    expect(await tidegate('audit', 'verify', '--sqlite', copy)).toMatchObject({ code: 0 });
    // The restore: the copy takes the ledger's place.
    const restored = `${dir.path}/restored.sqlite`;
    copyFileSync(copy, restored);
    const again = await openSqliteStore(restored);
    expect((await again.auditHead()).seq).toBe(ENTRIES + 1);
    const [run] = await again.runs({});
    expect(run).toStrictEqual(written(newRun()));
    await again.commit({ audit: [draft('goes on')] });
    await again.close();
    expect(await tidegate('audit', 'verify', '--sqlite', restored)).toMatchObject({ code: 0 });
  });

  test('a file that is there is not overwritten', async () => {
    expect(await tidegate('backup', '--sqlite', ledger, '--to', ledger)).toMatchObject({
      code: 1,
      stderr: expect.stringContaining('is not overwritten'),
    });
  });
});
