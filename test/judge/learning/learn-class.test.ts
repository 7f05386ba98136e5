import { describe, expect, it } from 'vitest';
import { type ClassHistory, type ClusterHistory, UNFIT } from '../../../src/judge/learning/class-history.ts';
import { learnClass } from '../../../src/judge/learning/learn-class.ts';
import type { LearnedClass, LearnedCounts } from '../../../src/judge/learning/learned-class.ts';
import { sampleClusters } from '../../../src/judge/learning/seeded-order.ts';
import { drawFleet, type Fleet, historyOf, normal } from '../support/fleet.ts';
import { randomFrom } from '../support/random.ts';

const MINUTES = 600;
const MID = { perMinute: 10, traffic: 2000 };

/** Every number within a value, to look for what is none. */
function numbersIn(value: unknown): number[] {
  if (typeof value === 'number') return [value];
  return typeof value === 'object' && value !== null ? Object.values(value).flatMap(numbersIn) : [];
}

/** What was learned of the one series, after checking that JSON keeps all of it and nothing in it is not a number. */
function learnErrors(
  fleet: Fleet,
  change: (cluster: ClusterHistory) => ClusterHistory = (each) => each,
): LearnedCounts {
  const history = historyOf({ errors: fleet });
  const learned = learnClass({ ...history, clusters: history.clusters.map(change) }, 77);
  expect(JSON.parse(JSON.stringify(learned))).toEqual(learned);
  expect(numbersIn(learned).every(Number.isFinite)).toBe(true);
  return learned.counts['errors'] ?? expect.fail('there was traffic');
}

/** Clusters with a gauge that wanders, and what they share. */
function gaugeHistory(clusters: number, minutes: number, shared = 0): ClassHistory {
  const random = randomFrom(508);
  const fleet = drawFleet({ perMinute: 0, traffic: 0 }, clusters, minutes, 508);
  const common = Float64Array.from({ length: minutes }, () => shared * normal(random));
  const history = historyOf({ none: fleet });
  return {
    ...history,
    worse: new Map([['memory', 'up']]),
    clusters: history.clusters.map((cluster) => ({
      ...cluster,
      counts: new Map(),
      gauges: new Map([['memory', common.map((each) => 100 + each + normal(random))]]),
    })),
  };
}

describe('what is learned of a class', () => {
  it('does not depend on the order in which clusters arrive', () => {
    const history = historyOf({ errors: drawFleet(MID, 6, MINUTES, 501) });
    const other = { ...history, clusters: history.clusters.toReversed() };
    expect(learnClass(other, 77)).toEqual(learnClass(history, 77));
  });

  it('does not depend on the unit of exposure', () => {
    const fleet = drawFleet({ ...MID, wander: 0.4 }, 5, MINUTES, 502);
    const inThousands = fleet.map(({ events, exposure }) => ({
      events,
      exposure: exposure.map((each) => each / 1024),
    }));
    const { plain, raw, controlled } = learnErrors(fleet);
    const scaled = learnErrors(inThousands);
    expect(scaled.plain).toEqual(plain);
    expect(scaled.raw).toEqual(raw);
    expect(scaled.controlled).toEqual(controlled);
  });

  it('says when and from what it was learned', () => {
    const history = historyOf({ errors: drawFleet(MID, 2, MINUTES, 503) });
    const { class: name, learnedAt, from, to, clusters } = learnClass(history, 77);
    expect({ name, learnedAt, from, to, clusters }).toEqual({
      name: 'simulated',
      learnedAt: 77,
      from: 60_000,
      to: 60_000 * MINUTES,
      clusters: 2,
    });
  });

  it('keeps every bound of a histogram apart', () => {
    const edges = {
      'latency@0.1': drawFleet(MID, 2, MINUTES, 504),
      'latency@1': drawFleet({ ...MID, perMinute: 1 }, 2, MINUTES, 505),
    };
    const { counts } = learnClass(historyOf(edges), 77);
    expect(Object.keys(counts)).toEqual(['latency@0.1', 'latency@1']);
    expect(counts['latency@0.1']?.expected[0]).toBeGreaterThan(400);
    expect(counts['latency@1']?.expected[0]).toBeLessThan(100);
  });

  it('leaves out windows in which something was going on, and counts them', () => {
    const fleet = drawFleet(MID, 3, MINUTES, 506);
    const all = learnErrors(fleet).windows;
    expect(all).toMatchObject({ used: 3 * 43, sync: 0, alert: 0, missing: 0, everyMinutes: 10 });
    const one = learnErrors(fleet, (cluster) => {
      const unfit = new Uint8Array(MINUTES);
      if (cluster.cluster.endsWith('0')) unfit[300] = UNFIT.sync;
      if (cluster.cluster.endsWith('1')) unfit.fill(UNFIT.missing, 200, 230);
      if (cluster.cluster.endsWith('2')) unfit[0] = UNFIT.alert;
      return { ...cluster, unfit };
    }).windows;
    expect(one.used + one.sync + one.alert + one.missing).toBe(all.used);
    // A sync taints every window that has it within its hour before or its two hours after: 18 of ten minutes each.
    expect(one).toMatchObject({ sync: 18, alert: 1 });
    expect(one.missing).toBeGreaterThan(10);
  });

  it.each([
    ['one cluster', 1, [], []],
    ['three clusters: too few for controls', 3, [], []],
    ['four clusters', 4, [3], []],
    ['nine clusters', 9, [3, 8], [2, 3, 4]],
  ])('of %s', (_, clusters, controls, groups) => {
    const learned = learnErrors(drawFleet(MID, clusters, 300, 507));
    expect(learned.controlled.map((each) => each.controls)).toEqual(controls);
    expect(learned.pooled.map((each) => each.clusters)).toEqual(groups);
    for (const { scores } of [learned.plain, ...learned.controlled]) {
      expect(scores[120]).toHaveLength(learned.windows.used);
      scores[30].forEach((score, i) => {
        expect(scores[120][i]).toBeGreaterThanOrEqual(score);
      });
    }
    expect(learned.expected).toEqual([...learned.expected].sort((a, b) => a - b));
    expect(learned.raw.provedAfter[3]).toHaveLength(learned.windows.used);
  });

  it('of five thousand clusters is learned from a fixed fifty of them', () => {
    const names = Array.from({ length: 5000 }, (_, i) => `cluster-${i}`);
    const sample = sampleClusters(names);
    expect(sample).toHaveLength(50);
    expect(sampleClusters(names.toReversed())).toEqual(sample);
    expect(sample.filter((name) => Number(name.slice(8)) < 2500).length).toBeGreaterThan(12);
    const [row] = drawFleet(MID, 1, 200, 508);
    const history = historyOf({ errors: Array(5000).fill(row) });
    expect(learnClass(history, 77).clusters).toBe(50);
  });

  it('of no cluster, or of one that delivers nothing, is nothing', () => {
    const empty: ClassHistory = {
      class: 'new',
      first: 60_000,
      minutes: 0,
      clusters: [],
      worse: new Map([['memory', 'up']]),
    };
    expect(learnClass(empty, 77)).toMatchObject({ clusters: 0, counts: {}, gauges: {} });
    const silent = drawFleet({ perMinute: 0, traffic: 0 }, 4, MINUTES, 509);
    expect(learnClass(historyOf({ errors: silent }), 77).counts).toEqual({});
  });
});

