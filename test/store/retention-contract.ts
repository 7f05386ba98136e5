import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../src/gate/audit.ts';
import type { LedgerRun, Retirement, Store } from '../../src/gate/ports.ts';
import type { TestLedger } from './contract.ts';
import { draft, newRun, written } from './ledger-data.ts';

/** What every store promises about what is old; run for each adapter. */
export function retentionContract(name: string, create: () => Promise<TestLedger>): void {
  describe(`${name} deletes what is old`, () => {
    let ledger: TestLedger;
    let store: Store;
    beforeEach(async () => {
      ledger = await create();
      store = ledger.store;
    });
    afterEach(() => ledger.dispose());

    const ORDER: Retirement = {
      now: 90_000,
      decidedBefore: 10_000,
      expiredBefore: 10_000,
      kindsByRun: ['probe'],
      limit: 10,
    };

    /** A run with everything that belongs to it. */
    async function judged(digest: string, more: Partial<LedgerRun>): Promise<LedgerRun> {
      const run = { ...newRun({ digest }), ...more };
      await store.commit({
        runs: [run],
        audit: [draft('verdict', { runId: run.id })],
        opening: { runId: run.id, lastMinute: 60_000, json: '{}' },
        minutes: { runId: run.id, rows: [{ minute: 120_000, json: '{}' }] },
        look: { runId: run.id, json: '{}' },
        documents: [{ kind: 'probe', key: run.id, version: 0, json: '{}' }],
      });
      return written(run);
    }
    const go = { state: 'go', admittedAt: 1_000, syncedAt: 1_500, decidedAt: 5_000 } as const;

    async function kept({ id }: LedgerRun): Promise<readonly string[]> {
      const parts = {
        minutes: (await store.minutes(id))[0],
        opening: await store.opening(id),
        look: await store.look(id),
        probe: await store.document('probe', id),
      };
      return Object.entries(parts).flatMap(([what, found]) => (found === undefined ? [] : [what]));
    }
    const ALL = ['minutes', 'opening', 'look', 'probe'];

    test('evidence of a run that was decided long ago and replaced since; the run and the log stay', async () => {
      const old = await judged('sha256:old', go);
      const current = await judged('sha256:new', { ...go, decidedAt: 6_000 });

      expect(await store.retire(ORDER)).toEqual({ runs: 1, documents: 0 });

      expect(await kept(old)).toEqual([]);
      expect(await kept(current)).toEqual(ALL);
      expect(await store.run(old.id)).toStrictEqual({ ...old, evidenceRetiredAt: 90_000 });
      const entries = await store.audit(0, 10);
      expect(entries).toHaveLength(2);
      expect(verifyChain(entries).ok).toBe(true);
      expect(await store.retire(ORDER)).toEqual({ runs: 0, documents: 0 });
    });

    test.each([
      ['is still on its cluster', go],
      ['was decided lately', { state: 'halted', decidedAt: 10_000 }],
      ['is open', { state: 'asked' }],
    ] as const)('nothing of a run that %s', async (_what, more) => {
      const run = await judged('sha256:aa', more);

      expect(await store.retire(ORDER)).toEqual({ runs: 0, documents: 0 });

      expect(await kept(run)).toEqual(ALL);
    });

    test('a run that was never let onto its cluster goes by its age alone', async () => {
      const run = await judged('sha256:aa', { state: 'superseded', decidedAt: 5_000 });

      expect(await store.retire(ORDER)).toEqual({ runs: 1, documents: 0 });

      expect(await kept(run)).toEqual([]);
    });

    test('a run whose evidence is gone can be written as before, and stays told so', async () => {
      const run = await judged('sha256:aa', { state: 'superseded', decidedAt: 5_000 });
      await store.retire(ORDER);

      await store.commit({ runs: [{ ...run, acknowledgedBy: 'ada' }] });

      expect(await store.run(run.id)).toMatchObject({ acknowledgedBy: 'ada', evidenceRetiredAt: 90_000 });
    });

    test('the oldest first, so many at a time', async () => {
      const late = await judged('sha256:late', { state: 'superseded', decidedAt: 6_000 });
      const early = await judged('sha256:early', { state: 'superseded', decidedAt: 5_000 });

      expect(await store.retire({ ...ORDER, limit: 1 })).toEqual({ runs: 1, documents: 0 });

      expect([await kept(early), await kept(late)]).toEqual([[], ALL]);
    });

    test('documents that expired long ago, and no others', async () => {
      const write = (key: string, expiresAt?: number) => ({
        ...{ kind: 'freeze', key, version: 0, json: '{}' },
        ...(expiresAt !== undefined && { expiresAt }),
      });
      await store.commit({ documents: [write('old', 9_999), write('lately', 10_000), write('for-good')] });

      expect(await store.retire(ORDER)).toEqual({ runs: 0, documents: 1 });

      expect((await store.documents('freeze')).map(({ key }) => key)).toEqual(['for-good', 'lately']);
    });
  });
}
