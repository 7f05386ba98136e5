import { afterEach, describe, expect, test } from 'vitest';
import type { AlertReading } from '../../../src/domain/reading.ts';
import { judgeRun } from '../../../src/judge/run-judge.ts';
import { POLICY } from '../../store/ledger-data.ts';
import { QUIET, World, type WorldOptions } from '../support/world.ts';

const PERSON = { actor: 'ada', reason: 'looked at it' };
const FIRING: AlertReading = { name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} };
const OLD = { digest: 'old' };
const NEW = { digest: 'new' };

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

/** A world in which `old` had its go on a-1, and `new` was halted there after it by an alert that still fires. */
async function halted(options: WorldOptions = {}): Promise<void> {
  world = await World.open(options);
  await world.soak(OLD);
  await world.pass(25);
  const { id } = await world.soak(NEW);
  world.sources.a.alerts = [FIRING];
  await world.pass(2);
  expect(await world.run(id)).toMatchObject({ state: 'halted', reasons: [{ code: 'alert/firing' }] });
}

describe('row 14: a digest that had its go and was replaced since', () => {
  test('is admitted at once while the alert fires, as another attempt with intent rollback, and that is audited', async () => {
    await halted();

    const answer = await world.ask('PreSync', OLD);

    expect(answer).toMatchObject({
      verdict: 'go',
      state: 'admitted',
      attempt: 2,
      reasons: [
        {
          code: 'admission/rollback',
          text: 'This digest had its go here before; going back is admitted at once.',
        },
      ],
    });
    expect(await world.run(answer.runId)).toMatchObject({ intent: 'rollback' });
    expect((await world.gate.evidence(answer.runId)).alertsBefore).toEqual(['DnsErrorsHigh{cluster="a-1"}']);
    expect((await world.store.audit(0, 100)).at(-1)).toMatchObject({
      kind: 'admission',
      runId: answer.runId,
      data: { reasons: ['admission/rollback'], intent: 'rollback', attempt: 2 },
    });
    expect(await world.ask('PreSync', NEW)).toMatchObject({ verdict: 'halt' });
  });

  test('soaks until what fired before has ended, then has its go again', async () => {
    await halted({ judge: judgeRun, policy: { ...POLICY, maxSoakMs: 10_800_000 } });
    await world.ask('PreSync', OLD);
    const { runId } = await world.ask('PostSync', OLD);
    await world.pass(40);

    const waiting = await world.run(runId);
    expect(waiting.state).toBe('soaking');
    expect(waiting.reasons.map(({ code }) => code)).toContain('baseline/unhealthy');
    world.sources.a.alerts = [];
    await world.pass(40);
    expect(await world.run(runId)).toMatchObject({ state: 'go' });
    expect(await world.ask('PreSync', OLD)).toMatchObject({ reason: 'admission/already-verified' });
  });

  test.each(['down', 'partial', 'skewed'] as const)(
    'needs no sight: admitted while the source is %s, and opened late',
    async (mood) => {
      await halted();
      world.sources.a.mood = mood;

      const { verdict, reason, runId } = await world.ask('PreSync', OLD);
      expect([verdict, reason]).toEqual(['go', 'admission/rollback']);
      expect(await world.store.opening(runId)).toBeUndefined();
      await world.ask('PostSync', OLD);
      await world.pass(3);
      world.sources.a.mood = 'well';
      world.sources.a.alerts = [];
      await world.pass(10);

      expect(await world.store.opening(runId)).toBeDefined();
      expect(await world.run(runId)).toMatchObject({ state: 'go', ungated: false });
    },
  );

  test('needs neither fresh readings nor coverage', async () => {
    await halted();
    const none = { is: 'no-data' } as const;
    world.sources.a.script = { count: () => none, items: () => none, value: () => none };

    expect(await world.ask('PreSync', OLD)).toMatchObject({ verdict: 'go', reason: 'admission/rollback' });
  });

  test('needs no wave: it does not wait for its go on earlier clusters again', async () => {
    const waves = { waves: ['sandbox', 'prod'], waveOf: { 'a-2': 'sandbox', 'a-1': 'prod' } };
    world = await World.open({ ...waves, clusters: ['a-1', 'a-2'] });
    for (const digest of ['old', 'new']) {
      for (const cluster of ['a-2', 'a-1']) {
        await world.soak({ cluster, digest });
        await world.pass(6);
      }
    }
    await world.ask('PreSync', { ...OLD, cluster: 'a-2' });

    expect(await world.ask('PreSync', OLD)).toMatchObject({ verdict: 'go', reason: 'admission/rollback' });
  });

  test('supersedes the change that is under way', async () => {
    world = await World.open();
    await world.soak(OLD);
    await world.pass(6);
    const { id } = await world.soak(NEW);

    const back = await world.ask('PreSync', OLD);

    expect(back).toMatchObject({ verdict: 'go', reason: 'admission/rollback' });
    expect(await world.run(id)).toMatchObject({ state: 'superseded', supersededBy: back.runId });
  });

  test('goes back again after its admission was over, or another digest came between', async () => {
    await halted();
    const { runId } = await world.ask('PreSync', OLD);
    await world.pass(121);
    expect(await world.run(runId)).toMatchObject({ state: 'asked' });
    const again = await world.ask('PreSync', OLD);
    await world.ask('PreSync', { digest: 'third' });

    expect(again).toMatchObject({ verdict: 'go', attempt: 2, reason: 'admission/rollback' });
    expect(await world.ask('PreSync', OLD)).toMatchObject({
      verdict: 'go',
      attempt: 3,
      reason: 'admission/rollback',
    });
  });
});

describe('row 14 lets nothing else in', () => {
  test.each(['change', 'rollback'] as const)(
    'a digest that never had go is held while the alert fires, sent with intent %s',
    async (intent) => {
      await halted();

      expect(await world.ask('PreSync', { digest: 'third', intent })).toMatchObject({
        verdict: 'hold',
        reason: 'baseline/unhealthy',
      });
    },
  );

  test('nor one that was replaced before it had its go', async () => {
    world = await World.open();
    await world.soak(OLD);
    await world.soak(NEW);
    world.sources.a.alerts = [FIRING];

    expect(await world.ask('PreSync', OLD)).toMatchObject({ verdict: 'hold', reason: 'baseline/unhealthy' });
  });

  test('nor one that had its go on another cluster', async () => {
    await halted();
    world.sources.a.alerts = [{ ...FIRING, cluster: 'a-2' }];

    expect(await world.ask('PreSync', { ...OLD, cluster: 'a-2' })).toMatchObject({ verdict: 'hold' });
  });

  test('nor one that was halted after its go, though a person retries it', async () => {
    await halted();
    const { runId } = await world.ask('PreSync', OLD);
    await world.ask('SyncFail', OLD);
    world.sources.a.alerts = [];
    await world.soak({ digest: 'third' });
    await world.pass(6);
    await world.gate.retry(runId, PERSON);
    world.sources.a.script = QUIET;
    world.sources.a.alerts = [FIRING];

    expect(await world.ask('PreSync', OLD)).toMatchObject({
      verdict: 'hold',
      attempt: 3,
      reason: 'baseline/unhealthy',
    });
  });
});
