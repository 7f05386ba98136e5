import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import type { Run, RunState } from '../../src/domain/run.ts';
import type { Freeze } from '../../src/gate/freezes.ts';
import type { App, LedgerRun, WaveRules } from '../../src/gate/ports.ts';
import { inReadingOrder, type Rollout, type RolloutStatus, rolloutOf } from '../../src/gate/rollouts.ts';
import { newRun } from '../store/ledger-data.ts';
import { World } from './support/world.ts';

const MINUTE = 60_000;
const WAVES = ['sandbox', 'canary', 'prod'];
const WAVE_OF: Readonly<Record<string, string>> = { s1: 'sandbox', s2: 'sandbox', p1: 'prod' };
const APP: App = {
  name: 'bom',
  components: ['dns'],
  clusters: ['s1', 's2', 'p1'],
  mode: 'enforce',
  owners: ['platform'],
};
const NOW = 100 * MINUTE;

const TIMES = {
  asked: {},
  admitted: { admittedAt: 11 * MINUTE },
  settling: { admittedAt: 11 * MINUTE, syncedAt: 12 * MINUTE },
  soaking: { admittedAt: 11 * MINUTE, syncedAt: 12 * MINUTE, settledAt: 13 * MINUTE },
  go: { decidedAt: 20 * MINUTE, verdict: 'go' },
  halted: { decidedAt: 20 * MINUTE, verdict: 'halt' },
  inconclusive: { decidedAt: 20 * MINUTE, verdict: 'inconclusive' },
  superseded: { decidedAt: 20 * MINUTE, verdict: 'inconclusive' },
  abandoned: { decidedAt: 20 * MINUTE, verdict: 'inconclusive' },
  adopted: { syncedAt: 9 * MINUTE, decidedAt: 20 * MINUTE },
} as const satisfies Record<RunState, Partial<Run>>;

/** A run that was asked for after 10 min and decided, if it is, after 20. */
function run(cluster: string, state: RunState, more: Partial<LedgerRun> = {}): LedgerRun {
  const reasons = [{ code: 'baseline/unhealthy', text: `text of ${cluster}` }] as const;
  return { ...newRun({ cluster, now: 10 * MINUTE }), reasons, ...TIMES[state], state, ...more };
}

const NOT_READY = { reasons: [{ code: 'wave/not-ready', text: 'not yet' }] } as const;

function derive(
  runs: readonly LedgerRun[],
  more: {
    app?: App;
    now?: number;
    newest?: readonly Run[];
    rules?: Partial<WaveRules>;
    freezes?: readonly Freeze[];
  } = {},
): Rollout {
  const [first, ...rest] = runs;
  if (first === undefined) throw new Error('a rollout has a run');
  return rolloutOf({
    app: more.app ?? APP,
    digest: 'sha256:aa',
    runs: [first, ...rest],
    newest: more.newest ?? runs,
    inventory: {
      waves: WAVES,
      waveRules: () => ({ quorum: 1, maxHalted: 2, ...more.rules }),
      cluster: (name) => ({
        name,
        wave: WAVE_OF[name] ?? '?',
        class: 'x',
        region: 'x',
        source: 'x',
        labels: {},
        links: {},
      }),
    },
    freezes: more.freezes ?? [],
    baseUrl: 'https://gate.test',
    now: more.now ?? NOW,
  });
}

const sandboxGo = [run('s1', 'go'), run('s2', 'go', { decidedAt: 30 * MINUTE })];

