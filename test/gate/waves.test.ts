import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { RunState } from '../../src/domain/run.ts';
import {
  newestByCluster,
  targetsByWave,
  waveReason,
  wavesBefore,
  wavesNotReady,
} from '../../src/gate/wave-order.ts';
import { newRun } from '../store/ledger-data.ts';
import { value } from './support/fake-source.ts';
import { QUIET, World } from './support/world.ts';

const WAVE_OF: Readonly<Record<string, string>> = { 'a-1': 'sandbox', 'a-2': 'sandbox', 'b-1': 'prod' };
const WAVES = ['sandbox', 'canary', 'prod'];
const clusterOf = (name: string) => ({
  name,
  wave: WAVE_OF[name] ?? 'gone',
  class: 'x',
  region: 'x',
  source: 'x',
  labels: {},
  links: {},
});
const app = {
  name: 'bom',
  components: ['dns'],
  clusters: ['b-1', 'a-1', 'a-2'],
  mode: 'enforce',
  owners: [],
} as const;

describe('the order of waves', () => {
  const waves = targetsByWave(app, { waves: WAVES, cluster: clusterOf });

  test('is that of the configuration, with the targets of the app in it, and none where there are none', () => {
    expect(waves).toEqual([
      { name: 'sandbox', clusters: ['a-1', 'a-2'] },
      { name: 'canary', clusters: [] },
      { name: 'prod', clusters: ['b-1'] },
    ]);
  });

  test.each([
    ['sandbox', []],
    ['prod', ['sandbox', 'canary']],
    ['a wave that nobody knows', ['sandbox', 'canary', 'prod']],
  ])('before %s come %j', (wave, before) => {
    expect(wavesBefore(waves, wave).map(({ name }) => name)).toEqual(before);
  });

  test.each<[RunState | undefined, string | undefined]>([
    ['go', undefined],
    [undefined, 'a-1 was not asked for'],
    ['asked', 'a-1 is held (baseline/unhealthy)'],
    ['admitted', 'a-1 is admitted and not synced yet'],
    ['settling', 'a-1 is settling'],
    ['soaking', 'a-1 is soaking'],
    ['halted', 'a-1 is halted (baseline/unhealthy)'],
    ['inconclusive', 'a-1 is inconclusive (baseline/unhealthy)'],
    ['superseded', 'a-1 was superseded by another digest'],
    ['abandoned', 'a-1 left the rollout and came back'],
  ])('a cluster before that is %s: %s', (state, said) => {
    const reasons = [{ code: 'baseline/unhealthy', text: 'x' }] as const;
    const runs = [
      { ...newRun({ cluster: 'a-2' }), state: 'go' as const },
      ...(state ? [{ ...newRun({ cluster: 'a-1', attempt: 2 }), state, reasons }] : []),
      // An older attempt is not asked.
      ...(state
        ? [{ ...newRun({ cluster: 'a-1' }), state: state === 'go' ? ('halted' as const) : ('go' as const) }]
        : []),
    ];
    const newest = newestByCluster(runs);
    const earlier = wavesBefore(waves, 'prod').map(({ name, clusters }) => ({
      name,
      clusters: clusters.map((one) => {
        const run = newest.get(one);
        return { name: one, ...(run && { run }) };
      }),
    }));
    const missing = wavesNotReady(clusterOf('b-1'), earlier);

    expect(missing.map(({ code }) => code)).toEqual(said === undefined ? [] : ['wave/not-ready']);
    if (said !== undefined) expect(missing[0]?.text).toContain(`1 of 2 have no go for this digest: ${said}.`);
  });

  test.each([
    ['as it was earned', {}, 1],
    ['acknowledged by a person', { acknowledgedBy: 'ada' }, 0],
    ['decided by a person', { decidedBy: 'ada' }, 0],
  ])('a go of a sync that nobody admitted, %s', (_how, more, missing) => {
    const run = { ...newRun({ cluster: 'a-1' }), state: 'go' as const, ungated: true, ...more };
    const reasons = wavesNotReady(clusterOf('b-1'), [{ name: 'sandbox', clusters: [{ name: 'a-1', run }] }]);

    expect(reasons).toHaveLength(missing);
    for (const { text } of reasons) {
      expect(text).toContain('a-1 has only the go of a sync that nobody admitted');
      expect(text).toContain(`tidegate acknowledge ${run.id}`);
    }
  });

  test('of many clusters without go a reason names some and counts the rest', () => {
    const clusters = Array.from({ length: 20 }, (_, at) => ({ name: `c-${at}` }));
    const [reason] = wavesNotReady(clusterOf('b-1'), [{ name: 'sandbox', clusters }]);

    expect(reason?.text).toContain('c-7 was not asked for, 12 more have no go.');
  });

  test('the first wave is told from a later one, and skipped waves are named', () => {
    const run = { ...newRun({ cluster: 'a-1' }), state: 'go' as const };
    const ready = waveReason(clusterOf('b-1'), [
      { name: 'sandbox', clusters: [{ name: 'a-1', run }] },
      { name: 'canary', clusters: [] },
    ]);

    expect(waveReason(clusterOf('a-1'), [])).toMatchObject({ code: 'wave/first' });
    expect(waveReason(clusterOf('b-1'), [{ name: 'canary', clusters: [] }])).toMatchObject({
      code: 'wave/first',
      text: expect.stringContaining('skipped: canary'),
    });
    expect(ready.code).toBe('wave/ready');
    expect(ready.text).toContain('sandbox (1 cluster)');
    expect(ready.text).toContain('skipped: canary');
  });
});

