import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { HOOK } from './support/callers.ts';
import { value } from './support/fake-source.ts';
import { QUIET, World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open({ mode: 'observe', waves: ['first', 'last'], waveOf: { 'b-1': 'last' } });
});
afterEach(() => world[Symbol.asyncDispose]());

function breakDns(): void {
  world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
}

describe('an app in observe mode', () => {
  test('hears go where nothing stands against it, with what it would hear anyway beside it', async () => {
    const answer = await world.ask('PreSync');

    expect(answer).toMatchObject({
      verdict: 'go',
      reason: 'observe/go',
      observed: { verdict: 'go', reason: 'admission/admitted' },
    });
    expect(answer.reasons.map(({ code }) => code)).toEqual([
      'observe/go',
      'admission/admitted',
      'wave/first',
    ]);
  });

  test('is let through where it would be held; that is audited, and it is watched and judged as always', async () => {
    const admitted = await world.ask('PreSync', { cluster: 'b-1' });
    const reported = await world.ask('PostSync', { cluster: 'b-1' });
    await world.pass(10);

    expect(admitted).toMatchObject({
      verdict: 'go',
      reason: 'observe/go',
      state: 'admitted',
      observed: { verdict: 'hold', reason: 'wave/not-ready' },
    });
    expect((await world.store.audit(0, 1))[0]).toMatchObject({
      kind: 'admission',
      data: { letThrough: 'observe', reasons: ['wave/not-ready'] },
    });
    expect(reported).toMatchObject({ verdict: 'go', observed: { verdict: 'hold' }, state: 'settling' });
    expect(await world.run(admitted.runId)).toMatchObject({ state: 'go', verdict: 'go', ungated: false });
  });

  test('hears go with the halt beside it; the ledger has the halt', async () => {
    const { id } = await world.soak();
    breakDns();
    await world.pass(3);

    expect(await world.run(id)).toMatchObject({ state: 'halted', verdict: 'halt' });
    for (const phase of ['PreSync', 'PostSync'] as const) {
      expect(await world.ask(phase)).toMatchObject({
        verdict: 'go',
        reason: 'observe/go',
        state: 'halted',
        observed: { verdict: 'halt', reason: 'regression/dns-errors' },
      });
    }
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
  });

  test('is let through while the source is down, and gets its baseline when it can be read', async () => {
    world.sources.a.mood = 'down';
    const { runId, ...answer } = await world.ask('PreSync');
    await world.pass(2);
    world.sources.a.mood = 'well';
    await world.ask('PostSync');
    await world.pass(10);

    expect(answer).toMatchObject({ verdict: 'go', observed: { verdict: 'hold', reason: 'data/unknown' } });
    expect(await world.run(runId)).toMatchObject({ state: 'go' });
    expect((await world.gate.evidence(runId)).covered).toContain('dns-errors');
  });

  test('does not wait for a hold: the answer is there at once', async () => {
    await world.ask('PreSync');
    const ask = { app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1', phase: 'PostSync' } as const;
    const answer = await world.gate.askAndWait(ask, HOOK, 60_000, new AbortController().signal);

    expect(answer).toMatchObject({ verdict: 'go', observed: { verdict: 'hold', reason: 'run/settling' } });
    expect(world.clock.sleeping).toBe(0);
  });

  test.each([
    [{ app: 'nothing' }, 'app/unknown'],
    [{ cluster: 'nowhere' }, 'cluster/unknown'],
    [{ cluster: 'a-lone' }, 'cluster/not-targeted'],
  ])('does not hide what is wrong: %j', async (ask, code) => {
    await expect(world.ask('PreSync', ask)).rejects.toMatchObject({ code });
  });
});

test('an app in enforce mode hears nothing of this', async () => {
  await using enforcing = await World.open();

  expect(await enforcing.ask('PreSync')).not.toHaveProperty('observed');
});
