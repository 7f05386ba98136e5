import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { verifyChain } from '../../../src/gate/audit.ts';
import { HOOK } from '../support/callers.ts';
import { value } from '../support/fake-source.ts';
import { NOON, QUIET, World } from '../support/world.ts';

const PERSON = { actor: 'ada', reason: 'looked at it' };

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

/** DNS fails in every minute from now on. */
function breakDns(): void {
  world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
}

describe('row 12: a halt is sticky', () => {
  test('for every hook, through a thousand asks, restarts and edits of the policy; audited once', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    world.policy = { ...world.policy, name: 'lenient', minSoakMs: 0 };
    world.restart();

    for (let asks = 0; asks < 1_000; asks += 1) {
      const phase = (['PreSync', 'PostSync', 'SyncFail'] as const)[asks % 3] ?? 'PreSync';
      const answer = await world.ask(phase);
      if (answer.verdict !== 'halt' || answer.runId !== id) throw new Error(JSON.stringify(answer));
    }
    await world.pass(5);

    expect(await world.run(id)).toMatchObject({ state: 'halted', policy: { name: 'test' } });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
  });
});

describe('row 15: another digest', () => {
  test.each(['asked', 'admitted', 'settling', 'soaking'] as const)(
    'ends a run that is %s, and both name each other',
    async (state) => {
      if (state === 'asked') world.sources.a.mood = 'down';
      const { runId } = await world.ask('PreSync');
      if (state === 'settling' || state === 'soaking') await world.ask('PostSync');
      if (state === 'soaking') await world.pass(3);
      expect(await world.run(runId)).toMatchObject({ state });

      const next = await world.ask('PreSync', { digest: 'd2' });

      expect(await world.run(runId)).toMatchObject({
        state: 'superseded',
        verdict: 'inconclusive',
        reasons: [{ code: 'run/superseded', text: expect.stringContaining('d2') }],
        supersededBy: next.runId,
      });
      expect(await world.run(next.runId)).toMatchObject({ supersedes: runId });
      expect(await world.audited(runId)).toContain('superseded');
    },
  );

  test('three in a row without a verdict are told', async () => {
    for (const digest of ['d1', 'd2', 'd3', 'd4']) await world.ask('PreSync', { digest });

    const starved = (await world.store.audit(0, 100)).filter(({ kind }) => kind === 'starved');
    expect(starved).toMatchObject([{ data: { digest: 'd3', reason: 'rollout/starved' } }]);
    expect(world.logged.filter(({ level }) => level === 'warn')).toHaveLength(1);
  });

  test('a refused ask of a halted digest ends nobody', async () => {
    await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    const fix = await world.ask('PreSync', { digest: 'd2' });

    expect(await world.ask('PreSync', { digest: 'd1' })).toMatchObject({ verdict: 'halt' });
    expect(await world.run(fix.runId)).toMatchObject({ state: 'admitted' });
  });

  test('other apps and other clusters are not touched', async () => {
    const { runId } = await world.ask('PreSync');
    await world.ask('PreSync', { app: 'bom-two', digest: 'd2' });
    await world.ask('PreSync', { cluster: 'a-2', digest: 'd2' });

    expect(await world.run(runId)).toMatchObject({ state: 'admitted' });
  });
});

