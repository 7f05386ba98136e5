import { spawnSync } from 'node:child_process';
import { chmodSync, mkdirSync, writeFileSync } from 'node:fs';
import { DatabaseSync } from 'node:sqlite';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Store } from '../../../src/gate/ports.ts';
import { openDatabase } from '../../../src/store/sqlite/open-database.ts';
import { openSqliteStore, sqliteStoreOn } from '../../../src/store/sqlite/sqlite-store.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { draft, newRun, written } from '../ledger-data.ts';

let dir: TempDir;
beforeEach(() => {
  dir = new TempDir();
});
afterEach(() => dir[Symbol.dispose]());

const NO_MOUNT = 'mounting a tmpfs needs root with CAP_SYS_ADMIN';
/** More than fit into the disk of 600 kB. */
const MOST_PAGES = 200;

/** Mounts a tmpfs on the test's folder, or mounts it anew with other options. */
function mounted(options: string): boolean {
  return run('mount', '-t', 'tmpfs', '-o', options, 'tidegate-test', dir.path);
}

function run(program: string, ...args: readonly string[]): boolean {
  return spawnSync(program, args).status === 0;
}

const isRoot = process.getuid?.() === 0;
const refusal = (code: string) => ({ name: 'UnavailableError', code });

describe('opening', () => {
  test('a folder that does not exist is named, with what to do', async () => {
    const path = `${dir.path}/nowhere/ledger.sqlite`;

    await expect(openSqliteStore(path)).rejects.toMatchObject({
      ...refusal('store/unwritable'),
      message: expect.stringMatching(/nowhere\/ledger\.sqlite .*the folder must exist and be writable/),
    });
  });

  test('a folder where no file can be made is refused', async () => {
    // Nobody can make files there, root included.
    await expect(openSqliteStore('/proc/ledger.sqlite')).rejects.toMatchObject(refusal('store/unwritable'));
  });

  test.skipIf(isRoot)('a folder without the right to write is refused', async () => {
    const folder = `${dir.path}/closed`;
    mkdirSync(folder);
    chmodSync(folder, 0o555);

    await expect(openSqliteStore(`${folder}/ledger.sqlite`)).rejects.toMatchObject(
      refusal('store/unwritable'),
    );
  });

  test('a folder instead of a file is refused', async () => {
    await expect(openSqliteStore(dir.path)).rejects.toMatchObject(refusal('store/unwritable'));
  });

  test('a file that is no database is refused and left alone', async () => {
    const path = dir.write('notes.txt', 'not a database, '.repeat(1_000));

    await expect(openSqliteStore(path)).rejects.toMatchObject(refusal('store/corrupt'));
  });

  test('a ledger of a newer version is refused', async () => {
    const path = `${dir.path}/ledger.sqlite`;
    await (await openSqliteStore(path)).close();
    const database = new DatabaseSync(path);
    database.exec("insert into kysely_migration (name, timestamp) values ('9999-future', '2099')");
    database.close();

    await expect(openSqliteStore(path)).rejects.toMatchObject({
      ...refusal('store/newer'),
      message: expect.stringContaining('9999-future'),
    });
  });

  test('a start that is broken off by a full disk leaves nothing half made', async () => {
    const path = `${dir.path}/ledger.sqlite`;
    const open = openDatabase(path);
    open.database.exec('pragma max_page_count = 8');
    await expect(sqliteStoreOn(open)).rejects.toMatchObject(refusal('store/full'));

    const store = await openSqliteStore(path);

    await store.commit({ audit: [draft('first')] });
    await store.close();
  });

  test('a ledger on a file system that is mounted read-only is refused', async (context) => {
    if (!mounted('size=4m')) context.skip(NO_MOUNT);
    const path = `${dir.path}/ledger.sqlite`;
    try {
      await (await openSqliteStore(path)).close();
      mounted('remount,ro');

      await expect(openSqliteStore(path)).rejects.toMatchObject(refusal('store/read-only'));
    } finally {
      run('umount', dir.path);
    }
  });

  test('a ledger that was refused can be opened once the reason is gone', async () => {
    const path = dir.write('ledger.sqlite', 'x'.repeat(4_096));
    await expect(openSqliteStore(path)).rejects.toMatchObject(refusal('store/corrupt'));
    writeFileSync(path, '');

    const store = await openSqliteStore(path);

    expect(await store.runs({})).toEqual([]);
    await store.close();
  });
});

