import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { binomial } from '../../src/simulator/distributions.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { FleetWorld, type ToldRun } from './fleet-world.ts';

const NODES = 40;
const PODS_A_NODE = 10;
const HOURS_3 = 180;
/**
 * What the kubelet does with a container that crashes: it waits 10 s, then twice as long each time, 5 min at most.
 *
 * @see https://kubernetes.io/docs/concepts/workloads/pods/pod-lifecycle/#restart-policy
 */
const BACK_OFF = { perMinute: 0.2, moreAtFirst: 0.4, firstMs: 10 * MINUTE_MS } as const;
const CHANGE = { change: { components: ['nodes', 'workloads'], nodes: '1.51.0' } } as const;
const NEW_NODE = { kubelet_version: 'v1.34.3-eks-1', os_image: 'Bottlerocket OS 1.51.0' };
/** A few restarts an hour in 400 pods, as everywhere. */
const PROFILES = { 'container-restarts': { share: 0.05 } };

/** A fleet in which the nodes of every cluster begin to be replaced, one after the other for three hours. */
async function replaceNodes(clusters: readonly string[], breaks: (node: number, cluster: string) => number) {
  // Each cluster is a rollout and a class of its own: a hundred times one cluster, with nothing to be compared with.
  const inventory = clusters.map((name) => ({
    ...{ name, wave: 'prod', class: name, region: 'eu-west-1', source: 'fleet' },
    labels: { only: name },
  }));
  const world = await FleetWorld.open({
    waves: [{ name: 'prod', policy: 'strict', clusters }],
    profiles: PROFILES,
    config: {
      fleet: { clusters: inventory },
      apps: clusters.map((name) => ({ name, components: ['nodes'], targets: { labels: { only: name } } })),
    },
  });
  for (const cluster of clusters) {
    const ask = { ...CHANGE, app: cluster };
    expect(await world.hook('PreSync', cluster, 'd1', ask)).toMatchObject({ end: 'go' });
    world.inject({ kind: 'replacement', cluster, toVersion: NEW_NODE }, HOURS_3 * MINUTE_MS);
    const start = world.clock.now();
    for (let node = 1; node <= NODES; node += 1) {
      const broken = breaks(node, cluster);
      const from = start + (node / NODES) * HOURS_3 * MINUTE_MS;
      if (broken > 0) crashPods(world, cluster, broken, from);
    }
    expect(await world.hook('PostSync', cluster, 'd1', ask)).toMatchObject({ end: 'registered' });
  }
  return world;
}

function crashPods(world: FleetWorld, cluster: string, pods: number, from: number): void {
  const crash = { kind: 'events', signal: 'container-restarts', cluster, from } as const;
  const { perMinute, moreAtFirst, firstMs } = BACK_OFF;
  world.fleet().inject({ ...crash, perMinute: pods * perMinute, to: Infinity });
  world.fleet().inject({ ...crash, perMinute: pods * moreAtFirst, to: from + firstMs });
}

describe('forty nodes are replaced over three hours', { timeout: 240_000 }, () => {
  test('an image that breaks one pod in twenty is halted before a third of the nodes has it', async () => {
    const random = seededRandom(20_261_123);
    const clusters = Array.from({ length: 100 }, (_, at) => `broken-${at}`);
    await using world = await replaceNodes(clusters, (node, cluster) =>
      binomial(random(cluster, node), PODS_A_NODE, 1 / 20),
    );

    // 30 % of the nodes have been replaced after 54 minutes.
    await world.pass(0.3 * HOURS_3);
    expect(world.complaints).toEqual([]);

    const runs = await world.runs('d1');
    const of = (state: string) => runs.filter((run) => run.state === state);
    expect(of('go')).toEqual([]);
    expect(of('soaking')).toEqual([]);
    expect(of('halted').length).toBeGreaterThanOrEqual(95);
    expect(of('halted')[0]?.reasons[0]?.code).toBe('regression/container-restarts');
  });

  test('one that breaks nothing is let settle first: no go before the last node, and the way there is told', async () => {
    const clusters = ['sound-1', 'sound-2', 'sound-3', 'sound-4'];
    await using world = await replaceNodes(clusters, () => 0);
    const settle: (number | undefined)[] = [];

    await world.pass(HOURS_3 - 1, async (minute) => {
      if (minute % 45 !== 0) return false;
      const { answer } = await world.verdict('sound-1', 'd1', { app: 'sound-1' });
      settle.push(answer?.settle.done);
      expect(answer).toMatchObject({ verdict: 'hold', reason: 'run/settling', state: 'settling' });
      expect(answer?.reasons[0]?.text).toContain(`${answer?.settle.done} of 40 nodes run 1.51.0`);
      return false;
    });
    const before = await world.runs('d1');
    await world.pass(60);
    const after = await world.runs('d1');

    expect(settle).toEqual([10, 20, 30]);
    expect(before.map(({ state }) => state)).toEqual(clusters.map(() => 'settling'));
    expect(after.map(({ state }) => state)).toEqual(clusters.map(() => 'go'));
    expect(Math.min(...after.map(soakMinutes))).toBeGreaterThanOrEqual(15);
  });
});

function soakMinutes({ settledAt = '', decidedAt = '' }: ToldRun): number {
  return (Date.parse(decidedAt) - Date.parse(settledAt)) / MINUTE_MS;
}
