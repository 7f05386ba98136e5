import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ADA, FIXER, HOOK, NOTIFIER } from '../support/callers.ts';
import { World } from '../support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open({ clusters: ['a-1', 'a-2'], waves: ['stage', 'prod'], waveOf: { 'a-2': 'prod' } });
});
afterEach(() => world[Symbol.asyncDispose]());

const seen = (digest: string, more: { cluster?: string; deployedAt?: number } = {}) =>
  world.gate.deployed(
    { app: 'bom', cluster: 'a-1', revision: `r-${digest}`, digest, deployedAt: world.clock.now(), ...more },
    NOTIFIER,
  );

describe('row 25: a digest on a cluster that no run accounts for', () => {
  test('is judged as an ungated sync, and its go opens nothing until a person acknowledges it', async () => {
    const { run, isNew } = await seen('d1');
    expect({ run, isNew }).toMatchObject({ isNew: true, run: { state: 'settling', ungated: true } });
    await world.pass(10);
    expect(await world.run(run.id)).toMatchObject({ state: 'go' });
    const held = await world.ask('PreSync', { cluster: 'a-2' });
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(held.reasons[0]?.text).toContain(`tidegate acknowledge ${run.id}`);

    const acknowledged = await world.gate.acknowledge(run.id, ADA);
    expect(acknowledged).toMatchObject({ acknowledgedBy: 'ada' });
    // Its go stays one by evidence.
    expect(acknowledged).not.toHaveProperty('decidedBy');
    expect(acknowledged.reasons.map(({ code }) => code)).toEqual(['evidence/complete', 'run/acknowledged']);
    expect(await world.ask('PreSync', { cluster: 'a-2' })).toMatchObject({ verdict: 'go' });
    await expect(world.gate.acknowledge(run.id, ADA)).rejects.toMatchObject({
      code: 'run/nothing-to-acknowledge',
    });
  });

  test('holds later waves of every digest until a person acknowledges it, or another one replaced it', async () => {
    await world.soak({ digest: 'd2' });
    await world.pass(7);
    world.clock.advance(1_000);
    const { run } = await seen('d1');

    const held = await world.ask('PreSync', { cluster: 'a-2', digest: 'd2' });
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/ungated' });
    expect(held.reasons[0]?.text).toContain('a-1, which comes before, runs d1, which nobody admitted there');
    expect(held.next?.[0]).toMatch(
      new RegExp(`^tidegate acknowledge ${run.id} --gate-url https://gate.test `),
    );
    await world.gate.acknowledge(run.id, ADA);
    expect(await world.ask('PreSync', { cluster: 'a-2', digest: 'd2' })).toMatchObject({ verdict: 'go' });
  });

  test('a later commit that leaves the digest as it is is known by the hooks that asked for it', async () => {
    await world.soak({ digest: 'd1', revision: 'r1' });
    const [run] = await world.store.runs({ cluster: 'a-1' });
    // While it soaks, and after its go; Argo CD's notifications know revisions only.
    for (const revision of ['r2', 'r3']) {
      await world.ask('PreSync', { digest: 'd1', revision });
      await world.ask('PostSync', { digest: 'd1', revision });
      await world.pass(10);
    }
    for (const revision of ['r3', 'r1', 'r2']) {
      const place = { app: 'bom', cluster: 'a-1', revision, deployedAt: world.clock.now() };
      const known = await world.gate.deployed(place, NOTIFIER);
      expect(known, revision).toMatchObject({ isNew: false, run: { id: run?.id, state: 'go' } });
    }
    const stranger = { app: 'bom', cluster: 'a-1', revision: 'r4', deployedAt: world.clock.now() };
    expect(await world.gate.deployed(stranger, NOTIFIER)).toMatchObject({
      isNew: true,
      run: { ungated: true },
    });
  });

  describe('of hooks without a commit, of which notifications tell nothing else', () => {
    const asks = { digest: 'd1', revision: 'd1' };
    const told = (revision: string, startedAt: number) =>
      world.gate.deployed(
        { app: 'bom', cluster: 'a-1', revision, startedAt, deployedAt: world.clock.now() },
        NOTIFIER,
      );
    /** An operation with hooks: what they answer counts, and the time it began is returned. */
    async function sync(): Promise<number> {
      const startedAt = world.clock.now();
      world.clock.advance(20_000);
      await world.ask('PreSync', asks);
      world.clock.advance(40_000);
      await world.ask('PostSync', asks);
      world.clock.advance(3_000);
      return startedAt;
    }

    test('the operation in which they reported is theirs, and its commit is known from then on', async () => {
      const first = await told('c1', await sync());
      expect(first).toMatchObject({ isNew: false, run: { digest: 'd1', ungated: false } });
      // Later commits that leave the digest as it is: while it soaks, and after its go.
      for (const commit of ['c2', 'c3']) {
        expect(await told(commit, await sync()), commit).toMatchObject({ isNew: false });
        await world.pass(10);
      }
      expect(await world.run(first.run.id)).toMatchObject({ state: 'go', alsoAs: ['c1', 'c2', 'c3'] });
      expect(await world.ask('PreSync', { ...asks, cluster: 'a-2' })).toMatchObject({ verdict: 'go' });
    });

    test('an operation after it, without hooks, is ungated', async () => {
      await sync();
      world.clock.advance(1_000);
      const startedAt = world.clock.now();
      world.clock.advance(30_000);

      const { run, isNew } = await told('c2', startedAt);
      expect({ run, isNew }).toMatchObject({ isNew: true, run: { revision: 'c2', ungated: true } });
      // What a notification told of was reported by no hook.
      world.clock.advance(1_000);
      expect(await told('c3', startedAt)).toMatchObject({
        isNew: true,
        run: { revision: 'c3', ungated: true },
      });
    });

    test('news that do not tell when the operation began account for nothing', async () => {
      await sync();
      const place = { app: 'bom', cluster: 'a-1', revision: 'c1', deployedAt: world.clock.now() };
      expect(await world.gate.deployed(place, NOTIFIER)).toMatchObject({ isNew: true });
    });

    test('the history tells of the operation, too', async () => {
      const startedAt = await sync();
      const deployedAt = world.clock.now();
      const history = [{ revision: 'c1', startedAt, deployedAt }];
      const place = { app: 'bom', cluster: 'a-1', revision: 'c0', deployedAt: startedAt - 60_000, history };
      expect(await world.gate.deployed(place, NOTIFIER)).toMatchObject({ isNew: false });
    });
  });

  test('ends the open run of another digest: what that was about to judge is not there', async () => {
    const { runId } = await world.ask('PreSync', { digest: 'd2' });
    world.clock.advance(60_000);
    const { run } = await seen('d1');

    expect(await world.run(runId)).toMatchObject({ state: 'superseded', supersededBy: run.id });
    expect(await world.run(run.id)).toMatchObject({ supersedes: runId, ungated: true });
  });

  test('what a run accounts for, and news that are older than it, change nothing', async () => {
    const { id } = await world.soak({ digest: 'd2' });
    const before = await world.audited();

    expect(await seen('d2')).toMatchObject({ isNew: false, run: { id } });
    expect(await seen('d1', { deployedAt: world.clock.now() - 3_600_000 })).toMatchObject({
      isNew: false,
      run: { id },
    });
    expect(await world.audited()).toEqual(before);
  });

  test('is found in the history too, when nobody told of it while it was new', async () => {
    const { id } = await world.soak({ digest: 'd2' });
    const now = world.clock.now();
    const told = (history: { revision: string; deployedAt: number }[]) =>
      world.gate.deployed(
        { app: 'bom', cluster: 'a-1', revision: 'r-d2', digest: 'd2', deployedAt: now - 2_000, history },
        NOTIFIER,
      );

    expect(await told([{ revision: 'r-old', deployedAt: now - 3_600_000 }])).toMatchObject({ run: { id } });
    const { run, isNew } = await told([
      { revision: 'r-new', deployedAt: now + 1_000 },
      { revision: 'r-old', deployedAt: now - 3_600_000 },
    ]);
    expect({ run, isNew }).toMatchObject({ isNew: true, run: { revision: 'r-new', ungated: true } });
    expect(await world.run(id)).toMatchObject({ state: 'superseded' });
  });

  test('is told twice and registered once', async () => {
    const [one, two] = await Promise.all([seen('d1'), seen('d1')]);

    expect([one.isNew, two.isNew].toSorted()).toEqual([false, true]);
    expect(one.run.id).toBe(two.run.id);
    expect(await world.store.runs({})).toHaveLength(1);
  });
});

