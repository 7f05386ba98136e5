import { existsSync, symlinkSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { fileURLToPath } from 'node:url';
import { afterEach, beforeEach, expect, test } from 'vitest';
import { verifyChain } from '../../../src/gate/audit.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { startProcess } from '../../support/process.ts';
import { TempDir } from '../../support/temp-dir.ts';

const PROGRAM = fileURLToPath(new URL('committing-process.ts', import.meta.url));
const OPEN = { line: /^open$/ };

let dir: TempDir;
let path: string;
beforeEach(() => {
  dir = new TempDir();
  path = `${dir.path}/ledger.sqlite`;
});
afterEach(() => dir[Symbol.dispose]());

const start = (mode: string) => startProcess(process.execPath, { args: [PROGRAM, path, mode], ready: OPEN });

test.each([5, 40, 120])('kill -9 after %i acknowledged commits loses none of them', async (count) => {
  await using writer = await start('write');
  const acknowledged = () => writer.stdout.match(/(?<=^acknowledged )\w+(?=\n)/gm) ?? [];
  for (let from = 0; acknowledged().length < count; from = writer.output.length) {
    await writer.waitForLine(/^acknowledged/, { from });
  }
  await writer.kill9();
  const ids = acknowledged();

  const store = await openSqliteStore(path);

  for (const id of ids) {
    expect(await store.run(id), id).toMatchObject({ id, state: 'asked' });
    expect(await store.minutes(id), id).toHaveLength(1);
  }
  const runs = await store.runs({});
  const entries = await store.audit(0, 10_000);
  expect(entries.map(({ runId }) => runId).toReversed()).toEqual(runs.map(({ id }) => id));
  expect(verifyChain(entries)).toEqual({ ok: true, head: await store.auditHead() });
  await store.close();
});

test('a second process on the same ledger is refused and told who has it', async () => {
  await using holder = await start('hold');

  const second = openSqliteStore(path);

  await expect(second).rejects.toMatchObject({
    name: 'UnavailableError',
    code: 'store/locked',
    message: expect.stringContaining(`process ${holder.pid} on `),
  });
});

test('a ledger that a gate holds can be read by others, and not through another name of it', async () => {
  await using writer = await start('write');
  await writer.waitForLine(/^acknowledged/);
  const reader = new DatabaseSync(path, { readOnly: true });
  expect(reader.prepare('select count(*) as runs from runs').get()?.['runs']).toBeGreaterThan(0);
  reader.close();
  symlinkSync(path, `${dir.path}/other.sqlite`);

  await expect(openSqliteStore(`${dir.path}/other.sqlite`)).rejects.toMatchObject({ code: 'store/locked' });
});

test('a lock dies with its holder, however it dies', async () => {
  await using holder = await start('hold');
  await holder.kill9();

  const store = await openSqliteStore(path);

  expect(await store.runs({})).toEqual([]);
  await store.close();
});

test('a file that names a holder is no lock', async () => {
  writeFileSync(`${path}.pid`, '1 elsewhere\n');

  const store = await openSqliteStore(path);
  await store.close();

  expect(existsSync(`${path}.pid`)).toBe(false);
});

test('a ledger that is held by somebody unknown is refused all the same', async () => {
  await using _holder = await start('hold');
  writeFileSync(`${path}.pid`, '');

  await expect(openSqliteStore(path)).rejects.toMatchObject({
    code: 'store/locked',
    message: expect.stringContaining('another process'),
  });
});
