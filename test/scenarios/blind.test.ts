import { expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { FleetWorld } from './fleet-world.ts';

const CLUSTERS = Array.from({ length: 25 }, (_, at) => `prod-${at}`);
const WATCHED = ['api-errors', 'node-readiness', 'dns-latency', 'dns-errors', 'dns-replicas'];
const CAUSE = 'http://store answered 503 Service Unavailable';

/** A fleet in which every cluster soaks for some minutes. */
async function soaking(): Promise<FleetWorld> {
  const world = await FleetWorld.open({
    waves: [{ name: 'all', policy: 'quick', clusters: CLUSTERS }],
    config: { bundle: { leaveOut: CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id)) } },
  });
  for (const phase of ['PreSync', 'PostSync'] as const) {
    for (const cluster of CLUSTERS) await world.hook(phase, cluster, 'd1');
  }
  await world.pass(4);
  return world;
}

async function states(world: FleetWorld): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { state } of await world.runs('d1')) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

async function blindRuns(world: FleetWorld): Promise<number> {
  const page = await (await fetch(`${world.url}/metrics`)).text();
  return Number(/^tidegate_blind_runs\{[^}]*\} (\d+)/m.exec(page)?.[1] ?? 0);
}

test('five minutes without the store decide nothing, are told once, and change no verdict', async () => {
  await using undisturbed = await soaking();
  await undisturbed.pass(60, async () => (await states(undisturbed))['go'] === CLUSTERS.length);
  await using world = await soaking();
  world.inject({ kind: 'source-away', cause: CAUSE }, 5 * MINUTE_MS);
  await world.pass(4);

  expect((await states(world))['soaking']).toBe(CLUSTERS.length);
  // One page for all of them: GateBlind is by source.
  expect(await blindRuns(world)).toBe(CLUSTERS.length);
  await world.pass(65, async () => (await states(world))['go'] === CLUSTERS.length);

  expect(await states(world)).toEqual(await states(undisturbed));
  expect(await states(world)).toEqual({ go: CLUSTERS.length });
  expect(await blindRuns(world)).toBe(0);
}, 120_000);

test('ninety minutes without the store end without a verdict, and go on by themselves when it is back', async () => {
  await using world = await soaking();
  world.inject({ kind: 'source-away', cause: CAUSE }, 90 * MINUTE_MS);
  await world.pass(88);

  expect(await states(world)).toEqual({ inconclusive: CLUSTERS.length });
  expect((await world.runs('d1')).every(({ reasons }) => reasons[0]?.code === 'run/max-blind')).toBe(true);
  await world.pass(70, async () => (await states(world))['go'] === CLUSTERS.length);

  expect(await states(world)).toEqual({ inconclusive: CLUSTERS.length, go: CLUSTERS.length });
}, 120_000);
