import { afterAll, beforeAll, expect, test } from 'vitest';
import { SHARDS } from '../../../src/domain/shards.ts';
import { openPostgresStore } from '../../../src/store/postgres/postgres-store.ts';
import { type Postgres, startPostgres } from '../../support/postgres.ts';
import { describeWith } from '../../support/tool.ts';
import { waitFor } from '../../support/wait-for.ts';

const LONG_MS = 60_000;

describeWith(['postgres'], 'shards of clusters', () => {
  let postgres: Postgres;
  beforeAll(async () => {
    postgres = await startPostgres();
  });
  afterAll(() => postgres[Symbol.asyncDispose]());

  const replicaOf = async (url: string, leaseMs: number) => {
    const store = await openPostgresStore(
      { url },
      (error) => {
        throw error;
      },
      { leaseMs },
    );
    return {
      claim: async () => [...((await store.claimShards()) as ReadonlySet<number>)],
      [Symbol.asyncDispose]: () => store.close(),
    };
  };

  test('one replica has all; those that join get an equal share of what the others give back, and each shard has one', async () => {
    const url = await postgres.createDatabase();
    await using a = await replicaOf(url, LONG_MS);
    await using b = await replicaOf(url, LONG_MS);
    await using c = await replicaOf(url, LONG_MS);
    expect(await a.claim()).toHaveLength(SHARDS);
    // Nothing is taken away from who holds it: b waits until a renews.
    expect(await b.claim()).toEqual([]);
    expect(await c.claim()).toEqual([]);

    await Promise.all([a.claim(), b.claim(), c.claim()]);
    const shares = [await a.claim(), await b.claim(), await c.claim()];

    expect(shares.flat().toSorted((x, y) => x - y)).toEqual(Array.from({ length: SHARDS }, (_, at) => at));
    expect(shares.map(({ length }) => length).toSorted()).toEqual([20, 22, 22]);
  });

  test('shards of a replica that ends are free at once', async () => {
    const url = await postgres.createDatabase();
    await using a = await replicaOf(url, LONG_MS);
    await a.claim();
    await using b = await replicaOf(url, LONG_MS);
    expect(await b.claim()).toEqual([]);

    await a[Symbol.asyncDispose]();

    expect(await b.claim()).toHaveLength(SHARDS);
  });

  test('shards of a replica that says nothing any more are taken over when its lease is over, and not before', async () => {
    const url = await postgres.createDatabase();
    await using silent = await replicaOf(url, 1_500);
    await silent.claim();
    await using b = await replicaOf(url, 1_500);
    expect(await b.claim()).toEqual([]);

    await waitFor('b has every shard', async () => (await b.claim()).length === SHARDS, {
      timeoutMs: 10_000,
    });

    expect(await silent.claim()).toEqual([]);
  });
});