describe('PreSync of a later wave', () => {
  let world: World;
  const onProd = { cluster: 'b-1' };
  const onSecond = { cluster: 'a-2' };
  beforeEach(async () => {
    world = await World.open({ waves: WAVES, waveOf: WAVE_OF });
  });
  afterEach(() => world[Symbol.asyncDispose]());

  test('holds until every cluster before it has go, and says what each is; then goes and says who was skipped', async () => {
    const first = await world.ask('PreSync', onProd);
    await world.soak();
    await world.pass(6);
    const half = await world.ask('PreSync', onProd);
    await world.soak(onSecond);
    await world.pass(6);
    const whole = await world.ask('PreSync', onProd);

    expect(first).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready', state: 'asked', wave: 'prod' });
    expect(first.reasons[0]?.text).toContain('a-1 was not asked for, a-2 was not asked for');
    expect(half.reasons[0]?.text).toContain('1 of 2 have no go for this digest: a-2 was not asked for.');
    expect(whole).toMatchObject({ verdict: 'go', state: 'admitted', runId: first.runId });
    expect(whole.reasons.map(({ code }) => code)).toEqual(['admission/admitted', 'wave/ready']);
    const entries = await world.store.audit(0, 100);
    expect(
      entries.find(({ kind, runId }) => kind === 'admission' && runId === whole.runId)?.data,
    ).toMatchObject({
      skippedWaves: ['canary'],
    });
  });

  test('a go for another digest opens nothing', async () => {
    for (const cluster of ['a-1', 'a-2']) await world.soak({ cluster });
    await world.pass(6);

    expect(await world.ask('PreSync', { ...onProd, digest: 'd2' })).toMatchObject({
      verdict: 'hold',
      reason: 'wave/not-ready',
    });
  });

  test("a halt closes it, a person's go opens it", async () => {
    await world.soak(onSecond);
    await world.pass(6);
    const { id } = await world.soak();
    world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
    await world.pass(2);
    world.sources.a.script = QUIET;
    const held = await world.ask('PreSync', onProd);
    await world.gate.override(id, 'go', { actor: 'alex', reason: 'a known peak' });
    world.clock.advance(10_000);

    expect(held.reasons[0]?.text).toContain('a-1 is halted (regression/dns-errors)');
    expect(await world.ask('PreSync', onProd)).toMatchObject({ verdict: 'go' });
  });

  test('a sync that nobody admitted opens nothing by its go, until a person says so', async () => {
    await world.soak(onSecond);
    const { runId } = await world.ask('PostSync');
    await world.pass(8);
    const earned = await world.run(runId);
    const held = await world.ask('PreSync', onProd);
    const [stopped] = (await world.gate.rollout('bom', 'd1')).waves;
    const acknowledged = await world.gate.override(runId, 'go', {
      actor: 'ada',
      reason: 'the hook was gone',
    });
    world.clock.advance(10_000);

    expect(earned).toMatchObject({ state: 'go', ungated: true, verdict: 'go' });
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(held.reasons[0]?.text).toContain(
      `1 of 2 have no go for this digest: a-1 has only the go of a sync`,
    );
    expect(stopped).toMatchObject({
      status: 'held',
      waitsFor: expect.stringContaining('a person has to acknowledge'),
      whoCanAct: expect.stringContaining('a person'),
      next: [expect.stringContaining(`tidegate acknowledge ${runId} --gate-url https://gate.test`)],
    });
    expect(acknowledged).toMatchObject({ state: 'go', verdict: 'go', decidedBy: 'ada', ungated: true });
    expect(acknowledged.reasons.map(({ code }) => code)).toEqual(['override/go', 'evidence/complete']);
    expect((await world.store.audit(0, 100)).at(-1)).toMatchObject({
      kind: 'override',
      actor: 'ada',
      runId,
      data: { from: 'go', verdict: 'go', reason: 'the hook was gone' },
    });
    expect((await world.gate.rollout('bom', 'd1')).waves[0]).toMatchObject({ status: 'complete', next: [] });
    expect(await world.ask('PreSync', onProd)).toMatchObject({ verdict: 'go', state: 'admitted' });
    await expect(world.gate.override(runId, 'go', { actor: 'ada', reason: 'again' })).rejects.toMatchObject({
      code: 'run/already-decided',
    });
  });

  test('a cluster of the same wave is no obstacle', async () => {
    await world.ask('PreSync');

    expect(await world.ask('PreSync', onSecond)).toMatchObject({ verdict: 'go' });
  });
});

test('a wave whose earlier waves have no targets goes first', async () => {
  await using world = await World.open({ waves: WAVES, waveOf: { 'a-1': 'prod' }, clusters: ['a-1'] });
  const { verdict, reasons } = await world.ask('PreSync');

  expect(verdict).toBe('go');
  expect(reasons.map(({ code }) => code)).toEqual(['admission/admitted', 'wave/first']);
  expect(reasons[1]?.text).toContain('skipped: sandbox, canary');
});
