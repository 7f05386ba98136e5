import pg from 'pg';
import { afterAll, beforeAll, expect, test } from 'vitest';
import { verifyChain } from '../../../src/gate/audit.ts';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { freePort } from '../../support/free-port.ts';
import { throughNetwork } from '../../support/network.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { describeWith } from '../../support/tool.ts';
import { waitFor } from '../../support/wait-for.ts';
import { draft, newRun, written } from '../ledger-data.ts';

const refusal = (code: string) => ({ name: 'UnavailableError', code });
const ignore = () => undefined;

describeWith(['postgres'], 'a ledger in PostgreSQL', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  const open = (url: string) => openPostgresStore({ url }, ignore);

  test('four replicas that start at once on an empty database make its tables once', async () => {
    const url = await postgres.createDatabase();

    const stores = await Promise.all([open(url), open(url), open(url), open(url)]);

    for (const store of stores) await store.commit({ audit: [draft('started')] });
    expect((await stores[0].auditHead()).seq).toBe(4);
    await Promise.all(stores.map((store) => store.close()));
  });

  test('a store with few connections takes no more of them, however many ask at once', async () => {
    const url = await postgres.createDatabase();
    const store = await openPostgresStore({ url }, ignore, { connections: 2 });
    const watcher = new pg.Client({ connectionString: url });
    await watcher.connect();

    await Promise.all(Array.from({ length: 40 }, () => store.runs({})));

    const count = `select count(*)::int as number from pg_stat_activity
      where datname = current_database() and application_name = 'tidegate'`;
    // One that is still being opened counts as soon as it is there.
    await expect.poll(async () => (await watcher.query(count)).rows).toEqual([{ number: 2 }]);
    await watcher.end();
    await store.close();
  });

  test('the log of several writers has no gap, and a run has one winner', async () => {
    const url = await postgres.createDatabase();
    const stores = await Promise.all([open(url), open(url), open(url)]);
    const run = newRun();
    await stores[0].commit({ runs: [run] });

    const results = await Promise.allSettled(
      stores.flatMap((store, replica) =>
        Array.from({ length: 60 }, (_, number) =>
          number === 30
            ? store.commit({ runs: [{ ...written(run), state: 'halted' }], audit: [draft('verdict')] })
            : store.commit({ audit: [draft('entry', { data: { replica, number } })] }),
        ),
      ),
    );

    const entries = await stores[1].audit(0, 1_000);
    expect(results.filter(({ status }) => status === 'rejected')).toHaveLength(2);
    expect(entries).toHaveLength(178);
    expect(entries.filter(({ kind }) => kind === 'verdict')).toHaveLength(1);
    expect(verifyChain(entries)).toEqual({ ok: true, head: await stores[2].auditHead() });
    await Promise.all(stores.map((store) => store.close()));
  });

  test('writers of the same runs in another order do not lock each other out', async () => {
    const url = await postgres.createDatabase();
    const [a, b] = await Promise.all([open(url), open(url)]);
    const runs = Array.from({ length: 40 }, (_, index) => newRun({ cluster: `c${index}` }));
    await a.commit({ runs });
    const soaking = (list: typeof runs, version: number) =>
      list.map((run) => ({ ...run, version, state: 'soaking' as const }));

    for (let round = 1; round <= 5; round += 1) {
      const results = await Promise.allSettled([
        a.commit({ runs: soaking(runs, round) }),
        b.commit({ runs: soaking(runs.toReversed(), round) }),
      ]);
      expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
      expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
        reason: { code: 'store/stale-run' },
      });
    }
    await Promise.all([a.close(), b.close()]);
  });

  test.each([
    ['update audit set actor = $$x$$', /append-only/],
    ['delete from audit', /append-only/],
    ['truncate audit', /append-only/],
  ])('the database itself refuses: %s', async (statement, message) => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    await store.commit({ audit: [draft('a')] });
    await store.close();

    await expect(postgres.run(url, statement)).rejects.toThrow(message);
  });

  test('a ledger of a newer version is refused', async () => {
    const url = await postgres.createDatabase();
    await (await open(url)).close();
    await postgres.run(url, `insert into kysely_migration (name, timestamp) values ('9999-future', '2099')`);

    await expect(open(url)).rejects.toMatchObject({
      ...refusal('store/newer'),
      message: expect.stringContaining('9999-future'),
    });
  });

  test('a server that is not there, a database that is not there, and a user whom it does not know are told apart', async () => {
    const url = await postgres.createDatabase();
    const nowhere = `postgres://gate:hunter2@127.0.0.1:${await freePort()}/gate`;

    await expect(open(nowhere)).rejects.toMatchObject(refusal('store/unreachable'));
    await expect(open(url.replace(/[^/]+$/, 'nothing'))).rejects.toMatchObject(refusal('store/missing'));
    await expect(open(url.replace('//postgres@', '//nobody:hunter2@'))).rejects.toMatchObject(
      refusal('store/refused'),
    );
  });

  test('no error holds the password', async () => {
    const nowhere = `postgres://gate:hunter2@127.0.0.1:${await freePort()}/gate`;

    const error = await open(nowhere).catch((each: unknown) => each);

    expect(error).toMatchObject({ message: expect.stringContaining('/gate can') });
    expect(`${error} ${JSON.stringify(error)} ${String((error as Error).stack)}`).not.toContain('hunter2');
  });

  test('the address is read anew for every connection, and one that vanishes is told', async () => {
    using dir = new TempDir();
    const first = await postgres.createDatabase();
    const urlFile = dir.write('url', `${first}\n`);
    const told: string[] = [];
    const store = await openPostgresStore({ urlFile }, ({ message }) => told.push(message));
    const other = await postgres.createDatabase();
    await (await open(other)).close();
    await store.commit({ audit: [draft('here')] });

    dir.write('url', other);
    await postgres.run(first, CUT);
    await waitFor(
      'a new connection goes to the other database',
      async () => (await store.auditHead()).seq === 0,
    );
    dir.write('url', 'nonsense');
    await postgres.run(other, CUT);
    await waitFor(
      'it is told',
      async () => (await store.auditHead()) && told.some((each) => /no address/.test(each)),
    );
    expect(await store.auditHead()).toMatchObject({ seq: 0 });
    await store.close();
  });

  test('connections that are cut cost one answer at most, and nothing that was acknowledged', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const acknowledged: number[] = [];
    for (let number = 1; number <= 60; number += 1) {
      if (number % 20 === 0) await postgres.run(url, CUT);
      await store.commit({ audit: [draft('entry', { data: { number } })] }).then(
        () => acknowledged.push(number),
        (error: unknown) => expect(error).toMatchObject(refusal('store/unreachable')),
      );
    }

    const entries = await store.audit(0, 1_000);
    const numbers = entries.map(({ data }) => data['number']);
    expect(acknowledged.length).toBeGreaterThanOrEqual(57);
    expect(numbers).toEqual(expect.arrayContaining(acknowledged));
    expect(new Set(numbers).size).toBe(numbers.length);
    expect(verifyChain(entries).ok).toBe(true);
    await store.close();
  });

  test('a server that crashes and comes back has all that was acknowledged', async () => {
    await using own = await startPostgres();
    const url = await own.createDatabase();
    const store = await open(url);
    await store.commit({ audit: [draft('before')] });

    await own.stop('immediate');
    await expect(store.commit({ audit: [draft('lost')] })).rejects.toMatchObject(
      refusal('store/unreachable'),
    );
    await expect(store.probe()).rejects.toMatchObject(refusal('store/unreachable'));
    await own.start();
    await waitFor('it takes commits', () => store.commit({ audit: [draft('after')] }));

    expect((await store.audit(0, 10)).map(({ kind }) => kind)).toEqual(['before', 'after']);
    await store.close();
  });

  test('a database that became read-only is told as such', async () => {
    const url = await postgres.createDatabase();
    const store = await open(url);
    const name = new URL(url).pathname.slice(1);
    await postgres.run(url, `alter database ${name} set default_transaction_read_only = on`, CUT);

    await waitFor('it is read-only', async () => {
      const error = await store.probe().catch((each: unknown) => each);
      return error instanceof Error && 'code' in error && error.code === 'store/read-only';
    });
    await expect(store.commit({ audit: [draft('x')] })).rejects.toMatchObject(refusal('store/read-only'));
    await store.close();
  });

  test('a network that swallows packets costs the time of one answer, and the next query takes another way', async () => {
    const url = await postgres.createDatabase();
    await using network = await throughNetwork(postgres.port);
    const through = url.replace(String(postgres.port), String(network.port));
    const store = await open(`${through}?query_timeout=300`);
    await store.commit({ audit: [draft('before')] });

    network.swallow();
    await expect(store.auditHead()).rejects.toMatchObject(refusal('store/unreachable'));

    expect(await store.auditHead()).toMatchObject({ seq: 1 });
    await store.close();
  });

  test('a lock that somebody else holds is told as slowness', async () => {
    const url = await postgres.createDatabase();
    const store = await open(`${url}?lock_timeout=50`);
    const holder = new pg.Client({ connectionString: url });
    await holder.connect();
    await holder.query('begin; lock table audit_head in exclusive mode');

    await expect(store.commit({ audit: [draft('x')] })).rejects.toMatchObject(refusal('store/slow'));
    await holder.end();
    await store.commit({ audit: [draft('y')] });
    await store.close();
  });
});

/** Cuts every other connection to the database. */
const CUT =
  'select pg_terminate_backend(pid) from pg_stat_activity where datname = current_database() and pid <> pg_backend_pid()';
