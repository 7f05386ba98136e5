import { describe, expect, onTestFinished, test } from 'vitest';
import type { Cluster } from '../../../src/domain/run.ts';
import { createLearning, type Learn } from '../../../src/gate/learning/learn-classes.ts';
import { createLearnedClasses } from '../../../src/gate/learning/learned-classes.ts';
import type { ClassHistory } from '../../../src/judge/learning/class-history.ts';
import type { LearnedClass } from '../../../src/judge/learning/learned-class.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { FakeSource } from '../support/fake-source.ts';
import { ManualClock } from '../support/manual-clock.ts';
import { ALERTS, CHECKS, NOON, QUIET } from '../support/world.ts';

const HOUR = 3_600_000;

function cluster(name: string, className = 'web'): Cluster {
  return { name, wave: 'first', class: className, region: 'eu', source: 'prom', labels: {}, links: {} };
}

/** What a learner would say without a number. */
function lesson({ class: name, clusters, first, minutes }: ClassHistory, now: number): LearnedClass {
  const to = first + (minutes - 1) * 60_000;
  return { class: name, learnedAt: now, from: first, to, clusters: clusters.length, counts: {}, gauges: {} };
}

async function school(fleet: Cluster[]) {
  const store = await openSqliteStore(':memory:');
  onTestFinished(() => store.close());
  const clock = new ManualClock(NOON);
  const source = new FakeSource('prom', { checks: CHECKS, script: QUIET, now: () => clock.now() });
  const told: string[] = [];
  const heard: string[] = [];
  const learn: Learn = async (history, now) => {
    heard.push(history.clusters.map((one) => one.cluster).join(' '));
    return lesson(history, now);
  };
  const parts = (learned = createLearnedClasses(store), own: Learn = learn) => ({
    store,
    clock,
    learned,
    learn: own,
    sources: () => source,
    inventory: {
      get clusters() {
        return fleet;
      },
    },
    checks: CHECKS,
    alerts: ALERTS,
    log: {
      info: () => undefined,
      warn: (_: object, message: string) => void told.push(message),
      error: (_: object, message: string) => void told.push(message),
    },
    metrics: {
      learned: (name: string, at: number) => void told.push(`${name} ${(at - NOON) / HOUR}`),
      failed: (name: string) => void told.push(`${name} failed`),
    },
  });
  return { store, clock, source, told, heard, parts };
}

const never = new AbortController().signal;

describe('what is learned of the classes', () => {
  test('is learned once, and anew after a day', async () => {
    const { clock, heard, parts, told } = await school([cluster('a'), cluster('b'), cluster('g', 'gpu')]);
    const learned = createLearnedClasses(parts().store);
    const turn = createLearning(parts(learned));
    await turn(never);
    expect(heard).toEqual(['a b', 'g']);
    clock.advance(23 * HOUR);
    await turn(never);
    expect(heard).toHaveLength(2);
    clock.advance(HOUR);
    await turn(never);
    expect(heard).toEqual(['a b', 'g', 'a b', 'g']);
    expect(learned.newest('web')?.learned.learnedAt).toBe(NOON + 24 * HOUR);
    expect(told).toEqual(['web 0', 'gpu 0', 'web 0', 'gpu 0', 'web 24', 'gpu 24']);
  });

  test('is learned anew when a cluster comes or goes, but not in every minute', async () => {
    const fleet = [cluster('a'), cluster('b')];
    const { clock, heard, parts } = await school(fleet);
    const turn = createLearning(parts());
    await turn(never);
    fleet.push(cluster('c'));
    clock.advance(60_000);
    await turn(never);
    expect(heard).toEqual(['a b']);
    clock.advance(10 * 60_000);
    await turn(never);
    expect(heard).toEqual(['a b', 'a b c']);
    fleet.reverse();
    clock.advance(HOUR);
    await turn(never);
    expect(heard).toHaveLength(2);
  });

  test('survives a restart, and is shared with another replica', async () => {
    const { clock, heard, parts } = await school([cluster('a')]);
    await createLearning(parts())(never);
    clock.advance(HOUR);
    const learned = createLearnedClasses(parts().store);
    await createLearning(parts(learned))(never);
    expect(heard).toEqual(['a']);
    expect(learned.newest('web')?.learned.learnedAt).toBe(NOON);
  });

  test('stays when learning fails, which is told and tried again', async () => {
    const { clock, source, parts, told } = await school([cluster('a')]);
    const learned = createLearnedClasses(parts().store);
    const turn = createLearning(parts(learned));
    await turn(never);
    clock.advance(24 * HOUR);
    source.mood = 'down';
    await turn(never);
    await turn(never);
    expect(told.filter((one) => one.includes('failed'))).toEqual(['web failed']);
    expect(learned.newest('web')?.learned.learnedAt).toBe(NOON);
    source.mood = 'well';
    clock.advance(10 * 60_000);
    await turn(never);
    expect(learned.newest('web')?.learned.learnedAt).toBe(clock.now());
  });

  test('stays with the runs that are judged by it for three days', async () => {
    const { clock, parts, store } = await school([cluster('a')]);
    const turn = createLearning(parts());
    const ages: number[] = [];
    for (let day = 0; day < 6; day += 1) {
      await turn(never);
      clock.advance(24 * HOUR);
      const fresh = createLearnedClasses(store);
      await fresh.load();
      const kept = await fresh.at({ class: 'web', learnedAt: NOON });
      if (kept) ages.push(day);
    }
    expect(ages).toEqual([0, 1, 2]);
    expect((await store.documents('learned-earlier')).length).toBe(2);
  });

  test('is learned of the same two dozen of a large class', async () => {
    const fleet = Array.from({ length: 200 }, (_, i) => cluster(`c${i}`));
    const { clock, heard, parts } = await school(fleet);
    const turn = createLearning(parts());
    await turn(never);
    fleet.reverse();
    clock.advance(25 * HOUR);
    await turn(never);
    expect(heard[0]?.split(' ')).toHaveLength(24);
    expect(heard[1]).toBe(heard[0]);
  });

  test('is given up when the gate stops, without a complaint', async () => {
    const { parts, told } = await school([cluster('a')]);
    const stopping = new AbortController();
    const slow: Learn = (_history, _now, aborted) =>
      new Promise((_, reject) => {
        aborted.addEventListener('abort', () => reject(new Error('aborted')));
        stopping.abort();
      });
    await createLearning(parts(undefined, slow))(stopping.signal);
    expect(told).toEqual([]);
  });
});
