import { expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { APP, type ToldRun } from '../scenarios/fleet-world.ts';
import { describeWith } from '../support/tool.ts';
import { digestOf, isSoak, RolloutWorld } from './rollout-world.ts';

const HOUR = 60 * MINUTE_MS;

/** Sends the gate what Argo CD's notifications tell of an operation that has succeeded; digests they do not know. */
async function tellGate(world: RolloutWorld): Promise<readonly { isNew: boolean; run: ToldRun }[]> {
  const answers: { isNew: boolean; run: ToldRun }[] = [];
  for (const { application, operation, history } of world.told.splice(0)) {
    if (isSoak(application)) continue;
    const { status, body } = await world.fleet.post('/v1/callers/argocd-notifications', {
      app: APP,
      cluster: application.cluster,
      argoApp: application.name,
      revision: operation.revision,
      deployedAt: new Date(operation.deployedAt).toISOString(),
      history: history.map((one) => ({ ...one, deployedAt: new Date(one.deployedAt).toISOString() })),
    });
    expect(status).toBe(200);
    answers.push(body as { isNew: boolean; run: ToldRun });
  }
  return answers;
}

describeWith(['helm'], 'what comes past every hook', () => {
  test('a partial sync is found by the notifications, shown, and holds later waves until a person acknowledges it', async () => {
    await using world = await RolloutWorld.open({ version: '3.5', postSync: 'register', webhook: true });
    const { argo, fleet } = world;
    world.push({ revision: 'r1', digest: digestOf('d1') });
    expect(await world.pass(3 * HOUR, () => argo.isDone)).toBe(true);
    // Every sync with hooks is accounted for, also the second and the third of the same change.
    const gated = await tellGate(world);
    expect(gated.length).toBeGreaterThanOrEqual(10);
    expect(gated.filter(({ isNew }) => isNew)).toEqual([]);

    const frozen = await fleet.post('/v1/freezes', {
      scope: 'wave',
      name: 'canary',
      reason: 'a quiet week',
      actor: 'ada',
      expiresAt: new Date(fleet.clock.now() + HOUR / 2).toISOString(),
    });
    expect(frozen.status).toBe(201);
    world.push({ revision: 'r2', digest: digestOf('d2') });
    await world.pass(10 * MINUTE_MS);
    expect(argo.applied.filter(({ revision }) => revision === 'r2')).toEqual(
      argo.applied.filter(({ application, revision }) => revision === 'r2' && isSoak({ name: application })),
    );
    // Somebody can't wait, and syncs past the hooks.
    const canary = argo.named('bom-canary-1');
    await world.terminate('bom-canary-1');
    canary.start({ only: ['ConfigMap/coredns-addon'] });
    await world.pass(MINUTE_MS, () => canary.operation?.phase === 'Succeeded');
    expect(canary.history.at(-1)?.revision).toBe('r1');
    world.told.splice(
      0,
      world.told.findIndex(({ operation }) => operation.revision === 'r2'),
    );
    const [found] = await tellGate(world);
    expect(found).toMatchObject({
      isNew: true,
      run: { cluster: 'canary-1', ungated: true, revision: 'r2', digest: digestOf('d2') },
    });

    const later = () => argo.applied.filter(({ wave, revision }) => wave === 'early' && revision === 'r2');
    const isSynced = () => later().some(({ application }) => !isSoak({ name: application }));
    expect(await world.pass(3 * HOUR, isSynced)).toBe(false);
    const [run] = await fleet
      .runs(digestOf('d2'))
      .then((runs) => runs.filter(({ cluster }) => cluster === 'canary-1'));
    expect(run).toMatchObject({ state: 'go', ungated: true });
    const { status } = await fleet.post(`/v1/runs/${run?.id}/acknowledge`, {
      actor: 'ada',
      reason: 'the hotfix of this morning',
    });
    expect(status).toBe(200);
    expect(await world.pass(HOUR, isSynced)).toBe(true);
  }, 120_000);
});
