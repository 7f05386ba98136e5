import { createHash } from 'node:crypto';
import { expect, test } from 'vitest';
import type { Intent, Phase } from '../../src/domain/run.ts';
import { EXIT_CODES } from '../../src/hook/exit-codes.ts';
import { type HookResult, runHook } from '../../src/hook/run-hook.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { value } from '../gate/support/fake-source.ts';
import { ALERTS, QUIET, World } from '../gate/support/world.ts';
import { startApp, type TestApp } from '../http/start-app.ts';

const sha256 = (token: string) => createHash('sha256').update(token).digest('hex');
const TOKENS = { hook: 'a-hook-of-argo-cd', person: 'ada-herself' } as const;

/** A whole gate with its own HTTP, over a world whose clock stands still until it is moved. */
async function serve(world: World): Promise<TestApp> {
  return startApp({
    gate: world.gate,
    identify: createIdentity({
      tokens: [
        { name: 'hook', kind: 'hook', sha256: sha256(TOKENS.hook) },
        { name: 'ada', kind: 'person', sha256: sha256(TOKENS.person) },
      ],
      readers: 'identified',
      publicUrl: 'http://127.0.0.1',
      now: () => world.clock.now(),
    }),
    now: () => world.clock.now(),
  });
}

test('after a halt with the budget spent: back at once, a fix by a person, and the halt stays', async () => {
  await using world = await World.open({ clusters: ['a-1'], judge: judgeRun });
  await using app = await serve(world);
  const hook = (
    phase: Phase,
    digest: string,
    intent: Intent = 'change',
    who: keyof typeof TOKENS = 'hook',
  ): Promise<HookResult> =>
    runHook(
      {
        gateUrl: app.url,
        ask: { app: 'bom', cluster: 'a-1', revision: `r-${digest}`, digest, phase, intent },
        token: async () => TOKENS[who],
        mode: phase === 'PostSync' ? 'register' : 'wait',
        onHold: 'fail',
        maxWaitMs: 0,
      },
      { clock: world.clock, progress: () => undefined, aborted: new AbortController().signal },
    );
  const newest = async (digest: string) => world.store.latest('bom', 'a-1', digest);

  // The good digest earns its go, the bad one is halted, and its alert goes on firing with the budget at -10 %.
  await hook('PreSync', 'good');
  await hook('PostSync', 'good');
  await world.pass(40);
  expect(await newest('good')).toMatchObject({ state: 'go' });
  await hook('PreSync', 'bad');
  await hook('PostSync', 'bad');
  world.sources.a.script = { ...QUIET, count: () => value({ events: 240, exposure: 1_200 }) };
  const { name = '' } = ALERTS.find(({ halts }) => halts) ?? {};
  await world.pass(10);
  world.sources.a.alerts = [{ name, cluster: 'a-1', state: 'firing', labels: {} }];
  const row = { labels: { slo: 'eks-dns' }, value: -0.1 };
  world.sources.a.factsNow.set('budget-left', { is: 'value', value: [row] });
  const bad = await newest('bad');
  expect(bad).toMatchObject({ state: 'halted' });
  const other = await hook('PreSync', 'other');
  expect(other.end).toBe('hold');
  expect(other.answer?.reasons.map(({ code }) => code)).toContain('budget/exhausted');

  // Back: admitted within 2 s by any clock, with a recovery soak that ends when the signals are back.
  const askedAt = { wall: performance.now(), gate: world.clock.now() };
  expect(await hook('PreSync', 'good')).toMatchObject({
    end: 'go',
    answer: { reason: 'admission/rollback' },
  });
  expect(world.clock.now() - askedAt.gate).toBeLessThanOrEqual(2_000);
  expect(performance.now() - askedAt.wall).toBeLessThanOrEqual(2_000);
  await hook('PostSync', 'good');
  await world.pass(15);
  const recovering = await newest('good');
  expect(recovering).toMatchObject({ state: 'soaking', intent: 'rollback', verdict: 'hold' });
  expect(recovering?.recoveringFrom).toBeGreaterThan(askedAt.gate);
  const waiting = await hook('PreSync', 'good');
  expect(waiting.answer?.reasons.map(({ code }) => code)).toContain('recovery/not-back');
  world.sources.a.script = QUIET;
  world.sources.a.alerts = [];
  await world.pass(60);
  expect(await newest('good')).toMatchObject({ intent: 'rollback', state: 'go' });
  expect((await newest('good'))?.state, 'never convicted by what it repairs').not.toBe('halted');

  // A fix: refused for the hook's token, let past by a person, joined by the hook after that.
  const refused = await hook('PreSync', 'fix', 'fix');
  expect(refused.end).toBe('identity-refused');
  expect(EXIT_CODES['identity-refused']).toBe(45);
  expect(await newest('fix')).toBeUndefined();
  expect(await hook('PreSync', 'fix', 'fix', 'person')).toMatchObject({
    end: 'go',
    answer: { reason: 'admission/fix' },
  });
  expect(await hook('PreSync', 'fix', 'fix')).toMatchObject({
    end: 'go',
    answer: { reason: 'admission/already-admitted' },
  });

  // The halted digest stays halted, whoever asks and however often, and is audited once.
  for (let asks = 0; asks < 1_000; asks += 1) {
    const phase = (['PreSync', 'PostSync', 'SyncFail'] as const)[asks % 3] ?? 'PreSync';
    const result = await hook(phase, 'bad', 'fix', asks % 2 === 0 ? 'person' : 'hook');
    // Who reports a failed sync ends once it is noted; the answer says halt all the same.
    if (result.answer?.verdict !== 'halt') throw new Error(JSON.stringify(result));
  }
  expect(await newest('bad')).toEqual(bad);
  const verdicts = (await world.store.audit(0, 10_000)).filter(
    ({ runId, kind }) => runId === bad?.id && kind === 'verdict',
  );
  expect(verdicts).toHaveLength(1);
}, 120_000);
