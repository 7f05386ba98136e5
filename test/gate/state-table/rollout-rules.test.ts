import { afterEach, describe, expect, test } from 'vitest';
import type { LedgerRun } from '../../../src/gate/ports.ts';
import { ADA } from '../support/callers.ts';
import { World, type WorldOptions } from '../support/world.ts';

const THREE_WAVES: WorldOptions = {
  clusters: ['a-1', 'a-2', 'a-3', 'a-4', 'a-5'],
  waves: ['sandbox', 'stage', 'prod'],
  waveOf: { 'a-1': 'sandbox', 'a-2': 'stage', 'a-3': 'stage', 'a-4': 'stage', 'a-5': 'prod' },
};

let world: World;
afterEach(() => world[Symbol.asyncDispose]());

async function open(options: WorldOptions = {}): Promise<void> {
  world = await World.open({ ...THREE_WAVES, ...options });
}

/** Lets clusters earn their go one after the other. */
async function earnGo(...clusters: readonly string[]): Promise<readonly LedgerRun[]> {
  const runs: LedgerRun[] = [];
  for (const cluster of clusters) runs.push(await world.soak({ cluster }));
  await world.pass(7);
  return Promise.all(runs.map(({ id }) => world.run(id)));
}

const preSync = (cluster: string, digest = 'd1') => world.ask('PreSync', { cluster, digest });

/** Past the time for which a hold is not decided again. */
const later = () => world.clock.advance(11_000);

describe('quorum', () => {
  test.each([
    [1, 'hold'],
    [0.67, 'hold'],
    [0.6, 'go'],
  ])('of %s with two of three going: %s', async (quorum, verdict) => {
    await open();
    world.rules = { stage: { quorum } };
    await earnGo('a-1');
    await earnGo('a-2', 'a-3');

    const answer = await preSync('a-5');

    expect(answer.verdict).toBe(verdict);
    if (verdict === 'go') expect(answer.reasons[1]?.text).toContain('stage (2 of 3 clusters)');
    else expect(answer.reasons[0]?.text).toContain('1 of 3 have no go for this digest');
    const rollout = await world.gate.rollout('bom', 'd1');
    expect(rollout.waves[2]?.status).toBe(verdict === 'go' ? 'open' : 'waiting');
  });
});

describe('maxParallel', () => {
  test.each([
    [{ count: 1 }, 1],
    [{ share: 0.7 }, 2],
    [{ share: 0.1 }, 1],
  ])('%j lets %i of three change at a time, however many ask at once', async (maxParallel, most) => {
    await open();
    world.rules = { stage: { maxParallel } };
    await earnGo('a-1');

    const answers = await Promise.all(['a-2', 'a-3', 'a-4'].map((cluster) => preSync(cluster)));

    const held = answers.filter(({ verdict }) => verdict === 'hold');
    expect(answers.length - held.length).toBe(most);
    for (const { reasons } of held) {
      expect(reasons[0]).toMatchObject({
        code: 'wave/max-parallel',
        text: expect.stringContaining('of its 3'),
      });
    }
  });

  test('the next one is let go when a place is free again', async () => {
    await open();
    world.rules = { stage: { maxParallel: { count: 1 } } };
    await earnGo('a-1');
    await earnGo('a-2');

    expect(await preSync('a-3')).toMatchObject({ verdict: 'go' });
  });
});

