import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { APP } from '../scenarios/fleet-world.ts';
import { describeWith } from '../support/tool.ts';
import { digestOf, RolloutWorld } from './rollout-world.ts';

interface ToldRollout {
  readonly status: string;
  readonly waves: readonly {
    readonly name: string;
    readonly waitsFor?: string;
    readonly next: readonly string[];
  }[];
}

describeWith(['helm'], 'what Argo CD forgets', () => {
  test('a commit that comes while a PostSync hook waits is not lost in silence: its rollout stalls, with the command that mends it', async () => {
    await using world = await RolloutWorld.open({
      version: '3.5',
      postSync: 'wait',
      webhook: true,
      syncsPerChange: 1,
    });
    const { argo, fleet } = world;
    const canary = argo.named('bom-canary-1');
    world.push({ revision: 'r1', digest: digestOf('d1') });
    const isWaiting = () => canary.isSyncing && canary.operation?.stage === 'PostSync';
    expect(await world.pass(10 * MINUTE_MS, isWaiting)).toBe(true);
    await world.pass(MINUTE_MS);
    world.push({ revision: 'r2', digest: digestOf('d2') });
    await world.pass(60 * MINUTE_MS);

    expect(argo.applied.map(({ application, revision }) => `${application} ${revision}`)).toEqual([
      'bom-canary-1 r1',
    ]);
    const path = `/v1/rollouts/${APP}/${encodeURIComponent(digestOf('d2'))}`;
    const { status, waves } = await fleet.get<ToldRollout>(path);
    expect({ status, wave: waves[0] }).toMatchObject({
      status: 'stalled',
      wave: {
        name: 'canary',
        waitsFor: expect.stringContaining('canary-1'),
        next: ['argocd app sync bom-canary-1'],
      },
    });

    canary.start();
    expect(await world.pass(180 * MINUTE_MS, () => argo.isDone)).toBe(true);
    expect((await fleet.runs(digestOf('d2'))).map(({ state }) => state)).toEqual(Array(5).fill('go'));
  }, 120_000);
});
