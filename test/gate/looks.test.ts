import { setImmediate as breathe } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { createReadingsCache } from '../../src/gate/run-readings.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { HOOK } from './support/callers.ts';
import { value } from './support/fake-source.ts';
import { judgeByInput } from './support/judge-by-input.ts';
import { testJudge } from './support/test-judge.ts';
import { ALERTS, CHECKS, QUIET, World } from './support/world.ts';

const MINUTE = 60_000;
const PERSON = { actor: 'ada', reason: 'looked at it' };

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

describe('what a look asks', () => {
  test('each source once, for all its clusters', async () => {
    for (const cluster of ['a-1', 'a-2', 'b-1']) await world.soak({ cluster });
    const { a, b } = world.sources;
    a.asked.length = 0;
    b.asked.length = 0;

    await world.pass(0.25);

    expect(a.asked.map(({ clusters }) => clusters)).toEqual([['a-2', 'a-1']]);
    expect(b.asked.map(({ clusters }) => clusters)).toEqual([['b-1']]);
  });

  test('a cluster once, however many apps run on it', async () => {
    await world.soak();
    await world.soak({ app: 'bom-two' });
    world.sources.a.asked.length = 0;

    await world.pass(0.25);

    expect(world.sources.a.asked.map(({ clusters }) => clusters)).toEqual([['a-1']]);
  });

  test('only minutes that are final and not stored: each once, and none between two minutes', async () => {
    const { id } = await world.soak();
    world.sources.a.asked.length = 0;

    await world.pass(4);

    const asked = world.sources.a.asked.flatMap(({ window: { from, to } }) =>
      Array.from({ length: Math.max(0, (to - from) / MINUTE + 1) }, (_, index) => from + index * MINUTE),
    );
    expect(asked).toHaveLength(4);
    const stored = (await world.store.minutes(id)).map(({ minute }) => minute);
    expect(stored.slice(-4)).toEqual(asked);
  });

  test('nothing of runs that are only asked for, or decided in a rollout that is complete', async () => {
    await using lone = await World.open({ clusters: ['a-1'] });
    await lone.soak();
    await lone.pass(6);
    lone.sources.a.mood = 'down';
    await lone.ask('PreSync', { app: 'bom-two' });
    lone.sources.a.asked.length = 0;

    await lone.pass(1);

    expect(lone.sources.a.asked).toEqual([]);
  });

  test("a straggler apart, so that the others' window stays small", async () => {
    await world.soak({ cluster: 'a-1' });
    world.clock.advance(40 * MINUTE);
    await world.ask('PreSync', { cluster: 'a-2' });
    world.sources.a.asked.length = 0;

    await world.gate.look();

    const sizes = world.sources.a.asked.map(({ clusters, window }) => [
      clusters,
      (window.to - window.from) / MINUTE + 1,
    ]);
    expect(sizes).toEqual([
      [['a-2'], 0],
      [['a-1'], 40],
    ]);
  });

  test('after a long pause no more than a day', async () => {
    const { id } = await world.soak();
    world.clock.advance(3 * 24 * 60 * MINUTE);
    world.sources.a.asked.length = 0;
    const judged: number[] = [];
    const gate = await World.open({
      store: world.store,
      judge: judgeByInput((input) => {
        judged.push(input.readings.counts.get('dns-errors')?.length ?? 0);
        return {
          verdict: 'hold',
          reasons: [{ code: 'run/soaking', text: 'x' }],
          checks: [],
          extended: false,
        };
      }),
      startAt: world.clock.now(),
    });

    await gate.gate.look();

    expect(gate.sources.a.asked.map(({ window }) => (window.to - window.from) / MINUTE + 1)).toEqual([1_440]);
    expect(await world.store.minutes(id)).not.toHaveLength(0);
    expect(judged).toHaveLength(1);
  });
});

