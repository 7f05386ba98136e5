import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { countStates, FleetWorld } from './fleet-world.ts';

const RUNS = 500;
const CLUSTERS = Array.from({ length: RUNS }, (_, at) => `prod-${at}`);
const WATCHED = ['dns-errors', 'dns-replicas'];
const CAUSE = 'http://store answered 503 Service Unavailable';
/** The longest that a soak of the policy takes here. */
const SOAK_MINUTES = 20;

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

async function blindRuns(world: FleetWorld): Promise<readonly number[]> {
  const page = await (await fetch(`${world.url}/metrics`)).text();
  return [...page.matchAll(/^tidegate_blind_runs\{[^}]*\} (\d+)/gm)].map(([, runs]) => Number(runs));
}

describe(`blind: the store answers 503 in mid-soak of ${RUNS} runs`, { timeout: 240_000 }, () => {
  let undisturbed: FleetWorld;
  beforeAll(async () => {
    undisturbed = await soaking();
  }, 120_000);
  afterAll(() => undisturbed[Symbol.asyncDispose]());

  test('for ninety minutes: they end without a verdict, none sticky, and go on by themselves when it is back', async () => {
    await using world = await undisturbed.fork();
    world.inject({ kind: 'source-away', cause: CAUSE }, 90 * MINUTE_MS);
    await world.pass(88);

    expect(await countStates(world, 'd1')).toEqual({ inconclusive: RUNS });
    expect((await world.runs('d1')).every(({ reasons }) => reasons[0]?.code === 'run/max-blind')).toBe(true);
    await world.pass(SOAK_MINUTES);

    expect(await countStates(world, 'd1')).toEqual({ inconclusive: RUNS, go: RUNS });
  });

  test('for five minutes: nothing is decided, it is told once, and no verdict is another one', async () => {
    await using world = await undisturbed.fork();
    world.inject({ kind: 'source-away', cause: CAUSE }, 5 * MINUTE_MS);
    await world.pass(4);

    expect(await countStates(world, 'd1')).toEqual({ soaking: RUNS });
    // One page for all of them: GateBlind is by source.
    expect(await blindRuns(world)).toEqual([RUNS]);
    await Promise.all([undisturbed.pass(SOAK_MINUTES), world.pass(SOAK_MINUTES)]);

    expect(await countStates(world, 'd1')).toEqual({ go: RUNS });
    expect(await countStates(world, 'd1')).toEqual(await countStates(undisturbed, 'd1'));
    expect(await blindRuns(world)).toEqual([0]);
  });
});
