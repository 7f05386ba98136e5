import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { ApplicationSpec, Retry } from '../support/argo-cd/application.ts';
import type { ArgoCd } from '../support/argo-cd/argo-cd.ts';
import type { DeletePolicy, Manifest } from '../support/argo-cd/manifest.ts';
import { ALL_POLICIES, configMap, hookJob, plainJob } from '../support/argo-cd/manifests.ts';
import type { ArgoVersion } from '../support/argo-cd/rolling-sync.ts';
import {
  APPLICATIONS,
  type ExperimentOptions,
  experiment,
  HANG,
  type RanPod,
  withHooks,
} from './experiment.ts';

// Experiments that were run on real Argo CD 3.5.1 and 3.2.12 in November 2026, with default settings, a RollingSync by a
// label and real hook Jobs: the model must do what they did, also where that is a way around the hooks.

const SECOND = 1_000;
const SEEN = 1.2 * SECOND;

const on =
  (hook: string, application: string, code: number) =>
  (pod: RanPod): number | undefined =>
    pod.hook === hook && pod.argoApp === application ? code : undefined;

describe('a PostSync hook hangs in wave 0', () => {
  const render = withHooks(['PreSync', 'PostSync'], ALL_POLICIES);
  const script = on('post-sync', 'w0', HANG);

  test.each<[string, (argo: ArgoCd) => void]>([
    ['a refresh click', (argo) => argo.click('w0')],
    ['an event of a sibling', (argo) => argo.click('w2')],
    ['a reconcile of the ApplicationSet', (argo) => argo.rollingSync.wake()],
    ['an unrelated commit', (argo) => argo.push('r3')],
  ])('3.5: it holds until %s lets wave 1 start beside it', async (_, happens) => {
    const world = await experiment({ render, script });
    world.argo.push('r2');
    await world.pass(10 * MINUTE_MS);
    expect(world.applied('w0')).toHaveLength(1);
    expect(world.applied('w1')).toHaveLength(0);

    happens(world.argo);
    expect(await world.pass(SEEN, () => world.argo.named('w1').isSyncing)).toBe(true);
    expect(world.status('w0')).toBe('Synced Healthy Running');
  });

  test('3.2: held, whatever else happens', async () => {
    const world = await experiment({ version: '3.2', render, script });
    world.argo.push('r2');
    await world.pass(10 * MINUTE_MS);
    world.argo.click('w0');
    await world.pass(10 * MINUTE_MS);
    expect(world.status('w0')).toBe('Synced Healthy Running');
    expect(world.applied('w1')).toHaveLength(0);
  });
});

describe('a PostSync hook fails in wave 0', () => {
  const render = withHooks(['PreSync', 'PostSync'], ALL_POLICIES);
  const script = on('post-sync', 'w0', 42);

  test('3.5: wave 1 starts, and wave 0 shows Synced, Healthy and Failed', async () => {
    const world = await experiment({ render, script, syncsPerChange: 1 });
    world.argo.push('r2');
    expect(await world.pass(30 * MINUTE_MS, () => world.argo.named('w1').isSyncing)).toBe(true);
    await world.pass(30 * MINUTE_MS);
    expect(world.status('w0')).toBe('Synced Healthy Failed');
    expect(world.applied('w1')).toHaveLength(1);
  });

  test('3.2: held', async () => {
    const world = await experiment({ version: '3.2', render, script });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.applied('w0')).toHaveLength(1);
    expect(world.applied('w1')).toHaveLength(0);
  });
});