describe('writing', () => {
  test('every commit is flushed to the disk before it is acknowledged', () => {
    const { database } = openDatabase(`${dir.path}/ledger.sqlite`);
    const pragma = (name: string) => Object.values(database.prepare(`pragma ${name}`).get() ?? {});

    expect(pragma('journal_mode')).toEqual(['wal']);
    // 2 is FULL: with less, a power cut takes acknowledged verdicts along.
    expect(pragma('synchronous')).toEqual([2]);
    expect(pragma('foreign_keys')).toEqual([1]);
    database.close();
  });

  const big = 'x'.repeat(4_000);

  async function fill(store: Store): Promise<number> {
    for (let number = 1; ; number += 1) {
      try {
        await store.commit({ audit: [draft('fill', { data: { big } })] });
      } catch (error) {
        expect(error).toMatchObject({
          ...refusal('store/full'),
          message: expect.stringContaining('free or add space'),
        });
        return number - 1;
      }
    }
  }

  test('a full disk is told, loses nothing, and is over when there is room', async () => {
    const open = openDatabase(`${dir.path}/ledger.sqlite`);
    const store = await sqliteStoreOn(open);
    open.database.exec('pragma max_page_count = 60');

    const acknowledged = await fill(store);

    expect(acknowledged).toBeGreaterThan(3);
    expect(await store.audit(0, 1_000)).toHaveLength(acknowledged);
    open.database.exec('pragma max_page_count = 1000');
    await store.commit({ audit: [draft('after')] });
    expect(await store.auditHead()).toMatchObject({ seq: acknowledged + 1 });
    await store.close();
  });

  test('when a group of commits meets a full disk, all of them hear of it', async () => {
    const open = openDatabase(`${dir.path}/ledger.sqlite`);
    const store = await sqliteStoreOn(open);
    open.database.exec('pragma max_page_count = 60');
    const large = { audit: [draft('large', { data: { big: big.repeat(100) } })] };

    const results = await Promise.allSettled([
      store.commit({ audit: [draft('small')] }),
      store.commit(large),
      store.commit({ audit: [draft('small')] }),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['rejected', 'rejected', 'rejected']);
    expect(await store.audit(0, 10)).toEqual([]);
    await store.close();
  });

  test('a real full disk ends no process and no acknowledged entry', async (context) => {
    if (!mounted('size=600k')) context.skip(NO_MOUNT);
    try {
      const path = `${dir.path}/ledger.sqlite`;
      const store = await openSqliteStore(path);
      const acknowledged = await fill(store);
      expect(await store.audit(0, 1_000)).toHaveLength(acknowledged);
      // What is left is eaten up, so that not even a page fits behind those that the log has already.
      run('sh', '-c', `cat /dev/zero > ${dir.path}/rest`);
      const probes = async () => {
        for (let i = 0; i < MOST_PAGES; i += 1) await store.probe();
      };
      await expect(probes()).rejects.toMatchObject(refusal('store/full'));
      await store.close();
      const again = await openSqliteStore(path);
      expect(await again.audit(0, 1_000)).toHaveLength(acknowledged);
      await again.close();
    } finally {
      run('umount', dir.path);
    }
  });

  test('a database that became read-only is told as such', async () => {
    const open = openDatabase(`${dir.path}/ledger.sqlite`);
    const store = await sqliteStoreOn(open);
    await store.probe();
    open.database.exec('pragma query_only = on');

    await expect(store.commit({ audit: [draft('x')] })).rejects.toMatchObject(refusal('store/read-only'));
    await expect(store.probe()).rejects.toMatchObject(refusal('store/read-only'));
    await store.close();
  });

  test('a refused change takes no other of its group along', async () => {
    const store = await openSqliteStore(`${dir.path}/ledger.sqlite`);
    const run = newRun();
    await store.commit({ runs: [run] });

    const results = await Promise.allSettled([
      store.commit({ runs: [{ ...written(run), state: 'admitted' }] }),
      store.commit({ runs: [{ ...written(run), state: 'halted' }] }),
      store.commit({ audit: [draft('x')] }),
    ]);

    expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
    expect(await store.run(run.id)).toMatchObject({ state: 'admitted' });
    await store.close();
  });
});
