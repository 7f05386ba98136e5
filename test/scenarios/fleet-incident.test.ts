import { describe, expect, test } from 'vitest';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { countStates, FleetWorld } from './fleet-world.ts';

const SOAKING = Array.from({ length: 10 }, (_, at) => `prod-1-${at}`);
const OTHERS = Array.from({ length: 30 }, (_, at) => `prod-2-${at}`);
const ERRORS = ['dns-errors', 'api-errors'];
const WATCHED = [...ERRORS, 'dns-replicas'];
/** Four times as many take some clusters over their alerts' limits of 1 %, and others nearly. */
const USUAL = { traffic: 600, share: 0.004 };
const INCIDENTS = 20;

/** Ten of forty clusters soak for some minutes. */
async function soaking(seed: number): Promise<FleetWorld> {
  const world = await FleetWorld.open({
    waves: [
      { name: 'prod-1', policy: 'strict', clusters: SOAKING },
      { name: 'prod-2', policy: 'strict', clusters: OTHERS },
    ],
    profiles: Object.fromEntries(ERRORS.map((signal) => [signal, USUAL])),
    seed,
    config: { bundle: { leaveOut: CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id)) } },
  });
  for (const cluster of SOAKING) {
    expect(await world.hook('PreSync', cluster, 'd1')).toMatchObject({ end: 'go' });
    expect(await world.hook('PostSync', cluster, 'd1')).toMatchObject({ end: 'registered' });
  }
  await world.pass(6);
  return world;
}

/** Four times the errors for six minutes; on all clusters when none is named. */
function incident(world: FleetWorld, cluster?: string): void {
  for (const signal of ERRORS) {
    const where = cluster === undefined ? {} : { cluster };
    world.inject({ kind: 'regression', factor: 4, signal, ...where }, 6 * MINUTE_MS);
  }
}

describe('fleet incident: four times the errors for six minutes while ten of forty clusters soak', () => {
  test(`on all forty: none of ${INCIDENTS * SOAKING.length} runs is halted, and each goes in the end`, async () => {
    let alerting = 0;
    for (let seed = 1; seed <= INCIDENTS; seed += 1) {
      await using world = await soaking(seed);
      incident(world);
      await world.pass(60, async (minute) => {
        const alerts = SOAKING.flatMap((cluster) => world.fleet().alerts(cluster, world.clock.now()));
        alerting += alerts.filter(({ state }) => state === 'firing').length;
        return minute >= 12 && (await countStates(world, 'd1'))['soaking'] === undefined;
      });
      expect(await countStates(world, 'd1'), `seed ${seed}`).toEqual({ go: SOAKING.length });
    }
    // It was bad enough to convict: alerts that halt fired on clusters with the change.
    expect(alerting).toBeGreaterThan(INCIDENTS);
  }, 240_000);

  test('on the ten alone: all ten are halted', async () => {
    await using world = await soaking(1);
    for (const cluster of SOAKING) incident(world, cluster);
    await world.pass(12);
    expect(await countStates(world, 'd1')).toEqual({ halted: SOAKING.length });
  });
});
