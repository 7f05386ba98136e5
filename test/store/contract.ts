import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { EMPTY_LOG, verifyChain } from '../../src/gate/audit.ts';
import type { LedgerRun, Store } from '../../src/gate/ports.ts';
import { draft, newRun, written } from './ledger-data.ts';

/** An empty ledger for one test, which can be closed and opened again. */
export interface TestLedger {
  readonly store: Store;
  /** Closes the store and opens the same ledger anew. */
  reopen(): Promise<Store>;
  dispose(): Promise<void>;
}

/** What every store promises; run for each adapter. */
export function storeContract(name: string, create: () => Promise<TestLedger>): void {
  describe(`${name} keeps the store's contract`, () => {
    let ledger: TestLedger;
    let store: Store;
    beforeEach(async () => {
      ledger = await create();
      store = ledger.store;
    });
    afterEach(() => ledger.dispose());

    describe('runs', () => {
      test('a run is read back as it was written, one version on', async () => {
        const run = {
          ...newRun(),
          argoApp: 'bom-prod-1',
          reasons: [{ code: 'wave/first', text: 'ü "x"' }],
        } as const;

        await store.commit({ runs: [run] });

        expect(await store.run(run.id)).toStrictEqual(written(run));
        expect(await store.latest('bom', 'prod-1')).toStrictEqual(written(run));
      });

      test('what was never written is not there', async () => {
        expect(await store.run('nobody')).toBeUndefined();
        expect(await store.latest('bom', 'prod-1')).toBeUndefined();
        expect(await store.runs({})).toEqual([]);
        expect(await store.opening('nobody')).toBeUndefined();
        expect(await store.look('nobody')).toBeUndefined();
        expect(await store.minutes('nobody')).toEqual([]);
        expect(await store.lastMinute('nobody')).toBeUndefined();
        expect(await store.audit(0, 10)).toEqual([]);
        expect(await store.auditHead()).toEqual(EMPTY_LOG);
      });

      test('a write with an old version is refused and leaves nothing behind', async () => {
        const run = newRun();
        await store.commit({ runs: [run] });
        const read = written(run);
        await store.commit({ runs: [{ ...read, state: 'admitted', admittedAt: 2_000 }] });

        const stale = store.commit({
          runs: [{ ...read, state: 'halted' }],
          audit: [draft('verdict', { runId: run.id })],
          look: { runId: run.id, json: '{}' },
        });

        await expect(stale).rejects.toMatchObject({ name: 'ConflictError', code: 'store/stale-run' });
        expect(await store.run(run.id)).toMatchObject({ state: 'admitted', version: 2 });
        expect(await store.audit(0, 10)).toEqual([]);
        expect(await store.look(run.id)).toBeUndefined();
      });

      test('of two that open the same attempt at once, one is refused', async () => {
        const results = await Promise.allSettled([
          store.commit({ runs: [newRun()] }),
          store.commit({ runs: [newRun()] }),
        ]);

        expect(results.map(({ status }) => status).sort()).toEqual(['fulfilled', 'rejected']);
        expect(results.find(({ status }) => status === 'rejected')).toMatchObject({
          reason: { code: 'store/stale-run' },
        });
        expect(await store.runs({})).toHaveLength(1);
      });

      test('of changes that come together each is refused or written by itself', async () => {
        const runs = Array.from({ length: 40 }, (_, index) => newRun({ cluster: `c${index}` }));
        await Promise.all(runs.map((run) => store.commit({ runs: [run] })));
        const change = (run: LedgerRun) => ({
          runs: [{ ...written(run), state: 'soaking' as const }],
          audit: [draft('soaks', { runId: run.id })],
          minutes: { runId: run.id, rows: [{ minute: 60_000, json: '1' }] },
          look: { runId: run.id, json: '{}' },
        });
        const [first, second] = runs;
        if (!first || !second) throw new Error('no runs');
        await store.commit({ runs: [{ ...written(second), state: 'halted' }] });

        const results = await Promise.allSettled([...runs, first].map((run) => store.commit(change(run))));

        const refused = results.flatMap(({ status }, index) => (status === 'rejected' ? [index] : []));
        expect(refused).toEqual([1, 40]);
        expect((await store.runs({ state: 'soaking' })).length).toBe(39);
        expect(await store.look(second.id)).toBeUndefined();
        const entries = await store.audit(0, 100);
        expect(entries).toHaveLength(39);
        expect(results.flatMap((each) => (each.status === 'fulfilled' ? each.value : []))).toEqual(entries);
        expect(verifyChain(entries).ok).toBe(true);
      });

      test('an app has one open run on a cluster', async () => {
        const first = newRun({ digest: 'one' });
        await store.commit({ runs: [first] });

        await expect(store.commit({ runs: [newRun({ digest: 'two' })] })).rejects.toMatchObject({
          code: 'store/stale-run',
        });
        await store.commit({
          runs: [{ ...written(first), state: 'superseded' }, newRun({ digest: 'two' })],
        });

        expect((await store.runs({ open: true })).map(({ digest }) => digest)).toEqual(['two']);
      });
    });

    describe('filters', () => {
      beforeEach(async () => {
        const halted = { code: 'run/max-blind', text: 'blind' } as const;
        const runs: LedgerRun[] = [
          { ...newRun({ digest: 'd1' }), state: 'go', admittedAt: 1 },
          { ...newRun({ digest: 'd2' }), state: 'inconclusive', syncedAt: 2, reasons: [halted] },
          newRun({ digest: 'd2', attempt: 2 }),
          { ...newRun({ cluster: 'prod-2' }), state: 'inconclusive', reasons: [halted] },
          { ...newRun({ app: 'other' }), state: 'soaking', admittedAt: 3 },
        ];
        for (const run of runs) await store.commit({ runs: [run] });
      });

      const cases = [
        [{}, ['other/prod-1/1', 'bom/prod-2/1', 'bom/prod-1/2', 'bom/prod-1/1', 'bom/prod-1/1']],
        [{ limit: 2 }, ['other/prod-1/1', 'bom/prod-2/1']],
        [{ app: 'bom', cluster: 'prod-1', digest: 'd2' }, ['bom/prod-1/2', 'bom/prod-1/1']],
        [{ open: true }, ['other/prod-1/1', 'bom/prod-1/2']],
        [{ open: false, cluster: 'prod-2' }, ['bom/prod-2/1']],
        [{ state: 'soaking' }, ['other/prod-1/1']],
        [{ state: 'inconclusive', reason: 'run/max-blind' }, ['bom/prod-2/1', 'bom/prod-1/1']],
        [{ state: 'inconclusive', reason: 'run/max-blind', newest: true }, ['bom/prod-2/1']],
        [{ applied: true, app: 'bom' }, ['bom/prod-1/1', 'bom/prod-1/1']],
        [{ applied: false }, ['bom/prod-2/1', 'bom/prod-1/2']],
      ] as const;
      test.each(cases)('%j finds %j, the newest first', async (filter, expected) => {
        const found = await store.runs(filter);

        expect(found.map(({ app, cluster, attempt }) => `${app}/${cluster}/${attempt}`)).toEqual(expected);
      });

      test('pages go on behind a run', async () => {
        const [, second] = await store.runs({});

        const rest = await store.runs({ before: second?.id ?? '', limit: 2 });

        expect(rest.map(({ digest, attempt }) => `${digest}/${attempt}`)).toEqual(['d2/2', 'd2/1']);
      });

      test('the latest run is the one that was opened last, of a digest or of any', async () => {
        expect(await store.latest('bom', 'prod-1')).toMatchObject({ digest: 'd2', attempt: 2 });
        expect(await store.latest('bom', 'prod-1', 'd1')).toMatchObject({ digest: 'd1', attempt: 1 });
        expect(await store.latest('bom', 'prod-3')).toBeUndefined();
      });
    });

    describe('what belongs to a run', () => {
      const run = newRun();
      beforeEach(() => store.commit({ runs: [run] }).then(() => undefined));

      test('minutes come back ascending, from a minute on', async () => {
        const rows = [60_000, 120_000, 180_000].map((minute) => ({ minute, json: `{"m":${minute}}` }));
        await store.commit({ minutes: { runId: run.id, rows: rows.toReversed() } });

        expect(await store.minutes(run.id)).toEqual(rows);
        expect(await store.minutes(run.id, 60_000)).toEqual(rows.slice(1));
      });

      test('a minute is written once', async () => {
        await store.commit({ minutes: { runId: run.id, rows: [{ minute: 60_000, json: '1' }] } });

        const again = store.commit({
          minutes: {
            runId: run.id,
            rows: [
              { minute: 120_000, json: '2' },
              { minute: 60_000, json: '3' },
            ],
          },
        });

        await expect(again).rejects.toMatchObject({ code: 'store/stale-run' });
        expect(await store.minutes(run.id)).toEqual([{ minute: 60_000, json: '1' }]);
      });

      test('an opening of a day of readings comes back byte for byte, and a later one replaces it', async () => {
        const json = JSON.stringify({
          day: Array.from({ length: 50_000 }, (_, i) => i % 7),
          text: 'ü€\u0000',
        });
        await store.commit({ opening: { runId: run.id, lastMinute: 120_000, json: '{}' } });

        await store.commit({ opening: { runId: run.id, lastMinute: 180_000, json } });

        expect(await store.opening(run.id)).toBe(json);
        expect(await store.lastMinute(run.id)).toBe(180_000);
      });

      test("the last minute is the opening's until one is stored behind it", async () => {
        await store.commit({ minutes: { runId: run.id, rows: [{ minute: 60_000, json: '1' }] } });
        expect(await store.lastMinute(run.id)).toBeUndefined();

        await store.commit({ opening: { runId: run.id, lastMinute: 120_000, json: '{}' } });
        expect(await store.lastMinute(run.id)).toBe(120_000);

        await store.commit({ minutes: { runId: run.id, rows: [{ minute: 180_000, json: '2' }] } });
        expect(await store.lastMinute(run.id)).toBe(180_000);
      });

      test('only the last look is kept', async () => {
        await store.commit({ look: { runId: run.id, json: '1' } });
        await store.commit({ look: { runId: run.id, json: '2' } });

        expect(await store.look(run.id)).toBe('2');
      });

      test('what belongs to a run that is not there is refused', async () => {
        const orphan = store.commit({ look: { runId: 'nobody', json: '{}' } });

        await expect(orphan).rejects.toMatchObject({ name: 'UnavailableError', code: 'store/failed' });
      });
    });

    describe('the audit log', () => {
      test('entries are numbered and chained in the order of their commits', async () => {
        const answers = await Promise.all([
          store.commit({ audit: [draft('a', { data: { z: 1, a: [{ y: 2, b: 3 }] } }), draft('b')] }),
          store.commit({ audit: [draft('c')] }),
          store.commit({ audit: [draft('d')] }),
        ]);
        const entries = await store.audit(0, 100);

        expect(answers.flat()).toEqual(entries);
        expect(entries.map(({ seq, kind }) => `${seq}${kind}`)).toEqual(['1a', '2b', '3c', '4d']);
        expect(verifyChain(entries)).toEqual({ ok: true, head: await store.auditHead() });
      });

      test('a refused commit leaves no gap', async () => {
        const run = newRun();
        await store.commit({ runs: [run], audit: [draft('a', { runId: run.id })] });

        const results = await Promise.allSettled([
          store.commit({ audit: [draft('b')] }),
          store.commit({ runs: [run], audit: [draft('refused')] }),
          store.commit({ audit: [draft('c')] }),
        ]);

        expect(results.map(({ status }) => status)).toEqual(['fulfilled', 'rejected', 'fulfilled']);
        const entries = await store.audit(0, 100);
        expect(entries.map(({ kind }) => kind)).toEqual(['a', 'b', 'c']);
        expect(verifyChain(entries).ok).toBe(true);
      });

      test('it is read page by page', async () => {
        for (const kind of ['a', 'b', 'c', 'd']) await store.commit({ audit: [draft(kind)] });

        expect((await store.audit(1, 2)).map(({ kind }) => kind)).toEqual(['b', 'c']);
        expect(await store.audit(4, 2)).toEqual([]);
      });

      test('"what changed" tells of one cluster, the newest first', async () => {
        const here = newRun();
        const there = newRun({ cluster: 'prod-2' });
        await store.commit({
          runs: [here, there],
          audit: [
            draft('old', { runId: here.id, at: 10 }),
            draft('there', { runId: there.id, at: 30 }),
            draft('first', { runId: here.id, at: 20 }),
            draft('second', { runId: here.id, at: 30 }),
            draft('nobody', { at: 30 }),
          ],
        });

        const kinds = (await store.auditOfCluster('prod-1', 20, 10)).map(({ kind }) => kind);

        expect(kinds).toEqual(['second', 'first']);
        expect(await store.auditOfCluster('prod-1', 20, 1)).toHaveLength(1);
      });
    });

    describe('documents', () => {
      const freeze = { kind: 'freeze', key: 'fleet' };
      const read = () => store.document('freeze', 'fleet');

      test('a document is created, replaced and deleted by who read it last', async () => {
        await store.commit({ documents: [{ ...freeze, version: 0, json: '{"n":1}' }] });
        expect(await read()).toStrictEqual({ ...freeze, version: 1, json: '{"n":1}' });
        await store.commit({ documents: [{ ...freeze, version: 1, json: '{"n":2}' }] });
        expect(await read()).toStrictEqual({ ...freeze, version: 2, json: '{"n":2}' });
        await store.commit({ documents: [{ ...freeze, version: 2 }] });
        expect(await read()).toBeUndefined();
      });

      test.each([
        ['created twice', { version: 0, json: '{}' }],
        ['replaced in an old version', { version: 7, json: '{}' }],
        ['deleted in an old version', { version: 7 }],
      ])('one that is %s refuses the whole change', async (_what, write) => {
        await store.commit({ documents: [{ ...freeze, version: 0, json: '{"n":1}' }] });

        const stale = store.commit({ audit: [draft('freeze')], documents: [{ ...freeze, ...write }] });

        await expect(stale).rejects.toMatchObject({ code: 'store/stale-document' });
        expect(await read()).toMatchObject({ version: 1, json: '{"n":1}' });
        expect(await store.auditHead()).toEqual(EMPTY_LOG);
      });

      test('it keeps until when it means something', async () => {
        await store.commit({ documents: [{ ...freeze, version: 0, json: '{}', expiresAt: 5_000 }] });
        expect(await read()).toStrictEqual({ ...freeze, version: 1, json: '{}', expiresAt: 5_000 });
        await store.commit({ documents: [{ ...freeze, version: 1, json: '{}' }] });
        expect(await read()).toStrictEqual({ ...freeze, version: 2, json: '{}' });
      });

      test('a kind is listed by key', async () => {
        const write = (kind: string, key: string) => ({ kind, key, version: 0, json: '{}' });
        await store.commit({ documents: [write('freeze', 'b'), write('probe', 'a'), write('freeze', 'a')] });
        expect((await store.documents('freeze')).map(({ key }) => key)).toEqual(['a', 'b']);
        expect(await store.documents('nothing')).toEqual([]);
      });
    });

    test('everything is still there when the ledger is opened again', async () => {
      const run = newRun();
      await store.commit({
        runs: [run],
        audit: [draft('a', { runId: run.id })],
        opening: { runId: run.id, lastMinute: 60_000, json: '{"o":1}' },
        minutes: { runId: run.id, rows: [{ minute: 120_000, json: '{"m":1}' }] },
        look: { runId: run.id, json: '{"l":1}' },
      });
      const [entries, head] = [await store.audit(0, 10), await store.auditHead()];

      const again = await ledger.reopen();

      expect(await again.run(run.id)).toStrictEqual(written(run));
      expect(await again.opening(run.id)).toBe('{"o":1}');
      expect(await again.minutes(run.id)).toEqual([{ minute: 120_000, json: '{"m":1}' }]);
      expect(await again.look(run.id)).toBe('{"l":1}');
      expect(await again.audit(0, 10)).toEqual(entries);
      expect(await again.auditHead()).toEqual(head);
      await again.commit({ audit: [draft('b')] });
      expect(verifyChain(await again.audit(0, 10)).ok).toBe(true);
    });

    test('a closed store says so', async () => {
      await store.close();

      await expect(store.run('x')).rejects.toMatchObject({ name: 'UnavailableError', code: 'store/closed' });
      await expect(store.commit({ audit: [draft('late')] })).rejects.toMatchObject({ code: 'store/closed' });
    });
  });
}