describe('maxHalted', () => {
  test('the first halt freezes the rollout in its own wave, too, until a person has seen it', async () => {
    await open();
    await earnGo('a-1');
    const { runId } = await preSync('a-2');
    await world.ask('SyncFail', { cluster: 'a-2' });

    const held = await preSync('a-3');
    expect(held).toMatchObject({ verdict: 'hold', reason: 'rollout/frozen' });
    expect(held.reasons[0]?.text).toContain(`a-2 (run ${runId})`);
    expect(await world.gate.rollout('bom', 'd1')).toMatchObject({
      status: 'frozen',
      notes: [{ code: 'rollout/frozen' }],
    });

    await world.gate.acknowledge(runId, ADA);
    expect(await preSync('a-3')).toMatchObject({ verdict: 'go' });
    expect(await preSync('a-5')).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(await preSync('a-2')).toMatchObject({ verdict: 'halt' });
    expect(await world.gate.rollout('bom', 'd1')).toMatchObject({ status: 'halted' });
  });

  test('two may be, where the policy says so', async () => {
    await open();
    world.rules = { stage: { maxHalted: 2 } };
    await earnGo('a-1');
    await preSync('a-2');
    await world.ask('SyncFail', { cluster: 'a-2' });

    expect(await preSync('a-3')).toMatchObject({ verdict: 'go' });
    await world.ask('SyncFail', { cluster: 'a-3' });
    expect(await preSync('a-4')).toMatchObject({ verdict: 'hold', reason: 'rollout/frozen' });
  });
});

describe('shrink', () => {
  test('every go of an earlier wave shortens the soak, down to the floor, and the answer says why', async () => {
    await open();
    world.rules = {
      stage: { shrink: { factor: 0.5, afterGo: 1, floorMs: 60_000 } },
      prod: { shrink: { factor: 0.5, afterGo: 2, floorMs: 120_000 } },
    };
    await earnGo('a-1');

    const stage = await preSync('a-2');
    expect(stage.soak.minSeconds).toBe(150);
    expect(stage.reasons.at(-1)).toMatchObject({
      code: 'soak/shortened',
      text: expect.stringContaining('at least 150 s instead of 5 min: 1 cluster of earlier waves'),
    });
    await world.ask('PostSync', { cluster: 'a-2' });
    await earnGo('a-3', 'a-4');

    expect((await preSync('a-5')).soak.minSeconds).toBe(120);
    expect(await world.store.latest('bom', 'a-5')).toMatchObject({ policy: { minSoakMs: 120_000 } });
  });

  test("a person's go shortens nothing", async () => {
    await open();
    world.rules = { stage: { shrink: { factor: 0.5, afterGo: 1, floorMs: 60_000 } } };
    const { runId } = await preSync('a-1');
    await world.gate.override(runId, 'go', ADA);

    expect((await preSync('a-2')).soak.minSeconds).toBe(300);
  });
});

describe('row 21: what left the configuration', () => {
  test('an open run is abandoned at the next look, and leaves the quorum', async () => {
    await open();
    await earnGo('a-1');
    await earnGo('a-2', 'a-3');
    const { runId } = await preSync('a-4');
    world.clusters = world.clusters.filter((name) => name !== 'a-4');
    await world.gate.look();

    expect(await world.run(runId)).toMatchObject({
      state: 'abandoned',
      verdict: 'inconclusive',
      reasons: [{ code: 'run/abandoned', text: expect.stringContaining('a-4 left the fleet') }],
    });
    expect(await world.audited(runId)).toEqual(['admission', 'abandoned']);
    expect(await preSync('a-5')).toMatchObject({ verdict: 'go' });
  });

  test('a halted one holds its rollout until a person confirms, and stays halted', async () => {
    await open();
    world.rules = { stage: { maxHalted: 9 }, prod: { maxHalted: 9 } };
    await earnGo('a-1');
    const { runId } = await preSync('a-4');
    await world.ask('SyncFail', { cluster: 'a-4' });
    world.clusters = world.clusters.filter((name) => name !== 'a-4');
    await world.gate.look();

    const held = await preSync('a-2');
    expect(held).toMatchObject({ verdict: 'hold', reason: 'rollout/frozen' });
    expect(held.reasons[0]?.text).toContain('a-4, which left since');
    await world.gate.acknowledge(runId, ADA);
    expect(await preSync('a-2')).toMatchObject({ verdict: 'go' });
    expect(await world.run(runId)).toMatchObject({ state: 'halted', acknowledgedBy: 'ada' });
  });

  test('an app that is gone ends its runs; an inventory that can not be read ends none', async () => {
    await open();
    const { runId } = await preSync('a-1');
    world.unreadable = 'the file is gone';
    world.apps = 'other';
    await world.gate.look();
    expect(await world.run(runId)).toMatchObject({ state: 'admitted' });

    world.unreadable = undefined;
    await world.gate.look();
    expect(await world.run(runId)).toMatchObject({ state: 'abandoned' });
  });

  test('a cluster that comes back is asked for anew', async () => {
    await open();
    const fleet = world.clusters;
    await preSync('a-1');
    world.clusters = [];
    await world.gate.look();
    world.clusters = fleet;

    expect(await preSync('a-1')).toMatchObject({ verdict: 'go', attempt: 2 });
  });
});

