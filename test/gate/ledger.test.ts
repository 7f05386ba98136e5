import { expect, test } from 'vitest';
import { ConflictError } from '../../src/domain/errors.ts';
import { createLedger, decideAgain } from '../../src/gate/ledger.ts';
import type { LedgerRun } from '../../src/gate/ports.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { draft, newRun, written } from '../store/ledger-data.ts';

/** A ledger that tells what it told. */
async function told() {
  const store = await openSqliteStore(':memory:');
  const heard: string[] = [];
  const holds = new Map<string, unknown>();
  const silent = () => undefined;
  const ledger = createLedger({
    store,
    holds,
    watch: { changed: () => heard.push('waiting'), next: () => Promise.resolve() },
    cache: {
      get: async () => undefined,
      read: async () => undefined,
      kept: () => undefined,
      opening: async () => undefined,
      lastMinute: async () => undefined,
      drop: () => heard.push('dropped'),
      keepOnly: () => undefined,
    },
    log: { info: (_fields, message) => heard.push(message), warn: silent, error: silent },
    metrics: {
      answered: silent,
      looked: silent,
      held: () => undefined,
      blind: silent,
      changed: ({ state }, from) => heard.push(`${from ?? 'new'} to ${state}`),
      auditHead: ({ seq }) => heard.push(`head ${seq}`),
    },
  });
  return { ledger, store, heard, holds };
}

test('what is written is told to all who care, once it is durable', async () => {
  const { ledger, store, heard, holds } = await told();
  const asked: LedgerRun = { ...newRun(), reasons: [{ code: 'data/unknown', text: '503' }] };
  holds.set(asked.id, {});

  await ledger.write([{ after: asked }], { audit: [draft('hold', { runId: asked.id })] });
  expect(heard.splice(0)).toEqual(['audited', 'head 1', 'new to asked', 'waiting']);
  expect(holds.has(asked.id)).toBe(true);

  const before = written(asked);
  const [admitted] = await ledger.write([{ before, after: { ...before, state: 'admitted' } }], {});
  expect(heard.splice(0)).toEqual(['asked to admitted', 'waiting']);
  expect(holds.has(asked.id), 'a hold is over').toBe(false);

  if (!admitted) throw new Error('nothing was written');
  const [same] = await ledger.write([{ before: admitted, after: { ...admitted, blindMs: 5 } }], {});
  expect(heard.splice(0), 'nothing that anybody waits for').toEqual([]);

  if (!same) throw new Error('nothing was written');
  await ledger.write([{ before: same, after: { ...same, state: 'halted' } }], {});
  expect(heard.splice(0)).toEqual(['dropped', 'admitted to halted', 'waiting']);
  expect(await store.run(asked.id)).toMatchObject({ state: 'halted', version: 4, blindMs: 5 });
  await store.close();
});

test('what is refused is told to nobody', async () => {
  const { ledger, store, heard } = await told();
  await ledger.write([{ after: newRun() }], {});
  heard.length = 0;

  const again = ledger.write([{ after: newRun() }], { audit: [draft('hold')] });

  await expect(again).rejects.toMatchObject({ code: 'store/stale-run' });
  expect(heard).toEqual([]);
  await store.close();
});

test('a decision that was overtaken is made anew, but not for ever', async () => {
  const stale = new ConflictError('store/stale-run', 'changed');
  let tries = 0;
  const thirdTime = decideAgain('it', async () => {
    tries += 1;
    if (tries < 3) throw stale;
    return tries;
  });
  expect(await thirdTime).toBe(3);

  await expect(decideAgain('it', () => Promise.reject(stale))).rejects.toMatchObject({
    name: 'UnavailableError',
    code: 'run/contended',
    cause: stale,
  });
  const other = new ConflictError('run/digest-mismatch', 'no');
  await expect(decideAgain('it', () => Promise.reject(other))).rejects.toBe(other);
});