describe('row 17: retry', () => {
  test('a halted digest that is on the cluster soaks again, from the baseline before the change', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);
    world.sources.a.script = QUIET;
    await world.pass(2);

    const retried = await world.gate.retry(id, PERSON);

    expect(retried).toMatchObject({
      attempt: 2,
      state: 'settling',
      verdict: 'hold',
      reasons: [{ code: 'run/retried' }],
    });
    expect(await world.store.opening(retried.id)).toBe(await world.store.opening(id));
    await world.pass(9);
    expect(await world.run(retried.id)).toMatchObject({ state: 'go' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-verified' });
    expect((await world.audited(retried.id))[0]).toBe('retry');
  });

  test('one that another digest has replaced since waits to be asked for', async () => {
    const { id } = await world.soak();
    await world.ask('SyncFail');
    await world.soak({ digest: 'd2' });
    await world.pass(6);

    expect(await world.gate.retry(id, PERSON)).toMatchObject({ attempt: 2, state: 'asked' });
  });

  test('one that never got there waits to be asked for', async () => {
    const { runId } = await world.ask('PreSync');
    await world.ask('SyncFail');

    const retried = await world.gate.retry(runId, PERSON);

    expect(retried).toMatchObject({ attempt: 2, state: 'asked' });
    expect(await world.ask('PreSync')).toMatchObject({
      verdict: 'go',
      attempt: 2,
      reason: 'admission/admitted',
    });
  });

  test.each([
    ['a run that is open', 'run/wrong-state', async () => (await world.ask('PreSync')).runId],
    [
      'an attempt that another one came after',
      'run/not-newest',
      async () => {
        const { runId } = await world.ask('PreSync');
        await world.ask('SyncFail');
        await world.gate.retry(runId, PERSON);
        return runId;
      },
    ],
    [
      'a run beside an open one',
      'run/other-open',
      async () => {
        const { runId } = await world.ask('PreSync');
        await world.ask('SyncFail');
        await world.ask('PreSync', { digest: 'd2' });
        return runId;
      },
    ],
  ])('%s is refused', async (_what, code, prepare) => {
    const id = await prepare();

    await expect(world.gate.retry(id, PERSON)).rejects.toMatchObject({ name: 'ConflictError', code });
  });
});

describe('rows 18 and 19: override', () => {
  test('a person lets a held change through', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PreSync');

    const run = await world.gate.override(runId, 'go', PERSON);

    expect(run).toMatchObject({
      state: 'go',
      decidedBy: 'ada',
      reasons: [{ code: 'override/go', text: 'ada decided go: looked at it' }],
    });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-verified' });
    expect((await world.store.audit(0, 10)).at(-1)).toMatchObject({
      kind: 'override',
      actor: 'ada',
      data: { verdict: 'go', reason: 'looked at it', from: 'asked' },
    });
  });

  test('a person lifts a halt, and halts what went', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(2);

    expect(await world.gate.override(id, 'go', PERSON)).toMatchObject({ state: 'go', decidedBy: 'ada' });
    expect(await world.gate.override(id, 'halt', PERSON)).toMatchObject({ state: 'halted', verdict: 'halt' });
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'halt', reason: 'override/halt' });
  });

  test.each([
    ['go', 'run/already-decided'],
    ['halt', undefined],
  ] as const)('%s of a run that is go: %s', async (verdict, code) => {
    const { id } = await world.soak();
    await world.pass(6);

    const result = world.gate.override(id, verdict, PERSON);

    if (code) await expect(result).rejects.toMatchObject({ name: 'ConflictError', code });
    else await expect(result).resolves.toMatchObject({ state: 'halted' });
  });

  test('a run that is not there is told', async () => {
    const missing = { name: 'NotFoundError', code: 'run/unknown' };

    await expect(world.gate.override('nobody', 'go', PERSON)).rejects.toMatchObject(missing);
    await expect(world.gate.retry('nobody', PERSON)).rejects.toMatchObject(missing);
    await expect(world.gate.run('nobody')).rejects.toMatchObject(missing);
    await expect(world.gate.evidence('nobody')).rejects.toMatchObject(missing);
  });
});

describe('row 24: nobody waits any more', () => {
  test('the gate goes on', async () => {
    const { id } = await world.soak();
    const gone = new AbortController();
    const waiting = world.gate.askAndWait(
      { app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1', phase: 'PostSync' },
      HOOK,
      60_000,
      gone.signal,
    );
    gone.abort();

    expect(await waiting).toMatchObject({ verdict: 'hold' });
    await world.pass(6);
    expect(await world.run(id)).toMatchObject({ state: 'go' });
  });
});

test('whatever happened, the log is whole', async () => {
  const { id } = await world.soak();
  await world.gate.override(id, 'halt', PERSON);
  await world.gate.retry(id, PERSON);
  await world.gate.record({ kind: 'refused', actor: 'nobody', data: { why: 'no token' } });

  const entries = await world.gate.audit(0, 100);
  expect(entries.map(({ kind }) => kind)).toEqual([
    'admission',
    'sync',
    'settled',
    'override',
    'retry',
    'refused',
  ]);
  expect(verifyChain(entries)).toEqual({ ok: true, head: await world.gate.auditHead() });
  expect((await world.gate.changes('a-1', NOON)).map(({ kind }) => kind)).toEqual([
    'retry',
    'override',
    'settled',
    'sync',
    'admission',
  ]);
});
