import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { InputError } from '../../../src/domain/errors.ts';
import type { FreezeOrder } from '../../../src/gate/freezing.ts';
import { ADA, FIXER } from '../support/callers.ts';
import { value } from '../support/fake-source.ts';
import { QUIET, World } from '../support/world.ts';

const HOUR = 3_600_000;
const DAY = 24 * HOUR;

let world: World;
beforeEach(async () => {
  world = await World.open({
    clusters: ['a-1', 'a-2'],
    waves: ['stage', 'prod'],
    waveOf: { 'a-2': 'prod' },
  });
});
afterEach(() => world[Symbol.asyncDispose]());

const freeze = (order: Partial<FreezeOrder> = {}) =>
  world.gate.freeze({ scope: 'fleet', expiresAt: world.clock.now() + HOUR, ...order }, ADA);

describe('row 20: a freeze', () => {
  test.each<[string, Partial<FreezeOrder>, string]>([
    ['the fleet', { scope: 'fleet' }, 'hold'],
    ['its wave', { scope: 'wave', name: 'stage' }, 'hold'],
    ['its cluster', { scope: 'cluster', name: 'a-1' }, 'hold'],
    ['its app', { scope: 'app', name: 'bom' }, 'hold'],
    ['another wave', { scope: 'wave', name: 'prod' }, 'go'],
    ['another cluster', { scope: 'cluster', name: 'a-2' }, 'go'],
    ['another app', { scope: 'app', name: 'bom-two' }, 'go'],
  ])('of %s', async (_what, order, verdict) => {
    const { id } = await freeze(order);

    const answer = await world.ask('PreSync');

    expect(answer.verdict).toBe(verdict);
    if (verdict === 'go') return;
    expect(answer.reasons[0]).toMatchObject({
      code: 'freeze/active',
      text: expect.stringMatching(
        new RegExp(`ada froze .* until 2026-11-23T13:00:10.000Z: looked at it .*${id}`),
      ),
    });
    expect(answer.whoCanAct).toContain('thaw it, or wait until it expires');
    expect(answer.next).toEqual([
      `tidegate thaw ${id} --gate-url https://gate.test --reason 'say here why it is over'`,
      'tidegate status --app bom --gate-url https://gate.test',
    ]);
    const { waves, status } = await world.gate.rollout('bom', 'd1');
    expect(status).toBe('held');
    expect(waves[0]).toMatchObject({
      status: 'held',
      next: [expect.stringContaining(`tidegate thaw ${id} --gate-url https://gate.test`)],
    });
  });

  test('ends with its time, or with the thaw, at the very next ask', async () => {
    const first = await freeze();
    expect(await world.gate.freezes()).toEqual([first]);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold' });
    await world.gate.thaw(first.id, ADA);
    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go' });

    await freeze({ expiresAt: world.clock.now() + 60_000 });
    expect(await world.ask('PreSync', { digest: 'd2' })).toMatchObject({ verdict: 'hold' });
    world.clock.advance(60_000);
    expect(await world.gate.freezes()).toEqual([]);
    expect(await world.ask('PreSync', { digest: 'd2' })).toMatchObject({ verdict: 'go' });
    expect((await world.audited()).filter((kind) => kind === 'freeze' || kind === 'thaw')).toEqual([
      'freeze',
      'thaw',
      'freeze',
    ]);
  });

  test('leaves what is under way alone: the sync goes on, the soak looks on, and its go opens nothing until the thaw', async () => {
    const run = await world.soak();
    const { id } = await freeze({ scope: 'cluster', name: 'a-1' });

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/already-admitted' });
    await world.pass(7);
    expect(await world.run(run.id)).toMatchObject({ state: 'go' });
    const held = await world.ask('PreSync', { cluster: 'a-2' });
    expect(held).toMatchObject({ verdict: 'hold', reason: 'wave/not-ready' });
    expect(held.reasons[0]?.text).toContain('a-1 has go and is frozen');

    await world.gate.thaw(id, ADA);
    expect(await world.ask('PreSync', { cluster: 'a-2' })).toMatchObject({ verdict: 'go' });
  });

  test('a soak under it may halt', async () => {
    const run = await world.soak();
    await freeze();
    world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
    await world.pass(2);

    expect(await world.run(run.id)).toMatchObject({ state: 'halted' });
  });

  test.each([
    [false, 'go'],
    [true, 'hold'],
  ])(
    'going back under a freeze that stops it %s: %s; a fix is stopped by every freeze',
    async (stopsRollbacks, verdict) => {
      await world.soak({ digest: 'd0' });
      await world.pass(7);
      await world.ask('PreSync', { digest: 'd1' });
      await world.ask('SyncFail', { digest: 'd1' });
      await freeze({ stopsRollbacks });

      expect(await world.ask('PreSync', { digest: 'd0' })).toMatchObject({ verdict });
      const fix = {
        app: 'bom',
        cluster: 'a-1',
        revision: 'r1',
        digest: 'd2',
        phase: 'PreSync',
        intent: 'fix',
      } as const;
      expect(await world.gate.ask(fix, FIXER)).toMatchObject({ verdict: 'hold', reason: 'freeze/active' });
    },
  );

  test('outlives a restart', async () => {
    await freeze();
    world.restart();

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'hold', reason: 'freeze/active' });
  });
});

describe('a freeze is refused', () => {
  test.each<[string, Partial<FreezeOrder>, string, string | undefined]>([
    ['with an end in the past', { expiresAt: 0 }, 'freeze/expired', 'expiresAt'],
    ['for longer than 30 days', { expiresAt: Date.UTC(2027, 1, 1) }, 'freeze/too-long', 'expiresAt'],
    ['of a wave without its name', { scope: 'wave' }, 'input/missing-field', 'name'],
    ['of the fleet with a name', { name: 'all' }, 'input/invalid-field', 'name'],
    ['of a wave that nobody knows', { scope: 'wave', name: 'pord' }, 'wave/unknown', undefined],
    ['of a cluster that nobody knows', { scope: 'cluster', name: 'a-9' }, 'cluster/unknown', undefined],
    ['of an app that nobody knows', { scope: 'app', name: 'nothing' }, 'app/unknown', undefined],
  ])('%s', async (_what, order, code, field) => {
    const refused = freeze(order);

    await expect(refused).rejects.toMatchObject({ code });
    if (field !== undefined) {
      await expect(refused).rejects.toBeInstanceOf(InputError);
      await expect(refused).rejects.toMatchObject({ field });
    }
    expect(await world.gate.freezes()).toEqual([]);
    expect(await world.audited()).toEqual([]);
  });

  test('a freeze that is not there can not be thawed', async () => {
    const { id } = await freeze({ expiresAt: world.clock.now() + DAY });
    await world.gate.thaw(id, ADA);

    await expect(world.gate.thaw(id, ADA)).rejects.toMatchObject({
      name: 'NotFoundError',
      code: 'freeze/unknown',
    });
  });
});
