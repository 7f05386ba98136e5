import { afterEach, beforeEach, expect, test } from 'vitest';
import { retireOld } from '../../src/gate/retention.ts';
import { World } from './support/world.ts';

const DAY = 86_400_000;
const KEEP = 30 * DAY;

let world: World;
beforeEach(async () => {
  world = await World.open({ clusters: ['a-1'] });
});
afterEach(() => world[Symbol.asyncDispose]());

const retire = () => {
  const log = { info: () => undefined, warn: () => undefined, error: () => undefined };
  return retireOld({ store: world.store, clock: world.clock, log }, KEEP, new AbortController().signal);
};

async function goOf(digest: string): Promise<string> {
  const { id } = await world.soak({ digest });
  await world.pass(6);
  expect((await world.gate.run(id)).state).toBe('go');
  return id;
}

test('evidence of a replaced run answers that it was deleted, and when; what is on the cluster keeps its own', async () => {
  const old = await goOf('sha256:old');
  const current = await goOf('sha256:new');
  world.clock.advance(KEEP);

  await retire();

  const retiredAt = new Date(world.clock.now()).toISOString();
  const told = await world.gate.evidence(old);
  expect(told).toMatchObject({ run: { state: 'go' }, retiredAt, checks: [], minutes: [], covered: [] });
  const kept = await world.gate.evidence(current);
  expect(kept.retiredAt).toBeUndefined();
  expect(kept.minutes.length).toBeGreaterThan(0);
});

test('what is on the cluster is verified still, and the way back to what was there is open', async () => {
  await goOf('sha256:old');
  await goOf('sha256:new');
  world.clock.advance(KEEP);

  await retire();

  expect(await world.ask('PreSync', { digest: 'sha256:new' })).toMatchObject({
    verdict: 'go',
    reason: 'admission/already-verified',
  });
  expect(await world.ask('PreSync', { digest: 'sha256:old' })).toMatchObject({
    verdict: 'go',
    reason: 'admission/rollback',
  });
});

test('more than one transaction may delete goes in one turn', async () => {
  const order = { scope: 'cluster', name: 'a-1', stopsRollbacks: false } as const;
  for (let count = 0; count < 45; count += 1) {
    world.clock.advance(1);
    const expiresAt = world.clock.now() + 60_000;
    await world.gate.freeze({ ...order, expiresAt }, { actor: 'ada', reason: 'test' });
  }
  world.clock.advance(DAY);
  await retire();
  expect(await world.store.documents('freeze')).toHaveLength(45);
  world.clock.advance(KEEP);

  await retire();

  expect(await world.store.documents('freeze')).toEqual([]);
});
