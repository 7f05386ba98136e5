import { beforeEach, expect, test } from 'vitest';
import type { App } from '../../src/gate/ports.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { readStanding, showStanding } from '../../src/telemetry/standing-metrics.ts';
import { World } from '../gate/support/world.ts';
import { suiteResources } from '../support/resources.ts';

const resources = suiteResources();
let world: World;
let metrics: Metrics;

beforeEach(async () => {
  world = resources.use(
    await World.open({ clusters: ['a-1', 'b-1'], waves: ['first', 'second'], waveOf: { 'b-1': 'second' } }),
  );
  metrics = createMetrics({ version: '1.0.0' });
});

const app =
  (mode: App['mode'], clusters = ['a-1', 'b-1']) =>
  (name: string) => ({
    name,
    mode,
    clusters,
    components: ['dns'] as const,
    owners: [],
  });
const refresh = async (find: (name: string) => App | undefined = app('enforce')) =>
  showStanding(metrics, await readStanding({ gate: world.gate, app: find }));
const lines = async (metric: string) =>
  (await metrics.exposition())
    .split('\n')
    .filter((line) => line.startsWith(`${metric}{`))
    .sort();

/** Somebody stops the run on a-1. */
async function halt(): Promise<string> {
  const { runId } = await world.ask('PreSync');
  await world.gate.override(runId, 'halt', { actor: 'ann', reason: 'a test' });
  return runId;
}

test('a halted run is told until a person lets it try again', async () => {
  const runId = await halt();
  await refresh();
  expect(await lines('tidegate_halted_runs')).toEqual([
    'tidegate_halted_runs{app="bom",target_cluster="a-1"} 1',
  ]);
  expect(await lines('tidegate_rollout_wave_status')).toEqual([
    'tidegate_rollout_wave_status{app="bom",wave="first",status="halted"} 1',
    'tidegate_rollout_wave_status{app="bom",wave="second",status="waiting"} 1',
  ]);

  await world.gate.retry(runId, { actor: 'ann', reason: 'a test' });
  await refresh();
  expect(await lines('tidegate_halted_runs')).toEqual([
    'tidegate_halted_runs{app="bom",target_cluster="a-1"} 0',
  ]);
});

test('in observe mode nobody is waited for, and the waves are told all the same', async () => {
  await halt();
  await refresh(app('observe'));
  expect(await lines('tidegate_halted_runs')).toEqual([]);
  expect(await lines('tidegate_stalled_rollouts')).toEqual([]);
  expect(await lines('tidegate_rollout_wave_status')).toHaveLength(2);
});

test.each([
  ['the app is gone', () => undefined],
  ['the cluster is no target any more', app('enforce', ['b-1'])],
])('a halted run waits for nobody when %s', async (_, find) => {
  await halt();
  await refresh(find);
  expect(await lines('tidegate_halted_runs')).toEqual([]);
});

test('a rollout that nobody goes on with is told as stalled, until somebody asks', async () => {
  const { runId } = await world.ask('PreSync');
  await world.gate.override(runId, 'go', { actor: 'ann', reason: 'a test' });
  await refresh();
  expect(await lines('tidegate_stalled_rollouts')).toEqual(['tidegate_stalled_rollouts{app="bom"} 0']);

  world.clock.advance(10 * 60_000);
  await refresh();
  expect(await lines('tidegate_stalled_rollouts')).toEqual(['tidegate_stalled_rollouts{app="bom"} 1']);
  expect(await lines('tidegate_rollout_wave_status')).toContain(
    'tidegate_rollout_wave_status{app="bom",wave="second",status="stalled"} 1',
  );

  await world.ask('PreSync', { cluster: 'b-1' });
  await refresh();
  expect(await lines('tidegate_stalled_rollouts')).toEqual(['tidegate_stalled_rollouts{app="bom"} 0']);
});

test('of an app only the newest rollout is told', async () => {
  await halt();
  world.clock.advance(60_000);
  await world.ask('PreSync', { digest: 'd2', revision: 'r2' });
  await refresh();
  expect(await lines('tidegate_rollout_wave_status')).toEqual([
    'tidegate_rollout_wave_status{app="bom",wave="first",status="open"} 1',
    'tidegate_rollout_wave_status{app="bom",wave="second",status="waiting"} 1',
  ]);
});
