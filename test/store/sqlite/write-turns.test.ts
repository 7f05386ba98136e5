import { once } from 'node:events';
import { Worker } from 'node:worker_threads';
import { expect, test } from 'vitest';
import { verifyChain } from '../../../src/gate/audit.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { createWriteTurns } from '../../../src/store/sqlite/write-turns.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { draft, newRun } from '../ledger-data.ts';

const COUNT = 60;

test('two threads that write at once lose nothing, and their entries are one chain', async () => {
  using dir = new TempDir();
  const path = `${dir.path}/ledger.sqlite`;
  const store = await openSqliteStore(path);
  const workerData = { path, turns: store.turns, count: COUNT };
  const thread = new Worker(new URL('committing-thread.ts', import.meta.url), { workerData });
  let isDone = false;
  const done = once(thread, 'message').then(() => {
    isDone = true;
  });
  let own = 0;
  while (!isDone) {
    own += 1;
    await store.commit({ runs: [newRun({ cluster: `own-${own}` })], audit: [draft('noted')] });
  }
  await done;

  expect(await store.runs({})).toHaveLength(COUNT + own);
  const entries = await store.audit(0, 100_000);
  expect(entries).toHaveLength(COUNT + own);
  expect(verifyChain(entries)).toEqual({ ok: true, head: await store.auditHead() });
  await store.close();
});

test('turns come in the order in which they were asked for, and one that fails gives its turn on', async () => {
  const turns = createWriteTurns();
  const others = createWriteTurns(turns.shared);
  const done: string[] = [];
  const first = Promise.withResolvers<void>();
  const all = [
    turns.inTurn(() => first.promise.then(() => done.push('first'))),
    others.inTurn(() => Promise.reject(new Error('refused'))).catch(() => done.push('second')),
    turns.inTurn(async () => done.push('third')),
    others.inTurn(async () => done.push('fourth')),
  ];
  first.resolve();
  await Promise.all(all);

  expect(done).toEqual(['first', 'second', 'third', 'fourth']);
});