describe('a PreSync hook in wave 1, with no Job left over', () => {
  const render = withHooks(['PreSync'], ALL_POLICIES);

  test.each<[ArgoVersion, string, number]>([
    ['3.5', 'hangs', HANG],
    ['3.5', 'fails', 42],
    ['3.2', 'hangs', HANG],
    ['3.2', 'fails', 42],
  ])('%s: when it %s nothing is applied, and wave 2 waits', async (version, _, code) => {
    const world = await experiment({ version, render, script: on('pre-sync', 'w1', code) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.applied('w0')).toHaveLength(1);
    expect(world.applied('w1')).toHaveLength(0);
    expect(world.applied('w2')).toHaveLength(0);
  });

  test('3.5: a failing one is tried again five times, at the times that were measured', async () => {
    const world = await experiment({ render, script: on('pre-sync', 'w1', 42) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    const runs = world.runsOf('pre-sync', 'w1');
    const [first = 0] = runs;
    const measured = [0, 18, 45, 91, 178, 347];
    expect(runs).toHaveLength(measured.length);
    for (const [i, at] of runs.entries()) {
      expect(Math.abs((at - first) / SECOND - (measured[i] ?? 0))).toBeLessThan(30);
    }
  });

  test('3.2: a failing one is started anew for ever, every few seconds', async () => {
    const world = await experiment({ version: '3.2', render, script: on('pre-sync', 'w1', 42) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    const runs = world.runsOf('pre-sync', 'w1');
    const gaps = runs.slice(1).map((at, i) => at - (runs[i] ?? 0));
    expect(runs.length).toBeGreaterThan(400);
    expect(Math.max(...gaps)).toBeLessThan(10 * SECOND);
  });
});

describe("a PreSync hook that says halt, with last time's Job still there", () => {
  const withNew = (policies?: readonly DeletePolicy[]): NonNullable<ExperimentOptions['render']> => {
    const render = withHooks(['PreSync'], policies);
    return (spec, revision) => [
      ...render(spec, revision),
      ...(revision === 'r2' ? [configMap('new', {})] : []),
    ];
  };
  const script = on('pre-sync', 'w0', 42);

  test.each<ArgoVersion>(['3.5', '3.2'])(
    '%s: with the default delete policy what is new in the commit is applied before the hook runs',
    async (version) => {
      const world = await experiment({ version, render: withNew(), script });
      world.argo.push('r2');
      await world.pass(60 * MINUTE_MS);
      const [applied] = world.applied('w0');
      const [asked = 0] = world.runsOf('pre-sync', 'w0');
      expect(applied?.keys).toEqual(['ConfigMap/new']);
      expect(applied?.at).toBeLessThan(asked);
      expect(world.applied('w0').flatMap(({ keys }) => keys)).not.toContain('ConfigMap/settings');
    },
  );

  test('3.5: with all three policies nothing is applied, 4 runs in 4 attempts', async () => {
    const retry: Retry = { limit: 3, backoff: { durationMs: 5_000, factor: 2, maxDurationMs: 180_000 } };
    const world = await experiment({ render: withNew(ALL_POLICIES), script, retry });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.applied('w0')).toEqual([]);
    expect(world.runsOf('pre-sync', 'w0')).toHaveLength(4);
  });
});

describe('3.5: retries of a PreSync Job that fails', () => {
  const script = on('pre-sync', 'w0', 42);

  test('BeforeHookCreation: 3 runs in 6 attempts, every second only deletes the Job', async () => {
    const world = await experiment({ render: withHooks(['PreSync'], ['BeforeHookCreation']), script });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.argo.named('w0').operation?.retries).toBe(5);
    expect(world.runsOf('pre-sync', 'w0')).toHaveLength(3);
  });

  test('generateName and HookSucceeded: 1 run in 6, the name is the same in every attempt', async () => {
    const render = (_: ApplicationSpec, revision: string): readonly Manifest[] => [
      hookJob('PreSync', ['hook', 'pre-sync', '--app=bom', '--cluster=any'], {
        generateName: 'gate-',
        policies: ['HookSucceeded'],
      }),
      configMap('settings', { revision }),
    ];
    const world = await experiment({ render, script });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.argo.named('w0').operation?.retries).toBe(5);
    expect(world.runsOf('pre-sync', 'w0')).toHaveLength(1);
  });
});

describe('one commit, three waves', () => {
  const firstSynced = async (webhook: boolean, seed: number) => {
    const world = await experiment({ webhook, seed, render: withHooks(['PreSync'], ALL_POLICIES) });
    const before = world.argo.applied.length;
    world.argo.push('r2');
    await world.pass(30 * MINUTE_MS, () => world.argo.isDone);
    await world.argo.stop();
    return world.argo.applied[before]?.application;
  };

  test('by default polling most rollouts do not begin with wave 0', async () => {
    const first = await Promise.all(Array.from({ length: 12 }, (_, seed) => firstSynced(false, seed)));
    expect(first.filter((name) => name !== 'w0').length).toBeGreaterThanOrEqual(6);
  });

  test('a webhook that refreshes all at once begins with wave 0, always', async () => {
    const first = await Promise.all(Array.from({ length: 12 }, (_, seed) => firstSynced(true, seed)));
    expect(new Set(first)).toEqual(new Set(['w0']));
  });

  test('every hook runs two or three times in almost every wave, and a rerun may overlap the next wave', async () => {
    const runs: number[] = [];
    let overlaps = 0;
    for (let seed = 0; seed < 10; seed += 1) {
      const world = await experiment({ seed, render: withHooks(['PreSync'], ALL_POLICIES) });
      world.argo.push('r2');
      await world.pass(30 * MINUTE_MS);
      for (const { name } of APPLICATIONS) runs.push(world.runsOf('pre-sync', name).length);
      const [next = 0] = world.runsOf('pre-sync', 'w1');
      if (world.runsOf('pre-sync', 'w0').some((at) => at > next)) overlaps += 1;
    }
    expect(new Set(runs)).toEqual(new Set([2, 3]));
    expect(overlaps).toBeGreaterThan(0);
    expect(overlaps).toBeLessThan(10);
  });
});

describe.each<ArgoVersion>(['3.5', '3.2'])('%s: a newer commit', (version) => {
  test('while wave 0 soaks in its PostSync hook: the later waves take it, wave 0 stays as it is', async () => {
    let isSoaking = true;
    const world = await experiment({
      version,
      render: withHooks(['PreSync', 'PostSync'], ALL_POLICIES),
      script: (pod) => (isSoaking ? on('post-sync', 'w0', HANG)(pod) : undefined),
      syncsPerChange: 1,
    });
    world.argo.push('r2');
    await world.pass(5 * MINUTE_MS);
    world.argo.push('r3');
    await world.pass(5 * MINUTE_MS);
    isSoaking = false;
    world.argo.named('w0').live.finishJobs();
    await world.pass(30 * MINUTE_MS);
    expect(APPLICATIONS.map(({ name }) => world.applied(name).at(-1)?.revision)).toEqual(['r2', 'r3', 'r3']);
    for (const { name } of APPLICATIONS) {
      expect(world.argo.rollingSync.statusOf(world.argo.named(name))).toBe('Healthy');
    }
  });

  test('while PreSync holds: on go the old one is applied, then another sync asks again and applies the newer', async () => {
    const world = await experiment({
      version,
      render: withHooks(['PreSync'], ALL_POLICIES),
      script: on('pre-sync', 'w0', HANG),
      syncsPerChange: 1,
    });
    world.argo.push('r2');
    await world.pass(5 * MINUTE_MS);
    world.argo.push('r3');
    await world.pass(5 * MINUTE_MS);
    expect(world.runsOf('pre-sync', 'w0')).toHaveLength(1);
    world.argo.named('w0').live.finishJobs();
    await world.pass(5 * MINUTE_MS);
    expect(world.applied('w0').map(({ revision }) => revision)).toEqual(['r2']);
    expect(world.runsOf('pre-sync', 'w0')).toHaveLength(2);
    world.argo.named('w0').live.finishJobs();
    await world.pass(5 * MINUTE_MS);
    expect(world.applied('w0').map(({ revision }) => revision)).toEqual(['r2', 'r3']);
  });
});

describe.each<ArgoVersion>(['3.5', '3.2'])('%s: syncs without hooks', (version) => {
  test('a partial sync applies a commit that no hook saw, and the history keeps the old revision', async () => {
    const world = await experiment({
      version,
      render: withHooks(['PreSync'], ALL_POLICIES),
      script: on('pre-sync', 'w0', 42),
    });
    world.argo.push('r2');
    await world.pass(30 * MINUTE_MS, () => !world.argo.named('w0').isSyncing || version === '3.2');
    const asked = world.runsOf('pre-sync', 'w1').length;
    world.argo.named('w1').start({ only: ['ConfigMap/settings'] });
    await world.pass(MINUTE_MS);
    expect(world.runsOf('pre-sync', 'w1')).toHaveLength(asked);
    expect(world.applied('w1')).toMatchObject([{ revision: 'r2' }]);
    expect(world.argo.named('w1').sync).toBe('Synced');
    expect(world.argo.named('w1').history.at(-1)?.revision).toBe('r1');
  });

  test('self-heal does the same', async () => {
    const world = await experiment({ version, render: withHooks(['PreSync'], ALL_POLICIES) });
    const { live } = world.argo.named('w2');
    live.edit('ConfigMap/settings', { revision: 'by hand' });
    world.argo.named('w2').selfHeal();
    await world.pass(MINUTE_MS);
    expect(world.runsOf('pre-sync', 'w2')).toHaveLength(0);
    expect(world.applied('w2')).toMatchObject([{ keys: ['ConfigMap/settings'] }]);
    expect(world.argo.named('w2').history.at(-1)?.revision).toBe('r1');
  });
});

describe('the soak as a Job that is no hook, in an Application of its own in the same step', () => {
  const applications = APPLICATIONS.flatMap((spec) => [
    spec,
    { ...spec, name: `${spec.name}-soak`, prune: true },
  ]);
  const soakName = (revision: string) => `soak-${revision === 'r1' ? 'd1' : revision === 'r4' ? 'd4' : 'd2'}`;
  const render = (spec: ApplicationSpec, revision: string) =>
    spec.name.endsWith('-soak')
      ? [plainJob(soakName(revision), ['hook', 'soak'])]
      : withHooks(['PreSync'], ALL_POLICIES)(spec, revision);
  const soaks = (code: number) => (pod: RanPod) =>
    pod.hook === 'soak' && pod.argoApp === 'w0-soak' ? code : pod.hook === 'soak' ? 0 : undefined;

  test('3.5: it holds while the Job runs, and complete it lets the next wave go within seconds', async () => {
    const world = await experiment({ applications, render, script: soaks(HANG) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.status('w0-soak')).toBe('Synced Progressing Succeeded');
    world.argo.click('w0');
    await world.pass(60 * MINUTE_MS);
    expect(world.applied('w1')).toHaveLength(0);
    world.argo.named('w0-soak').live.finishJobs();
    expect(await world.pass(SEEN, () => world.argo.named('w1').isSyncing)).toBe(true);
  });

  test.each<ArgoVersion>(['3.5', '3.2'])(
    '%s: failed it is Degraded, and the wave stays stopped through unrelated commits',
    async (version) => {
      const world = await experiment({ version, applications, render, script: soaks(42) });
      world.argo.push('r2');
      await world.pass(60 * MINUTE_MS);
      expect(world.status('w0-soak')).toBe('Synced Degraded Succeeded');
      world.argo.push('r3');
      await world.pass(60 * MINUTE_MS);
      expect(world.applied('w1')).toHaveLength(0);
    },
  );

  test('3.5: a new digest in its name soaks anew', async () => {
    const world = await experiment({ applications, render, script: soaks(42) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    world.argo.push('r4');
    await world.pass(60 * MINUTE_MS);
    expect(world.runsOf('soak', 'w0-soak')).toHaveLength(2);
    expect(world.applied('w0-soak').at(-1)?.keys).toEqual(['Job/soak-d4', 'Job/soak-d2']);
  });

  test('3.5: an old Job that nobody prunes keeps the wave stuck for ever', async () => {
    const unpruned = applications.map((spec) => ({ ...spec, prune: false }));
    const world = await experiment({ applications: unpruned, render, script: soaks(0) });
    world.argo.push('r2');
    await world.pass(60 * MINUTE_MS);
    expect(world.status('w0-soak')).toBe('OutOfSync Healthy Succeeded');
    expect(world.applied('w1')).toHaveLength(0);
  });
});

test('3.5: hold by retry: asked anew at each attempt, and after go the newest commit is applied without anybody', async () => {
  let asked = 0;
  const world = await experiment({
    render: withHooks(['PreSync'], ALL_POLICIES),
    script: ({ hook, argoApp }) => {
      if (hook !== 'pre-sync' || argoApp !== 'w0') return undefined;
      asked += 1;
      return asked <= 11 ? 43 : undefined;
    },
    retry: { limit: -1, refresh: true, backoff: { durationMs: 5_000, factor: 1, maxDurationMs: 10_000 } },
  });
  world.argo.push('r2');
  await world.pass(MINUTE_MS);
  world.argo.push('r3');
  await world.pass(10 * MINUTE_MS, () => world.argo.isDone);
  expect(asked).toBeGreaterThanOrEqual(12);
  expect(world.applied('w0').map(({ revision }) => revision)).toEqual(['r3']);
  expect(world.argo.isDone).toBe(true);
});
