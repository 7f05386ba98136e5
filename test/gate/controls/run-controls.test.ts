import { describe, expect, onTestFinished, test } from 'vitest';
import { decodeOpening } from '../../../src/gate/opening.ts';
import { decodeMinute } from '../../../src/gate/readings-json.ts';
import type { JudgeMinute, LookInstant, RunFacts } from '../../../src/judge/run-facts.ts';
import { judgeRun } from '../../../src/judge/run-judge.ts';
import { value } from '../support/fake-source.ts';
import { QUIET, World, type WorldOptions } from '../support/world.ts';

const FLEET = ['a-1', 'a-2', 'a-3', 'a-4', 'a-5', 'b-1'];
const LATER = { 'a-2': 'later', 'a-3': 'later', 'a-4': 'later', 'a-5': 'later' };

/** What a judge got. */
interface Judged {
  readonly facts: RunFacts;
  readonly minutes: readonly JudgeMinute[];
  readonly instant: LookInstant;
}

async function worldWith(more: WorldOptions = {}) {
  const judged: Judged[] = [];
  const world = await World.open({
    clusters: FLEET,
    waves: ['first', 'later'],
    waveOf: LATER,
    judge(facts) {
      const own = judgeRun(facts);
      const minutes: JudgeMinute[] = [];
      return {
        ...own,
        advance(minute, moments) {
          minutes.push(minute);
          own.advance(minute, moments);
        },
        decide(instant) {
          judged.push({ facts, minutes: [...minutes], instant });
          return own.decide(instant);
        },
      };
    },
    ...more,
  });
  onTestFinished(() => world[Symbol.asyncDispose]());
  world.sources.a.script = {
    ...QUIET,
    count: (cluster) => value({ events: cluster === 'a-1' ? 2 : 3, exposure: cluster === 'a-1' ? 100 : 200 }),
  };
  return { world, judged };
}

async function openingOf(world: World, runId: string) {
  return decodeOpening((await world.store.opening(runId)) ?? '');
}