describe('row 22: a cluster that joins', () => {
  test('blocks only waves that are not opened yet, and earns its own go', async () => {
    await open({ clusters: ['a-1', 'a-2', 'a-5'], waves: ['sandbox', 'stage', 'prod'] });
    await earnGo('a-1');
    await preSync('a-2');
    world.clusters = [...world.clusters, 'a-6'];
    world.waveOf = { ...world.waveOf, 'a-6': 'sandbox', 'a-7': 'stage' };
    world.clusters = [...world.clusters, 'a-7'];

    // Stage was opened before a-6 joined sandbox; prod was not.
    expect(await preSync('a-7')).toMatchObject({ verdict: 'go' });
    await world.ask('PostSync', { cluster: 'a-2' });
    await world.ask('PostSync', { cluster: 'a-7' });
    await world.pass(10);
    const held = await preSync('a-5');
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(held.reasons[0]?.text).toContain('a-6 was not asked for');

    await earnGo('a-6');
    later();
    expect(await preSync('a-5')).toMatchObject({ verdict: 'go' });
  });
});

describe('row 23: waves that change during a rollout', () => {
  test('another order holds until a person acknowledges it', async () => {
    await open();
    await earnGo('a-1');
    world.waves = ['sandbox', 'prod', 'stage'];

    const held = await preSync('a-5');
    expect(held).toMatchObject({ verdict: 'hold', reason: 'config/waves-changed' });
    expect(held.reasons[0]?.text).toContain('from sandbox, stage, prod to sandbox, prod, stage');
    expect(held.next).toEqual([expect.stringContaining(`tidegate acknowledge ${held.runId}`)]);
    expect((await world.gate.rollout('bom', 'd1')).notes).toMatchObject([{ code: 'config/waves-changed' }]);

    await world.gate.acknowledge(held.runId, ADA);
    expect(await preSync('a-5')).toMatchObject({ verdict: 'go' });
    expect(await preSync('a-2')).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
  });

  test('one that is added at the end, or after every go, holds nothing', async () => {
    await open();
    await earnGo('a-1');
    world.waves = [...world.waves, 'last'];
    expect(await preSync('a-2')).toMatchObject({ verdict: 'go' });
  });

  test('an earlier wave that lost all its clusters holds; a person lets it go on', async () => {
    await open();
    await earnGo('a-1');
    world.clusters = ['a-1', 'a-5'];

    const held = await preSync('a-5');
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/emptied' });
    expect(held.reasons[0]?.text).toContain('stage had 3 clusters');
    await world.gate.acknowledge(held.runId, ADA);
    const answer = await preSync('a-5');
    expect(answer).toMatchObject({ verdict: 'go' });
    expect(answer.reasons[1]?.text).toContain('skipped: stage');
  });
});

test('an inventory that can not be read holds, and says what can not', async () => {
  await open();
  world.unreadable = "tidegate.yaml can't be read: ENOENT";

  expect(await preSync('a-1')).toMatchObject({
    verdict: 'hold',
    reason: 'inventory/unreadable',
    whoCanAct: 'whoever runs the gate: make its configuration readable',
  });
  world.unreadable = undefined;
  later();
  expect(await preSync('a-1')).toMatchObject({ verdict: 'go' });
});