describe('the status of a rollout', () => {
  test.each<[string, readonly LedgerRun[], number, RolloutStatus, readonly string[]]>([
    ['soaking', [run('s1', 'soaking'), run('s2', 'admitted')], 100, 'open', ['open', 'skipped', 'waiting']],
    [
      'held for its baseline',
      [run('s1', 'go'), run('s2', 'asked')],
      100,
      'held',
      ['held', 'skipped', 'waiting'],
    ],
    ['one of two not asked', [run('s1', 'go')], 19, 'open', ['open', 'skipped', 'waiting']],
    ['one of two never asked', [run('s1', 'go')], 100, 'stalled', ['stalled', 'skipped', 'waiting']],
    ['its turn, not asked for 9 min', sandboxGo, 39, 'open', ['complete', 'skipped', 'open']],
    ['its turn, not asked for 10 min', sandboxGo, 40, 'stalled', ['complete', 'skipped', 'stalled']],
    [
      'its turn, not asked since it was held for the wave before',
      [...sandboxGo, run('p1', 'asked', NOT_READY)],
      40,
      'stalled',
      ['complete', 'skipped', 'stalled'],
    ],
    [
      'its turn, asked and held for something else',
      [...sandboxGo, run('p1', 'asked')],
      100,
      'held',
      ['complete', 'skipped', 'held'],
    ],
    [
      'admitted, and the admission is over',
      [
        ...sandboxGo,
        run('p1', 'asked', {
          admittedAt: 31 * MINUTE,
          reasons: [{ code: 'run/waiting-for-sync', text: 'x' }],
        }),
      ],
      161,
      'stalled',
      ['complete', 'skipped', 'stalled'],
    ],
    [
      'retried and not asked since',
      [
        ...sandboxGo,
        run('p1', 'asked', { askedAt: 50 * MINUTE, reasons: [{ code: 'run/retried', text: 'x' }] }),
      ],
      59,
      'open',
      ['complete', 'skipped', 'open'],
    ],
    [
      'a go of a sync that nobody admitted',
      [run('s1', 'go', { ungated: true }), run('s2', 'go')],
      100,
      'held',
      ['held', 'skipped', 'waiting'],
    ],
    [
      'such a go, acknowledged',
      [run('s1', 'go', { ungated: true, decidedBy: 'ada' }), run('s2', 'go')],
      29,
      'open',
      ['complete', 'skipped', 'open'],
    ],
    ['halted', [run('s1', 'halted'), run('s2', 'soaking')], 100, 'halted', ['halted', 'skipped', 'waiting']],
    [
      'inconclusive',
      [run('s1', 'inconclusive'), run('s2', 'go')],
      100,
      'inconclusive',
      ['inconclusive', 'skipped', 'waiting'],
    ],
    [
      'a later wave halted',
      [...sandboxGo, run('p1', 'halted')],
      100,
      'halted',
      ['complete', 'skipped', 'halted'],
    ],
    [
      'a later wave ungated',
      [run('s1', 'soaking'), run('p1', 'soaking')],
      100,
      'open',
      ['open', 'skipped', 'open'],
    ],
    ['complete', [...sandboxGo, run('p1', 'go')], 100, 'complete', ['complete', 'skipped', 'complete']],
  ])('%s', (_what, runs, minutes, status, waves) => {
    const rollout = derive(runs, { now: minutes * MINUTE });

    expect(rollout.waves.map((wave) => wave.status)).toEqual(waves);
    expect(rollout.status).toBe(status);
  });

  test('is superseded when another digest was asked for later and nothing of it is open, and names that digest', () => {
    const later = {
      ...newRun({ cluster: 's1', digest: 'sha256:bb', now: 15 * MINUTE }),
      state: 'soaking' as const,
    };

    expect(derive([run('s1', 'halted')], { newest: [later] })).toMatchObject({
      status: 'superseded',
      supersededBy: 'sha256:bb',
      since: 15 * MINUTE,
    });
    expect(derive([run('p1', 'soaking')], { newest: [later] })).toMatchObject({ status: 'open' });
    expect(derive([...sandboxGo, run('p1', 'go')], { newest: [later] })).toMatchObject({
      status: 'complete',
    });
    expect(derive([run('s1', 'halted', { askedAt: 16 * MINUTE })], { newest: [later] })).toMatchObject({
      status: 'halted',
    });
  });

  test('is held when the app has no target any more: that is no end', () => {
    expect(derive([run('s1', 'go')], { app: { ...APP, clusters: [] } })).toMatchObject({ status: 'held' });
  });

  test('is complete only when every target has go, whatever the runs are', () => {
    const states = fc.constantFrom<RunState | 'none'>(
      ...(Object.keys(TIMES) as RunState[]),
      'none',
      'go',
      'go',
    );
    fc.assert(
      fc.property(fc.tuple(states, states, states), fc.nat(200), (tuple, minutes) => {
        const runs = tuple.flatMap((state, at) =>
          state === 'none' ? [] : [run(APP.clusters[at] ?? '', state)],
        );
        fc.pre(runs.length > 0);
        const { status } = derive(runs, { now: minutes * MINUTE });
        expect(status === 'complete').toBe(tuple.every((state) => state === 'go' || state === 'adopted'));
      }),
    );
  });
});

