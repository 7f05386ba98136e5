import { beforeAll, describe, expect, onTestFinished, test } from 'vitest';
import type { LearnedClasses } from '../../src/gate/learning/learned-classes.ts';
import { HISTORY_MINUTES, readHistory } from '../../src/gate/learning/read-history.ts';
import { parseLook } from '../../src/gate/look-record.ts';
import { decodeOpening } from '../../src/gate/opening.ts';
import { learnClass } from '../../src/judge/learning/learn-class.ts';
import type { LearnedClass } from '../../src/judge/learning/learned-class.ts';
import { judgeRun } from '../../src/judge/run-judge.ts';
import { poisson } from '../../src/simulator/distributions.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { POLICY } from '../store/ledger-data.ts';
import { FakeSource, type Script, value } from './support/fake-source.ts';
import { CHECKS, NOON, QUIET, World } from './support/world.ts';

const MINUTE = 60_000;
const CLUSTERS = Array.from({ length: 8 }, (_, i) => `a-${i + 1}`);
const LATER = Object.fromEntries(CLUSTERS.slice(2).map((name) => [name, 'later']));
const random = seededRandom(507);

/** One error in a hundred of 1,200 requests a minute, and more from a moment on where the change is. */
function script(factor: number, since: number): Script {
  return {
    ...QUIET,
    count(cluster, _key, minute) {
      const isHit = minute > since && (cluster === 'a-1' || cluster === 'a-2');
      const events = poisson(random(cluster, minute), 12 * (isHit ? factor : 1));
      return value({ events, exposure: 1_200 });
    },
  };
}

let learned: LearnedClass;

beforeAll(async () => {
  const to = NOON - (NOON % MINUTE) - 2 * MINUTE;
  const source = new FakeSource('prom', { checks: CHECKS, script: script(1, 0), now: () => NOON });
  const history = await readHistory({
    class: 'prod',
    clusters: CLUSTERS,
    source,
    checks: CHECKS,
    haltingAlerts: [],
    moves: new Map(),
    window: { from: to - (HISTORY_MINUTES - 1) * MINUTE, to },
    now: NOON,
  });
  learned = learnClass(history, NOON);
}, 120_000);

function knownOf(known: LearnedClass): LearnedClasses {
  return {
    newest: (name) => (name === known.class ? { learned: known, fleet: '', earlier: [] } : undefined),
    at: async ({ learnedAt }) => (learnedAt === known.learnedAt ? known : undefined),
    load: async () => undefined,
    save: async () => undefined,
  };
}

/** Two clusters of a wave with a change that makes errors so many times as frequent. */
async function wave(factor: number, policy: { readonly alpha: number; readonly poolAlpha?: number }) {
  const world = await World.open({
    clusters: CLUSTERS,
    waves: ['first', 'later'],
    waveOf: LATER,
    judge: judgeRun,
    learned: knownOf(learned),
    policy: { ...POLICY, ...policy },
  });
  onTestFinished(() => world[Symbol.asyncDispose]());
  world.sources.a.script = script(factor, NOON);
  const ids: string[] = [];
  for (const cluster of ['a-1', 'a-2']) {
    const { runId } = await world.ask('PreSync', { cluster });
    await world.ask('PostSync', { cluster });
    ids.push(runId);
  }
  return { world, ids };
}

describe('the runs of a wave', () => {
  test('are halted together by what they show together, with the names of the clusters', async () => {
    // Alone, no evidence is enough: a chance that small is not told.
    const { world, ids } = await wave(1.6, { alpha: 1e-7, poolAlpha: 0.025 });
    await world.pass(20);
    const runs = await Promise.all(ids.map((id) => world.run(id)));
    expect(runs.map(({ state }) => state)).toEqual(['halted', 'halted']);
    for (const { reasons } of runs) {
      expect(reasons[0]).toMatchObject({ code: 'regression/dns-errors' });
      expect(reasons[0]?.text).toMatch(/on a-1, a-2 together, where \d+ were expected/);
    }
    const look = parseLook(await world.store.look(ids[0] ?? ''));
    expect(look?.wave).toMatchObject({ clusters: ['a-1', 'a-2'], alpha: 0.025 });
  }, 60_000);

  test('are not halted where nothing is left for the pooled test', async () => {
    const { world, ids } = await wave(1.6, { alpha: 1e-7 });
    await world.pass(20);
    const runs = await Promise.all(ids.map((id) => world.run(id)));
    expect(runs.map(({ state }) => state)).not.toContain('halted');
  }, 60_000);

  test('are not halted when nothing changed', async () => {
    const { world, ids } = await wave(1, { alpha: 0.01, poolAlpha: 0.025 });
    await world.pass(20);
    const runs = await Promise.all(ids.map((id) => world.run(id)));
    expect(runs.map(({ state }) => state)).not.toContain('halted');
  }, 60_000);
});

test('what go will have ruled out is promised before the soak: kept with the run, and told in the log', async () => {
  const { world, ids } = await wave(1, { alpha: 0.01 });
  const { promises, learned: pinned } = decodeOpening((await world.store.opening(ids[0] ?? '')) ?? '');
  expect(pinned).toEqual({ class: 'prod', learnedAt: NOON });
  expect(promises).toEqual({ 'dns-errors': 3 });
  const entries = await world.store.audit(0, 100);
  expect(entries.find(({ kind }) => kind === 'admission')?.data).toMatchObject({
    controls: expect.arrayContaining(CLUSTERS.slice(2)),
    learned: pinned,
    promises,
  });
  const { promises: told } = await world.ask('PreSync', { cluster: String(CLUSTERS[0]) });
  const promise = expect.stringMatching(/3x worse than before is ruled out.*would halt/);
  expect(told).toContainEqual({ signal: 'dns-errors', promise });
}, 60_000);