describe('odd counters', () => {
  it.each([
    ['that never counted anything', { perMinute: 0, traffic: 2000 }],
    ['that count one event a day', { perMinute: 1 / 1440, traffic: 2000 }],
    ['that count next to nothing but in bursts', { perMinute: 0.01, traffic: 1, burst: 30 }],
  ])('%s', (_, noise) => {
    const learned = learnErrors(drawFleet(noise, 5, MINUTES, 510));
    expect(learned.windows.used).toBe(5 * 43);
  });

  it('with a million million events a minute', () => {
    const fleet = drawFleet(MID, 5, MINUTES, 511).map(({ events, exposure }) => ({
      events: events.map((each) => each * 1e11),
      exposure: exposure.map((each) => each * 1e11),
    }));
    const learned = learnErrors(fleet);
    expect(learned.raw.phi).toBeGreaterThan(1e10);
    // Counts that large stray from their mean as their smaller kin do, so they score alike.
    expect(Math.max(...learned.plain.scores[120])).toBeLessThan(12);
  });

  it('that vanish in mid-history, or exist on some clusters only', () => {
    const fleet = drawFleet(MID, 6, MINUTES, 512);
    fleet[0]?.events.fill(Number.NaN, 300);
    fleet[1]?.events.fill(Number.NaN);
    fleet[2]?.exposure.fill(0);
    fleet[2]?.events.fill(0);
    const learned = learnErrors(fleet);
    expect(learned.windows.missing).toBeGreaterThan(10);
    expect(learned.windows.used).toBeLessThan(4 * 43);
    expect(learned.controlled.map(({ controls }) => controls)).toEqual([3]);
  });
});

describe('what is learned of gauges', () => {
  const learnMemory = (history: ClassHistory): LearnedClass['gauges'][string] =>
    learnClass(history, 77).gauges['memory'] ?? expect.fail('it was delivered');

  it('is how far they shift of themselves, alone and against controls', () => {
    const learned = learnMemory(gaugeHistory(9, MINUTES));
    expect(learned.worse).toBe('up');
    expect(learned.spread).toBeGreaterThan(0.9);
    expect(learned.spread).toBeLessThan(1.1);
    expect(learned.own.usual).toHaveLength(120);
    expect(learned.own.usual[1]).toBe(0);
    // A mean of more samples strays less.
    expect(learned.own.usual[2]).toBeGreaterThan(learned.own.usual[59] ?? 0);
    expect(learned.own.scores[60]).toHaveLength(9 * 43);
    expect(learned.controlled.map(({ controls }) => controls)).toEqual([3, 8]);
  });

  it('is less against controls where the clusters move together', () => {
    const learned = learnMemory(gaugeHistory(9, MINUTES, 5));
    expect(learned.controlled.at(-1)?.spread).toBeLessThan(learned.spread / 3);
  });

  it('is a number for gauges that never move, have gaps, or vanish', () => {
    const history = gaugeHistory(5, MINUTES);
    history.clusters[0]?.gauges.get('memory')?.fill(50);
    history.clusters[1]?.gauges.get('memory')?.fill(Number.NaN, 100, 400);
    history.clusters[2]?.gauges.get('memory')?.fill(Number.NaN);
    const learned = learnMemory(history);
    expect(numbersIn(learned).every(Number.isFinite)).toBe(true);
    expect(JSON.parse(JSON.stringify(learned))).toEqual(learned);
  });
});
