import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { AlertReading } from '../../../src/domain/reading.ts';
import { ADA } from '../support/callers.ts';
import { value } from '../support/fake-source.ts';
import { QUIET, World } from '../support/world.ts';

const firing = (cluster: string): AlertReading => ({
  name: 'DnsErrorsHigh',
  cluster,
  state: 'firing',
  labels: {},
});
const ON_PROD = { cluster: 'a-2' };

let world: World;
beforeEach(async () => {
  world = await World.open({
    clusters: ['a-1', 'a-2', 'a-3'],
    waves: ['stage', 'prod', 'last'],
    waveOf: { 'a-2': 'prod', 'a-3': 'last' },
  });
});
afterEach(() => world[Symbol.asyncDispose]());

/** a-1 has its go. */
async function earned(): Promise<string> {
  const { id } = await world.soak();
  await world.pass(7);
  expect(await world.run(id)).toMatchObject({ state: 'go' });
  return id;
}

describe('row 16: harm after go', () => {
  test('revokes it: later waves are closed, syncs under way go on, and every answer says so', async () => {
    const id = await earned();
    const admitted = await world.ask('PreSync', ON_PROD);
    expect(admitted).toMatchObject({ verdict: 'go' });
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(0.5);

    expect(await world.run(id)).toMatchObject({
      state: 'go',
      verdict: 'halt',
      revokedAt: expect.any(Number),
      reasons: [
        { code: 'run/revoked', text: expect.stringContaining('syncs under way go on') },
        { code: 'alert/firing' },
      ],
    });
    expect((await world.audited(id)).at(-1)).toBe('revoked');
    expect(await world.ask('PreSync', ON_PROD)).toMatchObject({
      verdict: 'go',
      reason: 'admission/already-admitted',
    });
    expect(await world.ask('PostSync')).toMatchObject({ verdict: 'halt', reason: 'run/revoked' });
    const again = await world.ask('PreSync');
    expect(again.verdict).toBe('go');
    expect(again.reasons.map(({ code }) => code)).toContain('run/revoked');
    const later = await world.ask('PreSync', { cluster: 'a-3' });
    expect(later).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(later.reasons[0]?.text).toContain('a-1 had go, which was revoked (alert/firing)');
    expect(await world.gate.rollout('bom', 'd1')).toMatchObject({
      status: 'frozen',
      waves: [{ status: 'halted', clusters: [{ state: 'revoked' }] }, {}, {}],
    });
  });

  test('is seen by a gate that has just been started, from what is stored', async () => {
    const id = await earned();
    world.restart();
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(0.5);

    expect(await world.run(id)).toMatchObject({ revokedAt: expect.any(Number) });
  });

  test('numbers alone revoke nothing: their alpha was spent in the soak', async () => {
    const id = await earned();
    world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
    await world.pass(5);

    expect(await world.run(id)).not.toHaveProperty('revokedAt');
  });

  test('nor does what can not be read', async () => {
    const id = await earned();
    world.sources.a.mood = 'down';
    await world.pass(5);

    expect(await world.run(id)).not.toHaveProperty('revokedAt');
    expect(await world.run(id)).not.toHaveProperty('blindSince');
  });

  test.each([
    ['a day later', async () => world.clock.advance(86_400_000)],
    ['once another digest was asked for there', async () => world.ask('PreSync', { digest: 'd2' })],
    [
      'once the rollout is complete',
      async () => {
        world.clusters = ['a-1'];
      },
    ],
  ])('is no longer looked for %s', async (_when, happen) => {
    const id = await earned();
    await happen();
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(1);

    expect(await world.run(id)).not.toHaveProperty('revokedAt');
  });

  test("a person's go is not watched: it is a word against what is seen", async () => {
    const { id } = await world.soak();
    await world.gate.override(id, 'go', ADA);
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(1);

    expect(await world.run(id)).not.toHaveProperty('revokedAt');
  });

  test.each(['override', 'retry', 'acknowledge'] as const)('a person answers it: %s', async (word) => {
    const id = await earned();
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(0.5);
    world.sources.a.alerts = [];

    switch (word) {
      case 'override':
        expect(await world.gate.override(id, 'go', ADA)).toMatchObject({ state: 'go', verdict: 'go' });
        expect(await world.run(id)).not.toHaveProperty('revokedAt');
        expect(await world.ask('PreSync', ON_PROD)).toMatchObject({ verdict: 'go' });
        return;
      case 'retry':
        expect(await world.gate.retry(id, ADA)).toMatchObject({ attempt: 2, state: 'settling' });
        return;
      case 'acknowledge':
        expect(await world.gate.acknowledge(id, ADA)).toMatchObject({
          acknowledgedBy: 'ada',
          verdict: 'halt',
        });
        expect(await world.gate.rollout('bom', 'd1')).toMatchObject({ status: 'halted' });
        expect(await world.ask('PreSync', ON_PROD)).toMatchObject({ verdict: 'hold' });
    }
  });

  test('a digest whose go was revoked is nothing to go back to', async () => {
    await earned();
    world.sources.a.alerts = [firing('a-1')];
    await world.pass(0.5);
    await world.ask('PreSync', { digest: 'd2' });
    world.sources.a.alerts = [];
    world.clock.advance(11_000);
    await world.ask('PreSync', { digest: 'd2' });
    world.sources.a.alerts = [firing('a-1')];

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'baseline/unhealthy' });
  });
});
