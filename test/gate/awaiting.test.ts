import { setImmediate as breathe } from 'node:timers/promises';
import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import type { Answer } from '../../src/gate/use-cases.ts';
import { ADA } from './support/callers.ts';
import { World } from './support/world.ts';

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

const NEXT = { revision: 'r2', digest: 'd2' };

function verdictOn(digest = 'd1', waitMs = 0): Promise<Answer> {
  const change = { app: 'bom', cluster: 'a-1', digest };
  return world.gate.awaitVerdict(change, waitMs, new AbortController().signal);
}

/** Brings the digest to its go. */
async function toGo(given: { revision?: string; digest?: string } = {}): Promise<void> {
  await world.ask('PreSync', given);
  await world.ask('PostSync', given);
  await world.pass(8);
}

describe('who waits for a verdict and asks for nothing', () => {
  test('opens no run', async () => {
    expect(await verdictOn()).toMatchObject({ verdict: 'hold', reason: 'run/not-asked' });
    expect(await world.gate.runs({})).toEqual([]);
    expect(await world.gate.audit(0, 10)).toEqual([]);
  });

  test('hears hold while the run is open: an admission is no verdict', async () => {
    await world.ask('PreSync');
    expect(await verdictOn()).toMatchObject({ verdict: 'hold', state: 'admitted' });

    await world.ask('PostSync');
    expect((await verdictOn()).verdict).toBe('hold');
  });

  test('hears go, and halt', async () => {
    await toGo();
    expect(await verdictOn()).toMatchObject({ verdict: 'go', state: 'go' });

    await toGo(NEXT);
    const { id } = await world.run((await verdictOn('d2')).runId);
    await world.gate.override(id, 'halt', ADA);
    expect(await verdictOn('d2')).toMatchObject({ verdict: 'halt', state: 'halted' });
  });

  test('is not told the go of long ago while another digest is on the cluster: it waits until it is asked for again', async () => {
    await toGo();
    await toGo(NEXT);
    expect(await verdictOn()).toMatchObject({ verdict: 'hold', reason: 'run/not-asked' });

    await world.ask('PreSync');
    expect(await verdictOn()).toMatchObject({ verdict: 'hold', state: 'admitted', attempt: 2 });
  });

  test('of a digest that another one overtook waits until it is asked for again', async () => {
    await world.ask('PreSync');
    await world.ask('PreSync', NEXT);

    expect(await verdictOn()).toMatchObject({ verdict: 'hold', reason: 'run/not-asked' });
  });

  test('of what was there before the gate hears that it may stay', async () => {
    await world.gate.adopt([{ app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1' }], ADA);

    expect(await verdictOn()).toMatchObject({ verdict: 'go', reason: 'admission/adopted' });
  });

  test('is told what an unknown name is', async () => {
    const change = { app: 'bom', cluster: 'nowhere', digest: 'd1' };
    const asked = world.gate.awaitVerdict(change, 0, new AbortController().signal);

    await expect(asked).rejects.toMatchObject({ code: 'cluster/unknown' });
  });

  test('is answered as soon as the state changes', async () => {
    await world.ask('PreSync');
    const waiting = verdictOn('d1', 60_000);
    while (world.clock.sleeping === 0) await breathe();
    await world.ask('PostSync');

    expect((await waiting).state).not.toBe('admitted');
  });
});

test('in observe mode it is go, whatever is open', async () => {
  await using observed = await World.open({ mode: 'observe' });
  const change = { app: 'bom', cluster: 'a-1', digest: 'd1' };

  expect(await observed.gate.awaitVerdict(change, 0, new AbortController().signal)).toMatchObject({
    verdict: 'go',
    reason: 'observe/go',
    observed: { verdict: 'hold', reason: 'run/not-asked' },
  });
});
