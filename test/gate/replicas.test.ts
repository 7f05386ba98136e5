import { afterEach, beforeEach, expect, test } from 'vitest';
import { type OwnShards, shardOf } from '../../src/domain/shards.ts';
import type { Store } from '../../src/gate/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { World } from './support/world.ts';

// Two gates with one ledger; which clusters each looks at is what the test says.

const NONE: OwnShards = new Set();
const MINUTE_MS = 60_000;

let store: Store;
const own: { a: OwnShards; b: OwnShards } = { a: 'all', b: NONE };
let a: World;
let b: World;
beforeEach(async () => {
  store = await openSqliteStore(':memory:');
  own.a = 'all';
  own.b = NONE;
  a = await World.open({ store: { ...store, claimShards: async () => own.a } });
  b = await World.open({ store: { ...store, claimShards: async () => own.b } });
});
afterEach(() => store.close());

/** Time passes for both, in quarters of a minute. */
async function pass(minutes: number): Promise<void> {
  for (let quarter = 0; quarter < minutes * 4; quarter += 1) {
    await a.pass(0.25);
    await b.pass(0.25);
  }
}

/** A run that soaks, with both clocks at the same time. */
async function soak(cluster: string): Promise<string> {
  const { id } = await a.soak({ cluster });
  b.clock.advance(a.clock.now() - b.clock.now());
  return id;
}

test('a replica looks at the clusters of its shards and at no others', async () => {
  await soak('a-1');
  await soak('b-1');
  own.a = new Set([shardOf('a-1')]);
  own.b = new Set([shardOf('b-1')]);
  for (const { sources } of [a, b]) {
    sources.a.asked.length = 0;
    sources.b.asked.length = 0;
  }

  await pass(1);

  expect([a.sources.a.asked.length > 0, a.sources.b.asked.length > 0]).toEqual([true, false]);
  expect([b.sources.a.asked.length > 0, b.sources.b.asked.length > 0]).toEqual([false, true]);
});

test('a soak that goes from one replica to another and back ends as it would have, minute by minute', async () => {
  const id = await soak('a-1');
  const { settledAt } = await a.run(id);
  await pass(1);
  [own.a, own.b] = [NONE, 'all'];
  await pass(2);
  [own.a, own.b] = ['all', NONE];
  await pass(4);

  const moved = await a.run(id);
  await using still = await World.open();
  const { id: undisturbed } = await still.soak({ cluster: 'a-1' });
  await still.pass(7);
  const expected = await still.run(undisturbed);
  expect(moved).toEqual(expected);
  expect(moved).toMatchObject({ state: 'go', settledAt });
  expect(await store.minutes(id)).toEqual(await still.store.minutes(undisturbed));
  expect(await a.audited(id)).toEqual(await still.audited(undisturbed));
});

test('two replicas that both believe in their lease write each minute and each verdict once', async () => {
  const id = await soak('a-1');
  own.b = 'all';

  for (let quarter = 0; quarter < 28; quarter += 1) await Promise.all([a.pass(0.25), b.pass(0.25)]);

  expect(await a.run(id)).toMatchObject({ state: 'go' });
  expect((await a.audited(id)).filter((kind) => kind === 'verdict')).toHaveLength(1);
  const minutes = (await store.minutes(id)).map(({ minute }) => minute);
  expect(minutes).toEqual(minutes.map((_, at) => (minutes[0] ?? 0) + at * MINUTE_MS));
  expect([...a.logged, ...b.logged].filter(({ level }) => level === 'error')).toEqual([]);
});

test('who is told of an alert looks at once, whoever looks after the cluster', async () => {
  const id = await soak('a-1');
  const stopping = new AbortController();
  b.sources.a.asked.length = 0;
  expect(b.gate.nudge(['a-1'])).toEqual(['a-1']);
  const looking = b.gate.start(stopping.signal);
  b.clock.advance(1_000);

  await expect.poll(() => b.sources.a.asked.some(({ clusters }) => clusters.includes('a-1'))).toBe(true);

  stopping.abort();
  await looking;
  expect((await b.run(id)).state).toBe('soaking');
});