describe('row 15: changes that come faster than they can be judged', () => {
  test('three in a row are told in the answer and in the rollout, until one gets its verdict', async () => {
    for (const digest of ['d1', 'd2', 'd3']) await world.ask('PreSync', { digest });
    const third = await world.ask('PreSync', { digest: 'd3' });
    const fourth = await world.ask('PreSync', { digest: 'd4' });

    expect(third.reasons.map(({ code }) => code)).not.toContain('rollout/starved');
    expect(fourth.reasons.map(({ code }) => code)).toContain('rollout/starved');
    expect(await world.gate.rollout('bom', 'd4')).toMatchObject({
      notes: [{ code: 'rollout/starved', text: expect.stringContaining('a-1 (3 in a row)') }],
    });
    await world.soak({ digest: 'd4' });
    await world.pass(7);
    const next = await world.ask('PreSync', { digest: 'd5' });
    expect(next.reasons.map(({ code }) => code)).not.toContain('rollout/starved');
  });
});

describe('adopt', () => {
  const place = { app: 'bom', cluster: 'a-1', revision: 'r0', digest: 'd0' };

  test('is no go and no veto: it opens no wave, and stands in none', async () => {
    const [run] = await world.gate.adopt([place], ADA);

    expect(run).toMatchObject({ state: 'adopted', verdict: 'hold', decidedBy: 'ada' });
    expect(await world.audited()).toEqual(['adopt']);
    expect(await world.ask('PreSync', { digest: 'd0' })).toMatchObject({
      verdict: 'go',
      reason: 'admission/adopted',
    });
    // All that the wave before has was there before the gate: nothing proves it.
    const held = await world.ask('PreSync', { cluster: 'a-2', digest: 'd0' });
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(held.reasons[0]?.text).toContain(`tidegate retry ${run?.id}`);

    world.clusters = [...world.clusters, 'a-3'];
    await world.soak({ cluster: 'a-3', digest: 'd0' });
    await world.pass(7);
    expect(await world.ask('PreSync', { cluster: 'a-2', digest: 'd0' })).toMatchObject({ verdict: 'go' });
  });

  test('is what the first change can go back to', async () => {
    await world.gate.adopt([place], ADA);
    await world.ask('PreSync', { digest: 'd1' });
    await world.ask('SyncFail', { digest: 'd1' });
    world.sources.a.mood = 'down';

    expect(await world.ask('PreSync', { digest: 'd0' })).toMatchObject({
      verdict: 'go',
      reason: 'admission/rollback',
    });
  });

  test('soaks when a person retries it', async () => {
    const [run] = await world.gate.adopt([place], ADA);
    await world.gate.retry(run?.id ?? '', ADA);
    await world.pass(12);

    expect(await world.store.latest('bom', 'a-1', 'd0')).toMatchObject({ attempt: 2, state: 'go' });
  });

  test.each([
    ['nothing', [], 'adopt/nothing', 'places'],
    ['the same place twice', [place, place], 'adopt/twice', 'places[1]'],
    ['an app that nobody knows', [{ ...place, app: 'nothing' }], 'app/unknown', undefined],
    ['a cluster that nobody knows', [place, { ...place, cluster: 'a-9' }], 'cluster/unknown', undefined],
  ])('of %s is refused, and nothing is written', async (_what, places, code, field) => {
    await expect(world.gate.adopt(places, ADA)).rejects.toMatchObject({ code, ...(field && { field }) });
    expect(await world.store.runs({})).toEqual([]);
  });

  test('of a place that the ledger knows is refused', async () => {
    await world.ask('PreSync');
    await expect(world.gate.adopt([place], ADA)).rejects.toMatchObject({
      name: 'ConflictError',
      code: 'adopt/known',
    });
  });
});

