import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { value } from '../support/fake-source.ts';
import { NOON, QUIET, World } from '../support/world.ts';

const MINUTE = 60_000;
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

describe('rows 4 to 6: the sync is reported, settles, soaks', () => {
  test('PostSync holds; the baseline stays the one before admission', async () => {
    await world.ask('PreSync');
    world.clock.advance(5 * MINUTE);

    const answer = await world.ask('PostSync');

    expect(answer).toMatchObject({ verdict: 'hold', reason: 'run/settling', state: 'settling' });
    expect(await world.run(answer.runId)).toMatchObject({
      admittedAt: NOON,
      syncedAt: NOON + 5 * MINUTE,
      ungated: false,
    });
  });

  test('PostSync without an admission is watched as usual, from a baseline that ends at the sync', async () => {
    const { runId, state, reasons } = await world.ask('PostSync');

    expect(state).toBe('settling');
    expect(reasons.map(({ code }) => code)).toEqual(['run/settling', 'run/ungated']);
    expect(await world.run(runId)).toMatchObject({ ungated: true, syncedAt: NOON });
    await world.pass(8);
    expect((await world.ask('PostSync')).reasons.at(-1)?.code).toBe('run/ungated');
    expect(await world.run(runId)).toMatchObject({ state: 'go', ungated: true });
    expect((await world.store.audit(0, 10))[0]).toMatchObject({ kind: 'sync', data: { ungated: true } });
  });

  test('PostSync without an admission is registered while the source is down, and judged once it is back', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PostSync');
    await world.pass(5);
    expect(await world.run(runId)).toMatchObject({ state: 'settling', reasons: [{ code: 'data/unknown' }] });

    world.sources.a.mood = 'well';
    await world.pass(8);

    expect(await world.run(runId)).toMatchObject({ state: 'go', ungated: true });
    expect((await world.gate.evidence(runId)).covered).toContain('dns-errors');
  });

  test('it settles when no more items are bad than before, and the clock of the soak starts', async () => {
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 1, among: 40 }) };
    await world.ask('PreSync', { components: ['nodes', 'dns'] });
    const { runId } = await world.ask('PostSync', { components: ['nodes', 'dns'] });
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 13, among: 40 }) };
    await world.pass(20);

    expect(await world.ask('PostSync')).toMatchObject({
      state: 'settling',
      settle: { done: 28, total: 40 },
      reasons: [{ text: expect.stringContaining('28 of 40') }],
    });
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 1, among: 40 }) };
    await world.pass(2);

    const run = await world.run(runId);
    expect(run).toMatchObject({ state: 'soaking' });
    expect(await world.ask('PostSync')).toMatchObject({
      state: 'soaking',
      soak: { startedAt: new Date(run.settledAt ?? 0).toISOString(), minSeconds: 300, maxSeconds: 1_800 },
    });
    expect(await world.audited(runId)).toEqual(['admission', 'sync', 'settled']);
  });

  test('nothing settles on a minute from before the sync', async () => {
    await world.ask('PreSync');
    world.clock.advance(10 * MINUTE);
    const { runId } = await world.ask('PostSync');

    await world.gate.look();
    expect(await world.run(runId)).toMatchObject({ state: 'settling' });
    await world.pass(2);
    expect(await world.run(runId)).toMatchObject({ state: 'soaking' });
  });
});

describe('row 7: harm', () => {
  test('a soak with harm is halted, with the commands that help', async () => {
    const { id } = await world.soak({ argoApp: 'bom-a-1' });
    breakDns();
    await world.pass(2);

    const answer = await world.ask('PostSync');
    expect(answer).toMatchObject({ verdict: 'halt', reason: 'regression/dns-errors', state: 'halted' });
    expect(answer.next).toEqual([
      expect.stringContaining(`tidegate retry ${id} --gate-url https://gate.test`),
      expect.stringContaining('kubectl --context a-1 delete job'),
      'argocd app sync bom-a-1',
    ]);
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
  });

  test('a new alert halts at the next look, between two minutes', async () => {
    const { id } = await world.soak();
    world.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} }];
    await world.pass(0.25);

    expect(await world.run(id)).toMatchObject({ state: 'halted', reasons: [{ code: 'alert/firing' }] });
  });

  test.each(['admitted', 'settling', 'soaking'] as const)(
    'a broken sync halts a run that is %s',
    async (state) => {
      const { runId } = await world.ask('PreSync');
      if (state !== 'admitted') await world.ask('PostSync');
      if (state === 'soaking') await world.pass(3);
      expect(await world.run(runId)).toMatchObject({ state });

      const answer = await world.ask('SyncFail');

      expect(answer).toMatchObject({ verdict: 'halt', reason: 'run/sync-failed', state: 'halted' });
      expect((await world.store.audit(0, 10)).at(-1)).toMatchObject({
        kind: 'verdict',
        data: { reportedBy: 'hook' },
      });
    },
  );

  test('a sync that fails because PreSync held it breaks nothing', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PreSync');

    expect(await world.ask('SyncFail')).toMatchObject({ verdict: 'hold', reason: 'data/unknown', runId });
    expect(await world.run(runId)).toMatchObject({ state: 'asked' });
  });

  test('a broken sync that nobody asked for opens nothing', async () => {
    expect(await world.ask('SyncFail')).toMatchObject({
      verdict: 'hold',
      reason: 'run/not-asked',
      attempt: 0,
    });
    expect(await world.gate.runs({})).toEqual([]);
  });
});

