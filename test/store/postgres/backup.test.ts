import { writeFileSync } from 'node:fs';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyLog } from '../../../src/gate/verify-log.ts';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { readPostgresAudit } from '../../../src/store/postgres/read-postgres-audit.ts';
import { type Postgres, postgresProgram, startPostgres } from '../../support/postgres.ts';
import { startProcess } from '../../support/process.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { describeWith } from '../../support/tool.ts';
import { draft, newRun, written } from '../ledger-data.ts';

const CLI = new URL('../../../src/cli/cli.ts', import.meta.url).pathname;

describeWith(['postgres'], 'a PostgreSQL ledger', () => {
  let postgres: Postgres;
  const dir = new TempDir();
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(async () => {
    await postgres[Symbol.asyncDispose]();
    dir[Symbol.dispose]();
  });

  test('is dumped while the gate writes, restored, and goes on with an unbroken log', async () => {
    const url = await filled();
    const dump = `${dir.path}/ledger.dump`;
    await program('pg_dump', '--format=custom', `--file=${dump}`, url);
    const other = await postgres.createDatabase();
    await program('pg_restore', '--no-owner', `--dbname=${other}`, dump);

    const store = await openPostgresStore({ url: other }, failed);
    expect(await store.runs({})).toStrictEqual([written(newRun())]);
    await store.commit({ audit: [draft('goes on')] });
    await store.close();
    expect(await verified(other)).toMatchObject({ ok: true, head: { seq: 1_501 } });
  });

  test('an edited log is found by the command, which never prints the password', async () => {
    const url = await filled();
    await postgres.run(
      url,
      'alter table audit disable trigger all',
      `update audit set actor = 'nobody' where seq = 700`,
    );
    const file = `${dir.path}/address`;
    writeFileSync(file, url.replace('postgres@', 'postgres:secret@'));

    await using process = await startProcess(globalThis.process.execPath, {
      args: [CLI, 'audit', 'verify', '--postgres-url-file', file, '--json'],
    });

    expect((await process.exited).code).toBe(1);
    expect(JSON.parse(process.stdout)).toMatchObject({ ok: false, seq: 700 });
    expect(process.output).not.toContain('secret');
  });

  async function filled(): Promise<string> {
    const url = await postgres.createDatabase();
    const store = await openPostgresStore({ url }, failed);
    await store.commit({ runs: [newRun()], audit: Array.from({ length: 1_500 }, () => draft('hold')) });
    await store.close();
    return url;
  }
});

async function verified(url: string) {
  const log = readPostgresAudit({ url });
  try {
    return await verifyLog(log, []);
  } finally {
    await log.close();
  }
}

async function program(name: string, ...args: string[]): Promise<void> {
  await using process = await startProcess(postgresProgram(name), { args });
  const { code } = await process.exited;
  expect([name, code, process.stderr]).toEqual([name, 0, '']);
}

function failed(error: unknown): never {
  throw error;
}