describe('a decision that was overtaken', () => {
  test('a look does not overwrite what a person decided while it was looking', async () => {
    const { id } = await world.soak();
    await world.pass(4);
    world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
    world.clock.advance(MINUTE);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.sources.a.barrier = promise;

    const looking = world.gate.look();
    await world.gate.override(id, 'go', PERSON);
    resolve();
    await looking;
    await world.pass(3);

    expect(await world.run(id)).toMatchObject({ state: 'go', decidedBy: 'ada' });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'override']);
    expect(world.looks.every(({ failed }) => failed === 0)).toBe(true);
  });

  test("a person's word is taken though a look is writing all the time", async () => {
    const { id } = await world.soak();
    world.clock.advance(MINUTE);

    await Promise.all([world.gate.look(), world.gate.override(id, 'halt', PERSON), world.gate.look()]);

    expect(await world.run(id)).toMatchObject({ state: 'halted', decidedBy: 'ada' });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'override']);
  });

  test('two looks of one gate come one after the other', async () => {
    await world.soak();
    world.clock.advance(MINUTE);
    const { promise, resolve } = Promise.withResolvers<void>();
    world.sources.a.barrier = promise;
    world.sources.a.asked.length = 0;

    const looks = [world.gate.look(), world.gate.look()];
    while (world.sources.a.asked.length === 0) await breathe();
    for (let turns = 0; turns < 20; turns += 1) await breathe();
    expect(world.sources.a.asked).toHaveLength(1);
    resolve();
    await Promise.all(looks);

    expect(world.sources.a.asked).toHaveLength(2);
    expect(world.looks.slice(-2)).toMatchObject([{ failed: 0 }, { failed: 0 }]);
  });

  test('of two gates on one ledger one decides', async () => {
    const { id } = await world.soak();
    await world.pass(4);
    const other = world.newGate();
    for (let looks = 0; looks < 12; looks += 1) {
      world.clock.advance(15_000);
      await Promise.all([world.gate.look(), other.look()]);
    }

    expect(await world.run(id)).toMatchObject({ state: 'go' });
    expect(await world.audited(id)).toEqual(['admission', 'sync', 'settled', 'verdict']);
    const minutes = (await world.store.minutes(id)).map(({ minute }) => minute);
    expect(new Set(minutes).size).toBe(minutes.length);
  });

  test('two gates that are asked at once admit one run', async () => {
    const other = world.newGate();
    const question = { app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1', phase: 'PreSync' } as const;

    const answers = await Promise.all([
      world.gate.ask(question, HOOK),
      other.ask({ ...question, digest: 'd2' }, HOOK),
      other.ask(question, HOOK),
    ]);

    expect(answers.every(({ verdict }) => verdict === 'go')).toBe(true);
    expect(await world.store.runs({ open: true })).toHaveLength(1);
  });
});

describe('trouble in a look', () => {
  test('a judge that fails on one run is logged, and the others are judged', async () => {
    await using broken = await World.open({
      judge: judgeByInput((input) => {
        if (input.components.includes('addons')) throw new Error('a bug in the judge');
        return testJudge(input);
      }),
    });
    await broken.ask('PostSync', { cluster: 'a-1', components: ['addons'] });
    const two = await broken.soak({ cluster: 'a-2' });

    await broken.pass(7);

    expect(await broken.run(two.id)).toMatchObject({ state: 'go' });
    expect(await broken.store.latest('bom', 'a-1')).toMatchObject({ state: 'settling' });
    // The go is watched on.
    expect(broken.looks.at(-1)).toEqual({ durationMs: 0, runs: 2, failed: 1 });
  });

  test('a failing judge leaves the run as it was and nothing half written', async () => {
    let fails = false;
    await using broken = await World.open({
      judge: judgeByInput((input) => {
        if (fails) throw new Error('a bug in the judge');
        return testJudge(input);
      }),
    });
    const { id } = await broken.soak();
    const other = await broken.soak({ cluster: 'b-1' });
    fails = true;
    const before = await broken.store.minutes(id);
    await broken.pass(2);

    expect(await broken.store.minutes(id)).toEqual(before);
    expect(await broken.run(id)).toMatchObject({ state: 'soaking' });
    const errors = broken.logged.filter(({ level }) => level === 'error');
    expect(errors.map(({ fields }) => 'runId' in fields && fields.runId)).toContain(id);
    expect(errors.map(({ fields }) => 'runId' in fields && fields.runId)).toContain(other.id);

    fails = false;
    await broken.pass(6);
    expect(await broken.run(id)).toMatchObject({ state: 'go' });
  });

  test('a source that throws makes its runs blind and touches no other source', async () => {
    const one = await world.soak({ cluster: 'a-1' });
    const two = await world.soak({ cluster: 'b-1' });
    world.sources.a.barrier = Promise.reject(new Error('boom'));
    world.sources.a.barrier.catch(() => undefined);

    await world.pass(6);

    expect(await world.run(one.id)).toMatchObject({ state: 'soaking', reasons: [{ code: 'data/unknown' }] });
    expect(await world.run(two.id)).toMatchObject({ state: 'go' });
  });

  test("alerts that can't be read keep a soak from going, and from nothing else", async () => {
    const { id } = await world.soak();
    world.sources.a.alertsMood = 'down';
    await world.pass(20);

    expect(await world.run(id)).toMatchObject({ state: 'soaking', reasons: [{ code: 'data/unknown' }] });
    expect(world.looks.every(({ failed }) => failed === 0)).toBe(true);
    expect((await world.store.minutes(id)).length).toBeGreaterThan(15);

    world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
    await world.pass(2);
    expect(await world.run(id)).toMatchObject({
      state: 'halted',
      reasons: [{ code: 'regression/dns-errors' }],
    });
  });

  test('a judge that would go is not heard while the cluster is not seen', async () => {
    let goes = false;
    await using eager = await World.open({
      judge: judgeByInput(() => ({
        verdict: goes ? 'go' : 'hold',
        reasons: [{ code: goes ? 'evidence/complete' : 'run/soaking', text: 'eager' }],
        checks: [],
        extended: false,
      })),
    });
    const { id } = await eager.soak();
    goes = true;
    eager.sources.a.alertsMood = 'down';
    await eager.pass(3);

    expect(await eager.run(id)).toMatchObject({ state: 'soaking', reasons: [{ code: 'data/unknown' }] });
    expect(eager.looks.every(({ failed }) => failed === 0)).toBe(true);
    eager.sources.a.alertsMood = 'well';
    await eager.pass(1);
    expect(await eager.run(id)).toMatchObject({ state: 'go' });
  });

  test('a reason that changes between two minutes is written at once', async () => {
    await using pending = await World.open({
      judge: judgeByInput(({ alertsNow }) => {
        const isPending = alertsNow.is === 'value' && alertsNow.value.length > 0;
        const code = isPending ? 'alert/pending' : 'evidence/gathering/dns-errors';
        return { verdict: 'hold', reasons: [{ code, text: 'x' }], checks: [], extended: isPending };
      }),
    });
    const { id } = await pending.soak();
    pending.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'pending', labels: {} }];
    const minutes = await pending.store.minutes(id);
    await pending.pass(0.25);

    expect(await pending.store.minutes(id)).toEqual(minutes);
    expect(await pending.run(id)).toMatchObject({ reasons: [{ code: 'alert/pending' }] });
  });

  test('a cluster without a source is blind, and says so', async () => {
    await using lone = await World.open({ sourceless: ['a-1'] });

    expect(await lone.ask('PreSync')).toMatchObject({
      verdict: 'hold',
      reason: 'data/unknown',
      reasons: [{ text: expect.stringContaining('no metric source') }],
    });
    const { runId } = await lone.ask('PostSync');
    await lone.pass(62);
    expect(await lone.run(runId)).toMatchObject({
      state: 'inconclusive',
      reasons: [{ code: 'run/max-blind' }],
    });
  });

  test('a store that is full writes nothing, and what was seen is judged later', async () => {
    const { id } = await world.soak();
    const { commit } = world.store;
    world.store.commit = () => Promise.reject(new Error('full'));
    await world.pass(2);
    world.store.commit = commit;

    expect(await world.run(id)).toMatchObject({ state: 'soaking' });
    await world.pass(5);

    expect(await world.run(id)).toMatchObject({ state: 'go' });
    const minutes = (await world.store.minutes(id)).map(({ minute }) => minute);
    expect(minutes).toEqual(minutes.map((_, index) => (minutes[0] ?? 0) + index * MINUTE));
  });
});