describe('row 8: go', () => {
  test('a soak with its evidence goes, and says so to the hook', async () => {
    const { id } = await world.soak();
    await world.pass(6);

    expect(await world.run(id)).toMatchObject({ state: 'go', verdict: 'go' });
    expect(await world.ask('PostSync')).toMatchObject({
      verdict: 'go',
      reason: 'evidence/complete',
      retryAfterSeconds: 0,
    });
    const evidence = await world.gate.evidence(id);
    expect(evidence.checks).toMatchObject([{ signal: 'dns-errors' }]);
    expect(evidence.minutes.length).toBeGreaterThan(5);
    expect(evidence.minutes[0]?.readings).toMatchObject({
      counts: { 'dns-errors': { is: 'value', value: { events: 2, exposure: 1_200 } } },
    });
  });
});

describe('rows 9 and 10: blindness', () => {
  test.each(['down', 'partial', 'skewed'] as const)(
    'a soak whose source is %s neither halts nor goes, and its clock stands',
    async (mood) => {
      const { id } = await world.soak();
      await world.pass(2);
      const before = await world.ask('PostSync');
      world.sources.a.mood = mood;
      await world.pass(20);

      expect(await world.run(id)).toMatchObject({
        state: 'soaking',
        reasons: [
          { code: { down: 'data/unknown', partial: 'data/partial', skewed: 'data/clock-skew' }[mood] },
        ],
      });
      const blind = await world.ask('PostSync');
      expect(blind).toMatchObject({ verdict: 'hold' });
      expect(blind.soak.elapsedSeconds - before.soak.elapsedSeconds).toBeLessThanOrEqual(15);
      expect(world.blind.get('prom-a')).toBe(1);

      world.sources.a.mood = 'well';
      await world.pass(0.25);
      expect(world.blind.get('prom-a')).toBe(0);
      await world.pass(5);
      expect(await world.run(id)).toMatchObject({ state: 'go' });
    },
  );

  test('minutes that could not be read are read once the source is back', async () => {
    const { id } = await world.soak();
    world.sources.a.mood = 'down';
    await world.pass(10);
    world.sources.a.mood = 'well';
    await world.pass(1);

    const minutes = (await world.store.minutes(id)).map(({ minute }) => minute);
    expect(minutes).toEqual(minutes.map((_, index) => (minutes[0] ?? 0) + index * MINUTE));
    expect((await world.store.minutes(id)).every(({ json }) => !json.includes('unknown'))).toBe(true);
  });

  test('after maxBlind it is inconclusive; when the cause is gone the gate soaks again by itself', async () => {
    const { id } = await world.soak();
    world.sources.a.mood = 'down';
    await world.pass(61);

    expect(await world.run(id)).toMatchObject({
      state: 'inconclusive',
      verdict: 'inconclusive',
      reasons: [{ code: 'run/max-blind' }],
    });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'inconclusive', next: expect.any(Array) });
    await world.pass(10);
    expect(await world.gate.runs({})).toHaveLength(1);

    world.sources.a.mood = 'well';
    await world.pass(0.25);
    const [resumed] = await world.store.runs({});
    expect(resumed).toMatchObject({ attempt: 2, state: 'settling', openedBy: 'gate', admittedAt: NOON });
    await world.pass(10);
    expect(await world.store.latest('bom', 'a-1')).toMatchObject({ attempt: 2, state: 'go' });
    expect(await world.audited(resumed?.id)).toEqual(['attempt', 'settled', 'verdict']);
  });

  test('three attempts of its own a day, then a person must', async () => {
    await world.soak();
    for (let round = 0; round < 6; round += 1) {
      world.sources.a.mood = 'down';
      await world.pass(63);
      world.sources.a.mood = 'well';
      await world.pass(0.5);
    }

    const runs = await world.store.runs({});
    expect(runs.map(({ attempt, openedBy }) => `${attempt} ${openedBy}`)).toEqual([
      '4 gate',
      '3 gate',
      '2 gate',
      '1 ask',
    ]);
    expect(runs[0]).toMatchObject({ state: 'inconclusive' });

    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'inconclusive', retryAfterSeconds: 0 });
    const retried = await world.gate.retry(runs[0]?.id ?? '', PERSON);
    expect(retried).toMatchObject({ attempt: 5, state: 'settling' });
  });

  test('what does not settle in time is inconclusive, and stays so', async () => {
    await world.ask('PreSync', { components: ['nodes', 'dns'] });
    const { runId } = await world.ask('PostSync');
    world.sources.a.script = { ...QUIET, items: () => value({ bad: 5, among: 40 }) };
    await world.pass(61);

    expect(await world.run(runId)).toMatchObject({
      state: 'inconclusive',
      reasons: [{ code: 'run/max-settle' }],
    });
    world.sources.a.script = QUIET;
    await world.pass(5);
    expect(await world.gate.runs({})).toHaveLength(1);
  });

  test('what has no evidence at the end of the soak is inconclusive, and can be asked again', async () => {
    const { id } = await world.soak();
    world.sources.a.script = { ...QUIET, count: () => ({ is: 'no-traffic' }) };
    await world.pass(32);
    expect(await world.run(id)).toMatchObject({ state: 'inconclusive', reasons: [{ code: 'run/max-soak' }] });

    world.sources.a.script = QUIET;
    const again = await world.ask('PreSync');

    expect(again).toMatchObject({ verdict: 'go', attempt: 2, state: 'admitted' });
    const opening = await world.store.opening(again.runId);
    expect(opening, "measured with the change, it can't be a baseline").toBe(await world.store.opening(id));
  });
});