describe('intent fix', () => {
  const fix = {
    app: 'bom',
    cluster: 'a-2',
    revision: 'r9',
    digest: 'd9',
    phase: 'PreSync',
    intent: 'fix',
  } as const;

  test('a person with the right lets it past waves and baseline; the hook that asks after that joins', async () => {
    world.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-2', state: 'firing', labels: {} }];

    expect(await world.gate.ask(fix, FIXER)).toMatchObject({ verdict: 'go', reason: 'admission/fix' });
    expect(await world.gate.ask(fix, HOOK)).toMatchObject({
      verdict: 'go',
      reason: 'admission/already-admitted',
    });
    expect((await world.store.audit(0, 10)).at(0)).toMatchObject({
      kind: 'admission',
      actor: 'ada',
      data: { intent: 'fix', reasons: ['admission/fix'] },
    });
  });

  test('a hook has no such right, and nothing is opened', async () => {
    await expect(world.gate.ask(fix, HOOK)).rejects.toMatchObject({
      name: 'IdentityError',
      code: 'identity/right',
      status: 403,
    });
    expect(await world.store.runs({})).toEqual([]);
  });

  test('it opens no wave for others', async () => {
    await world.gate.ask(fix, FIXER);

    expect(await world.ask('PreSync', { cluster: 'a-2', digest: 'd8' })).toMatchObject({ verdict: 'hold' });
  });
});
