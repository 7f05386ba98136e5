import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { FleetWorld, type ToldRun } from './fleet-world.ts';

const STAGING = ['staging-1', 'staging-2'];
const PRODUCTION = Array.from({ length: 9 }, (_, at) => `prod-${at}`);

/** Minutes after a sync in which things restart. */
const WARM_UP = 3;

test('a DNS that is slow for one query in a hundred is halted in staging, before its alert, by true counts', async () => {
  await using world = await FleetWorld.open({
    waves: [
      { name: 'sandbox', policy: 'quick', clusters: ['sandbox-1'] },
      { name: 'staging', policy: 'standard', clusters: STAGING },
      { name: 'prod-1', policy: 'strict', clusters: PRODUCTION.slice(0, 3) },
      { name: 'prod-2', policy: 'strict', clusters: PRODUCTION.slice(3) },
    ],
    profiles: { 'dns-latency': { traffic: 6_000, tails: { 0.256: 0.001, 1.024: 0.0002 } } },
  });
  await sync(world, 'sandbox-1');
  await world.pass(40, async () => (await stateOf(world, 'sandbox-1')) === 'go');
  expect(await stateOf(world, 'sandbox-1')).toBe('go');

  for (const cluster of STAGING) await sync(world, cluster);
  const syncedAt = world.clock.now();
  for (const cluster of STAGING)
    world.inject({ kind: 'slow', share: 0.01, seconds: 2, cluster, component: 'dns' });
  let admitted = 0;
  await world.pass(30, async () => {
    const asks = await Promise.all(PRODUCTION.map((cluster) => world.hook('PreSync', cluster, 'bad')));
    admitted += asks.filter(({ end }) => end === 'go').length;
    return (
      (await stateOf(world, 'staging-1')) === 'halted' && (await stateOf(world, 'staging-2')) === 'halted'
    );
  });

  const halts = (await world.runs('bad')).filter(({ state }) => state === 'halted');
  expect(halts.map(({ cluster }) => cluster).sort()).toEqual(STAGING);
  expect(admitted).toBe(0);
  for (const halt of halts) {
    const minutes = (Date.parse(halt.decidedAt ?? '') - syncedAt) / MINUTE_MS;
    expect(minutes).toBeLessThanOrEqual(WARM_UP + 3);
    expect(halt.reasons[0]?.code).toMatch(/^(regression|limit)\/dns-latency$/);
    const alerts = world.fleet().alerts(halt.cluster, Date.parse(halt.decidedAt ?? ''));
    expect(
      alerts.filter(({ name, state }) => name.startsWith('CoreDnsLatency') && state === 'firing'),
    ).toEqual([]);
    await expectTrueCounts(world, halt);
  }
  // The halted digest stays so, and production hears it.
  expect(await world.hook('PreSync', 'staging-1', 'bad')).toMatchObject({ end: 'halt' });
  expect(await world.hook('PreSync', 'prod-0', 'bad')).toMatchObject({ end: 'hold' });
  expect(world.complaints).toEqual([]);
});

async function sync(world: FleetWorld, cluster: string): Promise<void> {
  expect(await world.hook('PreSync', cluster, 'bad')).toMatchObject({ end: 'go' });
  expect(await world.hook('PostSync', cluster, 'bad')).toMatchObject({ end: 'registered' });
}

async function stateOf(world: FleetWorld, cluster: string): Promise<string | undefined> {
  return (await world.runs('bad')).find((run) => run.cluster === cluster)?.state;
}

/** What the reason tells is, within 2 %, what the fleet had in those minutes. */
async function expectTrueCounts(world: FleetWorld, { cluster, reasons }: ToldRun): Promise<void> {
  const evidence = reasons[0]?.evidence;
  if (evidence?.since === undefined || evidence.window === undefined)
    throw new TypeError('the halt tells no counts');
  const source = createSimulatedSource({ name: 'truth', fleet: world.fleet(), checks: world.checks() });
  const seen = await source.observe([cluster], evidence.window, world.clock.now());
  const truth = { events: 0, exposure: 0 };
  for (const { reading } of seen.counts.get(cluster)?.get(`${evidence.signal}@${evidence.edge}`) ?? []) {
    if (reading.is !== 'value') continue;
    truth.events += reading.value.events;
    truth.exposure += reading.value.exposure;
  }
  expect(Math.abs(evidence.since.events / truth.events - 1)).toBeLessThanOrEqual(0.02);
  expect(Math.abs(evidence.since.exposure / truth.exposure - 1)).toBeLessThanOrEqual(0.02);
}