describe('a rollout tells', () => {
  test('what each wave waits for, since when, who can act and how', () => {
    const { waves, since } = derive([run('s1', 'halted', { argoApp: 'bom-s1' }), run('s2', 'soaking')]);
    const [sandbox, canary, prod] = waves;

    expect(since).toBe(20 * MINUTE);
    expect(sandbox).toMatchObject({ since: 20 * MINUTE, waitsFor: 's1 is halted: text of s1' });
    expect(sandbox?.whoCanAct).toContain('retry or an override (platform)');
    expect(sandbox?.next.at(-1)).toBe('argocd app sync bom-s1');
    expect(canary).toEqual({ name: 'canary', status: 'skipped', clusters: [], next: [] });
    expect(prod).toMatchObject({ waitsFor: 'Go on every cluster of sandbox.', next: [] });
    expect(prod?.clusters).toEqual([{ name: 'p1', state: 'not-asked', verdict: 'hold' }]);
  });

  test('the command that moves a stalled wave, with the Argo CD Application that another digest had', () => {
    const before = { ...newRun({ cluster: 'p1', digest: 'sha256:00', now: 0 }), argoApp: "bom's p1" };
    const { waves } = derive(sandboxGo, { newest: [...sandboxGo, before] });

    expect(waves[2]).toMatchObject({
      status: 'stalled',
      since: 30 * MINUTE,
      next: ["argocd app sync 'bom'\\''s p1'"],
    });
    expect(waves[2]?.waitsFor).toContain('the turn of p1');
  });

  test.each<[RunState, number]>([
    ['asked', 10],
    ['admitted', 11],
    ['settling', 12],
    ['soaking', 13],
    ['halted', 20],
  ])('since when a cluster is %s', (state, minute) => {
    expect(derive([run('s1', state)]).waves[0]?.clusters[0]).toMatchObject({
      name: 's1',
      state,
      verdict: run('s1', state).verdict,
      reason: 'baseline/unhealthy',
      text: 'text of s1',
      since: minute * MINUTE,
      runId: run('s1', state).id,
    });
  });

  test('how far a soak has come, while it lasts', () => {
    const clusterOf = (one: LedgerRun) => derive([one]).waves[0]?.clusters[0];
    const soaking = run('s1', 'soaking');
    const policy = { ...soaking.policy, shortened: { fromMs: 9 * MINUTE, goes: 2 } };

    expect(clusterOf({ ...soaking, policy })?.soak).toEqual({
      elapsedMs: NOW - 13 * MINUTE,
      minSoakMs: policy.minSoakMs,
      maxSoakMs: policy.maxSoakMs,
      shortened: policy.shortened,
    });
    expect(clusterOf(run('s1', 'go'))).not.toHaveProperty('soak');
  });

  test('what does not protect it', () => {
    expect(derive(sandboxGo)).not.toHaveProperty('notProtected');
    expect(derive(sandboxGo, { app: { ...APP, mode: 'observe' } }).notProtected).toContain('observe mode');
    expect(derive([run('s1', 'go', { revision: 'sha256:aa' })]).notProtected).toContain('no digest');
  });
});

test('what needs a person is read first, then the newest', () => {
  const some = (status: RolloutStatus, since: number) => ({ ...derive(sandboxGo), status, since });
  const order = inReadingOrder([
    some('complete', 9),
    some('open', 3),
    some('stalled', 1),
    some('open', 4),
    some('halted', 2),
  ]);

  expect(order.map(({ status, since }) => [status, since])).toEqual([
    ['halted', 2],
    ['stalled', 1],
    ['open', 4],
    ['open', 3],
    ['complete', 9],
  ]);
});

describe('the gate lists rollouts', () => {
  test('of what was asked for last, of one app or of all; older ones are found by their digest', async () => {
    await using world = await World.open();
    await world.ask('PreSync', { digest: 'd0' });
    world.clock.advance(1);
    await world.ask('PreSync', { digest: 'd1' });
    await world.ask('PreSync', { app: 'bom-2', digest: 'x1' });

    const keys = async (app?: string) => (await world.gate.rollouts(app)).map(({ digest }) => digest).sort();
    expect(await keys()).toEqual(['d1', 'x1']);
    expect(await keys('bom')).toEqual(['d1']);
    expect(await world.gate.rollout('bom', 'd0')).toMatchObject({ status: 'superseded', supersededBy: 'd1' });
    await expect(world.gate.rollouts('nothing')).rejects.toMatchObject({ code: 'app/unknown' });
    await expect(world.gate.rollout('nothing', 'd1')).rejects.toMatchObject({ code: 'app/unknown' });
    await expect(world.gate.rollout('bom', 'd9')).rejects.toMatchObject({ code: 'rollout/unknown' });
  });
});
