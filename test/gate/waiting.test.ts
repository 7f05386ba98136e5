import { setImmediate as breathe } from 'node:timers/promises';
import { afterEach, beforeEach, expect, test } from 'vitest';
import type { Answer, Ask } from '../../src/gate/use-cases.ts';
import { HOOK } from './support/callers.ts';
import { value } from './support/fake-source.ts';
import { QUIET, World } from './support/world.ts';

const PERSON = { actor: 'ada', reason: 'looked at it' };

let world: World;
beforeEach(async () => {
  world = await World.open();
});
afterEach(() => world[Symbol.asyncDispose]());

function wait(ask: Partial<Ask>, waitMs = 60_000, aborted = new AbortController().signal): Promise<Answer> {
  const question = {
    app: 'bom',
    cluster: 'a-1',
    revision: 'r1',
    digest: 'd1',
    phase: 'PostSync',
    ...ask,
  } as const;
  return world.gate.askAndWait(question, HOOK, waitMs, aborted);
}

/** Waits until somebody sleeps on the clock: the first answer was a hold. */
async function untilWaiting(): Promise<void> {
  while (world.clock.sleeping === 0) await breathe();
}

test('what is decided is answered at once', async () => {
  expect(await wait({ phase: 'PreSync' })).toMatchObject({ verdict: 'go' });
  expect(world.clock.sleeping).toBe(0);
});

test('a hold is answered when the time is over', async () => {
  const { id } = await world.soak();
  const waiting = wait({});
  for (let second = 0; second < 60; second += 10) {
    await untilWaiting();
    world.clock.advance(10_000);
  }

  expect(await waiting).toMatchObject({ verdict: 'hold', runId: id, state: 'soaking' });
  expect(world.clock.sleeping).toBe(0);
});

test('a wait of nothing is an ask', async () => {
  await world.soak();

  expect(await wait({}, 0)).toMatchObject({ verdict: 'hold' });
});

test.each([
  ['the state changes', () => world.ask('SyncFail'), { verdict: 'halt', reason: 'run/sync-failed' }],
  [
    'a look decides',
    async () => {
      world.sources.a.script = { ...QUIET, count: () => value({ events: 600, exposure: 1_200 }) };
      world.clock.advance(5_000);
      await world.pass(2);
    },
    { verdict: 'halt', reason: 'regression/dns-errors' },
  ],
  [
    'the reason changes',
    async () => {
      world.sources.a.mood = 'down';
      world.clock.advance(5_000);
      await world.pass(2);
    },
    { verdict: 'hold', reason: 'data/unknown' },
  ],
  [
    'a person decides',
    async () => {
      const [run] = await world.gate.runs({});
      await world.gate.override(run?.id ?? '', 'go', PERSON);
    },
    { verdict: 'go', reason: 'override/go' },
  ],
])('a hold is answered as soon as %s', async (_what, happen, expected) => {
  await world.soak();
  const waiting = wait({}, 3_600_000);
  await untilWaiting();
  await happen();

  expect(await waiting).toMatchObject(expected);
  expect(world.clock.sleeping).toBe(0);
});

test('a PreSync that is held is decided again while it waits', async () => {
  world.sources.a.mood = 'down';
  const waiting = wait({ phase: 'PreSync' });
  await untilWaiting();
  world.sources.a.mood = 'well';
  world.clock.advance(10_000);

  expect(await waiting).toMatchObject({ verdict: 'go', reason: 'admission/admitted' });
});

test('a client that goes away leaves nothing behind', async () => {
  await world.soak();
  const client = new AbortController();
  const waiting = wait({}, 60_000, client.signal);
  await untilWaiting();
  client.abort();

  expect(await waiting).toMatchObject({ verdict: 'hold' });
  expect(world.clock.sleeping).toBe(0);
});

test('many that wait for one run are all told', async () => {
  await world.soak();
  const waiting = Array.from({ length: 5 }, () => wait({}));
  while (world.clock.sleeping < 5) await breathe();
  await world.ask('SyncFail');

  const answers = await Promise.all(waiting);
  expect(answers.map(({ verdict }) => verdict)).toEqual(['halt', 'halt', 'halt', 'halt', 'halt']);
});

test('a nudge for clusters that are not in the inventory looks nowhere', async () => {
  await world.soak();
  const stopped = new AbortController();
  const loop = world.gate.start(stopped.signal);
  await untilWaiting();
  const asked = world.sources.a.asked.length;

  expect(world.gate.nudge(['stranger'])).toEqual([]);
  for (let turn = 0; turn < 20; turn++) await breathe();

  expect(world.sources.a.asked).toHaveLength(asked);
  stopped.abort();
  await loop;
});

test('a nudge of the running gate looks at once', async () => {
  const { id } = await world.soak();
  const stopped = new AbortController();
  const loop = world.gate.start(stopped.signal);
  await untilWaiting();
  world.sources.a.alerts = [{ name: 'DnsErrorsHigh', cluster: 'a-1', state: 'firing', labels: {} }];

  expect(world.gate.nudge(['a-1', 'stranger'])).toEqual(['a-1']);
  while ((await world.run(id)).state === 'soaking') await breathe();

  expect(await world.run(id)).toMatchObject({ state: 'halted', decidedAt: world.clock.now() });
  stopped.abort();
  await loop;
});