describe('the runs that are kept in memory', () => {
  const JUDGING = { checks: CHECKS, alerts: ALERTS, judge: judgeRun };

  test('are the same as those built from the store, and bounded', async () => {
    const { id } = await world.soak();
    await world.pass(3);
    const run = await world.run(id);
    const now = world.clock.now();
    const [roomy, tight] = [
      createReadingsCache(world.store, JUDGING),
      createReadingsCache(world.store, JUDGING, 2),
    ];

    const kept = await roomy.get(run, now);

    expect(await roomy.get(run, now)).toBe(kept);
    expect(await roomy.read(run, now)).toBe(kept);
    expect(await tight.get(run, now)).not.toBe(await tight.get(run, now));
    expect((await tight.get(run, now))?.readings).toEqual(kept?.readings);
    expect(await tight.lastMinute(id)).toBe(kept?.lastMinute);
    expect((await tight.opening(run, now))?.covered).toEqual(['dns-errors', 'nodes-ready', 'etcd-size']);
    roomy.drop(id);
    expect(await roomy.get(run, now)).not.toBe(kept);
  });

  test('grow by a minute without growing in size', async () => {
    const { id } = await world.soak();
    await world.pass(3);
    const cache = createReadingsCache(world.store, JUDGING);
    const before = (await cache.get(await world.run(id), world.clock.now()))?.size;
    await world.pass(1);
    cache.drop(id);

    expect(before).toBeGreaterThan(0);
    expect((await cache.get(await world.run(id), world.clock.now()))?.size).toBe(before);
  });

  test('are not those of an earlier admission', async () => {
    const { id } = await world.soak();
    const run = await world.run(id);
    const cache = createReadingsCache(world.store, JUDGING);
    const first = await cache.get(run, world.clock.now());
    const again = { ...run, admittedAt: (run.admittedAt ?? 0) + MINUTE };

    expect(await cache.get(again, world.clock.now())).not.toBe(first);
  });

  test('of a run without an opening there are none', async () => {
    world.sources.a.mood = 'down';
    const { runId } = await world.ask('PreSync');
    const run = await world.run(runId);
    const cache = createReadingsCache(world.store, JUDGING);

    expect(await cache.get(run, world.clock.now())).toBeUndefined();
    expect(await cache.lastMinute(runId)).toBeUndefined();
    expect(await cache.opening(run, world.clock.now())).toBeUndefined();
  });
});
