import { describe, expect, test } from 'vitest';
import { FleetWorld } from './fleet-world.ts';

const CLUSTERS = Array.from({ length: 100 }, (_, at) => `quiet-${at}`);
const SIGNALS = ['dns-errors', 'dns-latency', 'api-errors', 'api-mutating-latency'];

/** Every cluster of the world admitted and synced. */
async function rollOut(world: FleetWorld, clusters: readonly string[]): Promise<void> {
  for (const cluster of clusters) {
    expect(await world.hook('PreSync', cluster, 'd1')).toMatchObject({ end: 'go' });
    expect(await world.hook('PostSync', cluster, 'd1')).toMatchObject({ end: 'registered' });
  }
}

describe('quiet is go, honestly', () => {
  test('a hundred clusters with 20 requests a minute and no error in a day go within 30 min, none is halted', async () => {
    const none = Object.fromEntries(
      SIGNALS.map((signal) => [signal, { traffic: 20, trafficNoise: 0, share: 0, tails: {} }]),
    );
    await using world = await FleetWorld.open({
      waves: [{ name: 'sandbox', policy: 'quick', clusters: CLUSTERS }],
      profiles: none,
    });
    await rollOut(world, CLUSTERS);

    await world.pass(32);
    expect(world.complaints).toEqual([]);

    const runs = await world.runs('d1');
    const of = (state: string) => runs.filter((run) => run.state === state);
    expect(of('halted')).toEqual([]);
    expect(of('go').length).toBeGreaterThanOrEqual(95);
    const [go] = of('go');
    const text = go?.reasons.map((reason) => reason.text).join(' ') ?? '';
    expect(text).toMatch(/limit 3 % ruled out/);
    expect(text).toMatch(/3x worse than before not ruled out/);
  }, 120_000);

  test('without any traffic there is no plain go', async () => {
    const [cluster = ''] = CLUSTERS;
    await using world = await FleetWorld.open({
      waves: [{ name: 'sandbox', policy: 'quick', clusters: [cluster] }],
      profiles: Object.fromEntries(SIGNALS.map((signal) => [signal, { traffic: 0 }])),
    });
    await rollOut(world, [cluster]);

    await world.pass(40);

    const [run] = await world.runs('d1');
    expect(run?.verdict).not.toBe('go');
    expect(run?.state).not.toBe('halted');
  });
});
