import { setImmediate as breathe } from 'node:timers/promises';
import fc from 'fast-check';
import { beforeEach, describe, expect, test } from 'vitest';
import { LOOK_INTERVAL_MS, loopLooks } from '../../src/gate/look-loop.ts';
import { createNudges, type Nudges } from '../../src/gate/nudges.ts';
import { ManualClock } from './support/manual-clock.ts';

let clock: ManualClock;
let nudges: Nudges;
let looks: { readonly at: number; readonly clusters: 'all' | readonly string[] }[];
let errors: string[];
let work: () => Promise<void>;
beforeEach(() => {
  clock = new ManualClock(0);
  nudges = createNudges();
  looks = [];
  errors = [];
  work = async () => undefined;
});

/** A loop that runs until the scope ends. */
function started(): AsyncDisposable & { readonly abort: AbortController; readonly ended: Promise<void> } {
  const abort = new AbortController();
  const log = {
    info: () => undefined,
    warn: () => undefined,
    error: (_fields: object, message: string) => errors.push(message),
  };
  const looked = (clusters?: ReadonlySet<string>) =>
    looks.push({ at: clock.now(), clusters: clusters ? [...clusters] : 'all' });
  const inTurn = async (clusters?: ReadonlySet<string>, between?: () => Promise<void>) => {
    looked(clusters);
    await work();
    await between?.();
  };
  const between = async (clusters: ReadonlySet<string>) => void looked(clusters);
  const ended = loopLooks({ clock, log, nudges }, { inTurn, between }, abort.signal);
  return {
    abort,
    ended,
    async [Symbol.asyncDispose]() {
      abort.abort();
      await ended;
    },
  };
}

/** Moves the time, and lets the loop do what is due. */
async function advance(ms: number): Promise<void> {
  clock.advance(ms);
  await breathe();
}

describe('the loop', () => {
  test('looks at once and then every 15 s', async () => {
    await using _loop = started();
    await breathe();
    for (let step = 0; step < 60; step += 1) await advance(1_000);

    expect(looks.map(({ at }) => at / 1_000)).toEqual([0, 15, 30, 45, 60]);
  });

  test('skips the times that a long look missed, and keeps the beat', async () => {
    const { promise, resolve: finish } = Promise.withResolvers<void>();
    work = () => promise;
    await using _loop = started();
    await advance(40_000);
    expect(looks).toHaveLength(1);
    work = async () => undefined;
    finish();
    await breathe();
    await advance(4_000);
    await advance(1_000);

    expect(looks.map(({ at }) => at / 1_000)).toEqual([0, 40, 45]);
  });

  test('who is nudged during a long look is looked at before it ends; all are looked at after it', async () => {
    const { promise, resolve: finish } = Promise.withResolvers<void>();
    work = () => promise;
    await using _loop = started();
    await advance(2_000);
    nudges.add(['prod-1']);
    await advance(1_000);
    expect(looks).toHaveLength(1);
    work = async () => undefined;
    finish();
    await breathe();

    expect(looks.map(({ clusters }) => clusters)).toEqual(['all', ['prod-1']]);
    nudges.add([]);
    await advance(1_000);
    expect(looks.at(-1)?.clusters).toBe('all');
  });

  test('survives a look that throws', async () => {
    work = () => Promise.reject(new Error('boom'));
    await using _loop = started();
    await breathe();
    await advance(15_000);

    expect(looks).toHaveLength(2);
    expect(errors).toEqual(['a look failed', 'a look failed']);
  });

  test('ends when it is told to: at once when idle, after the look when it looks', async () => {
    const idle = started();
    await breathe();
    idle.abort.abort();
    await idle.ended;

    const { promise, resolve } = Promise.withResolvers<void>();
    work = () => promise;
    const busy = started();
    await breathe();
    busy.abort.abort();
    let isOver = false;
    const over = busy.ended.then(() => {
      isOver = true;
    });
    await breathe();
    expect(isOver).toBe(false);
    resolve();
    await over;
    expect(clock.sleeping).toBe(0);
  });

  test('is not started by a signal that is aborted already', async () => {
    const log = { info: () => undefined, warn: () => undefined, error: () => undefined };

    const never = async () => expect.unreachable();

    await loopLooks({ clock, log, nudges }, { inTurn: never, between: never }, AbortSignal.abort());
  });
});

describe('a nudge', () => {
  test('makes the next look happen now, at those clusters alone', async () => {
    await using _loop = started();
    await breathe();
    await advance(5_000);
    nudges.add(['a', 'b']);
    await breathe();

    expect(looks.at(-1)).toEqual({ at: 5_000, clusters: ['a', 'b'] });
  });

  test('is worth a second look a second later, because an alert is sent before it can be queried, and no third', async () => {
    await using _loop = started();
    await breathe();
    nudges.add(['a']);
    await breathe();
    for (let step = 0; step < 15; step += 1) await advance(1_000);

    expect(looks).toEqual([
      { at: 0, clusters: 'all' },
      { at: 0, clusters: ['a'] },
      { at: 1_000, clusters: ['a'] },
      { at: 15_000, clusters: 'all' },
    ]);
  });

  test('of nobody is one of all', async () => {
    await using _loop = started();
    await breathe();
    await advance(5_000);
    nudges.add([]);
    await breathe();

    expect(looks.at(-1)).toEqual({ at: 5_000, clusters: 'all' });
  });

  test('that comes too soon after another waits its second', async () => {
    await using _loop = started();
    await breathe();
    await advance(5_000);
    nudges.add(['a']);
    await breathe();
    nudges.add(['a', 'b']);
    await breathe();
    await advance(999);
    expect(looks.map(({ clusters }) => clusters)).toEqual(['all', ['a'], ['b']]);
    await advance(1);

    expect(looks.at(-1)).toEqual({ at: 6_000, clusters: ['a', 'b'] });
  });

  test('never makes more than one extra look a second and cluster', () => {
    const step = fc.record({
      afterMs: fc.integer({ min: 0, max: 700 }),
      clusters: fc.subarray(['a', 'b', 'c']),
      take: fc.boolean(),
    });
    fc.assert(
      fc.property(fc.array(step, { maxLength: 60 }), (steps) => {
        const many = createNudges();
        const last = new Map<string, number>();
        let now = 0;
        for (const { afterMs, clusters, take } of steps) {
          now += afterMs;
          many.add(clusters);
          const taken = take ? many.take(now) : undefined;
          for (const cluster of taken === 'all' ? ['a', 'b', 'c'] : (taken ?? [])) {
            expect(now - (last.get(cluster) ?? -1_000)).toBeGreaterThanOrEqual(1_000);
            last.set(cluster, now);
          }
        }
        // Nothing is forgotten, and nobody waits for longer than a second.
        expect(many.waitMs(now) ?? 0).toBeLessThanOrEqual(1_000);
        if (many.waitMs(now) !== undefined) expect(many.take(now + 1_000)).toBeDefined();
      }),
    );
  });

  test('takes no look away from the beat', async () => {
    await using _loop = started();
    await breathe();
    for (let step = 0; step < 120; step += 1) {
      nudges.add(['a']);
      await advance(500);
    }

    const beats = looks.filter(({ clusters }) => clusters === 'all').map(({ at }) => at);
    expect(beats).toEqual([0, 1, 2, 3, 4].map((n) => n * LOOK_INTERVAL_MS));
  });
});