describe('the controls of a run', () => {
  test('are fixed when it opens: clusters of its class and source, with what they did before', async () => {
    const { world } = await worldWith();
    const { runId } = await world.ask('PreSync');
    const { controls, before } = await openingOf(world, runId);
    expect(controls?.clusters).toEqual(['a-2', 'a-3', 'a-4', 'a-5']);
    const all = before?.controls?.get('dns-errors');
    // The hour before less the two minutes that the sync may have touched: the very ones of the cluster's baseline.
    expect(all).toEqual({ events: 12 * 58, exposure: 800 * 58, phi: 1 });
    expect(before?.counts.get('dns-errors')?.exposure).toBe(100 * 58);
  });

  test('are pooled at every look, judged and stored with the minute, in one question', async () => {
    const { world, judged } = await worldWith();
    const run = await world.soak();
    const before = world.sources.a.asked.length;
    await world.pass(0.25);
    const asked = world.sources.a.asked.slice(before);
    expect(asked.map(({ clusters }) => [...clusters].sort())).toEqual([['a-1', 'a-2', 'a-3', 'a-4', 'a-5']]);
    await world.pass(3);
    const minutes = (await world.store.minutes(run.id)).map(decodeMinute);
    expect(minutes.length).toBeGreaterThan(3);
    for (const { controls } of minutes) {
      expect(controls?.counts['dns-errors']).toEqual({ clusters: 4, events: 12, causes: 12, exposure: 800 });
    }
    const last = judged.at(-1);
    expect(last?.facts.controls).toEqual(['a-2', 'a-3', 'a-4', 'a-5']);
    expect(last?.facts.before.controls?.get('dns-errors')).toMatchObject({ events: 12 * 58 });
    expect(last?.minutes.map(({ controls }) => controls)).toEqual(minutes.map(({ controls }) => controls));
  });

  test('two runs with the same controls ask for each cluster once', async () => {
    const { world } = await worldWith({ clusters: [...FLEET, 'a-0'] });
    await world.soak();
    await world.ask('PreSync', { cluster: 'a-0' });
    await world.ask('PostSync', { cluster: 'a-0' });
    const before = world.sources.a.asked.length;
    await world.pass(0.25);
    expect(world.sources.a.asked.slice(before).map(({ clusters }) => [...clusters].sort())).toEqual([
      ['a-0', 'a-1', 'a-2', 'a-3', 'a-4', 'a-5'],
    ]);
  });

  test('are none where fewer than three stand still', async () => {
    const { world } = await worldWith();
    for (const cluster of ['a-4', 'a-5']) {
      await world.ask('PostSync', { app: 'bom-2', cluster, digest: 'other' });
    }
    const { id } = await world.soak();
    expect((await openingOf(world, id)).controls).toBeUndefined();
    expect(decodeMinute((await world.store.minutes(id)).at(-1) as never)).not.toHaveProperty('controls');
  });

  test('are dropped from the minute on in which they are changed themselves, also by a gate that was restarted', async () => {
    const { world } = await worldWith();
    const { id } = await world.soak();
    await world.ask('PostSync', { app: 'bom-2', cluster: 'a-5', digest: 'other' });
    await world.pass(2);
    world.restart();
    await world.pass(2);
    const pooled = (await world.store.minutes(id)).map(
      (one) => decodeMinute(one).controls?.counts['dns-errors']?.clusters,
    );
    expect(pooled[0]).toBe(4);
    expect(pooled.slice(-3)).toEqual([3, 3, 3]);
  });

  test('are not the clusters of its own wave, which get the change with it', async () => {
    const { world } = await worldWith({ waveOf: {} });
    const { runId } = await world.ask('PreSync');
    expect((await openingOf(world, runId)).controls).toBeUndefined();
  });

  test('are not clusters on which a halting alert fires, and an alert that fires on one later is told', async () => {
    const { world, judged } = await worldWith();
    const alert = (cluster: string) => ({
      name: 'DnsErrorsHigh',
      cluster,
      state: 'firing' as const,
      labels: {},
    });
    world.sources.a.alerts = [alert('a-2')];
    const { id } = await world.soak();
    expect((await openingOf(world, id)).controls?.clusters).toEqual(['a-3', 'a-4', 'a-5']);
    expect(judged.at(-1)?.instant.controlAlerts).toEqual([]);
    world.sources.a.alerts = [alert('a-2'), alert('a-3')];
    await world.pass(1);
    expect(judged.at(-1)?.instant.controlAlerts).toEqual(['DnsErrorsHigh']);
  });

  // Without them an incident of the fleet would look like the change's doing: not knowing convicts nobody.
  test.each([
    ['fails', () => Promise.reject(new Error('a bug')), 'a bug'],
    ['is away', undefined, 'answered 503'],
  ])(
    'a store that %s while they are read holds the admission, and has them when it is back',
    async (_, fail, says) => {
      const { world } = await worldWith();
      const { a } = world.sources;
      const observe = a.observe.bind(a);
      for (const isAskedOnce of [true, false]) {
        let asked = 0;
        a.observe = async (clusters, ...rest) => {
          if (!clusters.includes('a-2')) return observe(clusters, ...rest);
          asked += 1;
          // The newest minutes of the candidates, or only the day of those that were chosen.
          if (isAskedOnce || asked > 1) {
            if (fail) return fail();
            a.mood = 'down';
          }
          return observe(clusters, ...rest).finally(() => {
            a.mood = 'well';
          });
        };
        const held = await world.ask('PreSync');
        expect(held).toMatchObject({ verdict: 'hold', reason: 'data/unknown' });
        expect(held.reasons[0]?.text).toContain("clusters without the change can't be compared with yet");
        expect(held.reasons[0]?.text).toContain(says);
        world.clock.advance(15_000);
      }
      a.observe = observe;

      const { runId, verdict } = await world.ask('PreSync');

      expect(verdict).toBe('go');
      const { controls, before } = await openingOf(world, runId);
      expect(controls?.clusters).toEqual(['a-2', 'a-3', 'a-4', 'a-5']);
      expect(before?.controls?.get('dns-errors')).toMatchObject({ events: 12 * 58 });
    },
  );

  test('a way back does not wait for them', async () => {
    const { world } = await worldWith();
    const { a } = world.sources;
    const { id } = await world.soak();
    await world.gate.override(id, 'go', { actor: 'ada', reason: 'looked at it' });
    for (const phase of ['PreSync', 'PostSync'] as const) await world.ask(phase, { digest: 'd2' });
    const observe = a.observe.bind(a);
    a.observe = (clusters, ...rest) =>
      clusters.includes('a-2') ? Promise.reject(new Error('a bug')) : observe(clusters, ...rest);

    expect(await world.ask('PreSync')).toMatchObject({ verdict: 'go', reason: 'admission/rollback' });
  });
});
