import { describe, expect, it } from 'vitest';
import { EVENTS, factorOf, NOISES, type NoiseName } from '../../bench/judge/families.ts';
import { continueFrom, createPast, PAST_MINUTES, type Row } from '../../bench/judge/streams/count-fleet.ts';
import { continueGauge, createGaugePast } from '../../bench/judge/streams/gauge-fleet.ts';
import { drawLatency, EDGES, slowerShare } from '../../bench/judge/streams/latency-fleet.ts';
import { burstSize, meanBurst } from '../../bench/judge/streams/noise.ts';
import { seededRandom } from '../../src/simulator/random.ts';

const randomFor = seededRandom(901);
const TRAFFIC = { requestsPerMinute: 2_000, errorRatio: 0.005 };
const total = (values: Float64Array) => values.reduce((sum, value) => sum + value, 0);
const ratioOf = (rows: readonly Row[]) =>
  rows.reduce((sum, { events }) => sum + total(events), 0) /
  rows.reduce((sum, { exposure }) => sum + total(exposure), 0);

describe('simulated error counts', () => {
  // Ratios over 20 clusters and two days; rates that differ by cluster and heavy tails need a wide band.
  const bands: Readonly<Record<NoiseName, number>> = {
    iid: 0.02,
    burst: 0.03,
    ar1: 0.06,
    diurnal: 0.3,
    'diurnal, any hour': 0.3,
    'bursts of 20': 0.05,
    'Pareto bursts': 0.25,
    'bursts over 3 min': 0.03,
    'rates differ': 0.5,
    'incidents before': 0.06,
    'AR by cluster': 0.06,
  };

  it.each(Object.entries(bands))('%s: errors are as many as the traffic says', (noise, band) => {
    const spec = { noise: NOISES[noise as NoiseName], traffic: TRAFFIC, clusters: 20 };
    const { rows } = createPast(spec, randomFor('mean', noise));
    expect(rows).toHaveLength(20);
    expect(rows[0]?.events).toHaveLength(PAST_MINUTES);
    expect(Math.abs(ratioOf(rows) / TRAFFIC.errorRatio - 1)).toBeLessThan(band);
  });

  it('bursts have the mean size that rates are divided by', () => {
    for (const { bursts } of [NOISES.burst, NOISES['bursts of 20'], NOISES['Pareto bursts']]) {
      const random = randomFor('burst', bursts.size);
      let events = 0;
      const draws = 200_000;
      for (let draw = 0; draw < draws; draw++) events += burstSize(random, bursts);
      expect(events / draws / meanBurst(bursts)).toBeCloseTo(1, bursts.size === 'pareto' ? 0 : 1);
    }
  });

  it('a past goes on in many ways, each the same when drawn again', () => {
    const past = createPast({ noise: NOISES.ar1, traffic: TRAFFIC, clusters: 3 }, randomFor('past'));
    const soak = (name: string) => continueFrom(past, 30, () => 1, randomFor(name));
    expect(soak('a')).toEqual(soak('a'));
    expect(soak('a')).not.toEqual(soak('b'));
  });

  it('an effect multiplies the errors of the treated cluster alone, from its minute on', () => {
    const past = createPast({ noise: NOISES.iid, traffic: TRAFFIC, clusters: 3 }, randomFor('effect'));
    const family = { noise: 'iid', event: 'none', effect: { times: 4, from: 500 } } as const;
    const random = randomFor('effect', 'soak');
    const rows = continueFrom(past, 1_000, factorOf(family, 1, 1_000, random), random);
    const mean = (cluster: number, from: number) =>
      total(rows[cluster]?.events.subarray(from, from + 500) ?? new Float64Array()) / 500;
    expect(mean(0, 500)).toBeCloseTo(10, -0.3);
    expect(mean(1, 0)).toBeCloseTo(10, -0.3);
    expect(mean(1, 500) / 40).toBeCloseTo(1, 1);
  });

  it('a shock lasts six minutes on every cluster, a warm-up blip three on the treated one', () => {
    const shock = EVENTS.shock(60, () => 0.5);
    const shocked = Array.from({ length: 60 }, (_, minute) => shock(7, minute));
    expect(shocked.filter((factor) => factor === 4)).toHaveLength(6);
    const warm = EVENTS.warm(30, () => 0, 2);
    expect([warm(2, 2), warm(2, 3), warm(1, 0)]).toEqual([4, 1, 1]);
  });
});

describe('simulated gauges', () => {
  it('have mean 20, standard deviation 1 and the memory of their noise', () => {
    const past = createGaugePast({ memory: 0.9, shared: 0.5 }, 20, randomFor('gauge'));
    const all = past.rows.flatMap((row) => [...row].map((value) => value - 20));
    const variance = all.reduce((sum, value) => sum + value ** 2, 0) / all.length;
    const [row = new Float64Array()] = past.rows;
    let product = 0;
    for (let at = 1; at < row.length; at++) product += ((row[at] ?? 0) - 20) * ((row[at - 1] ?? 0) - 20);
    expect(Math.abs(variance - 1)).toBeLessThan(0.1);
    expect(Math.abs(product / row.length - 0.81)).toBeLessThan(0.15);
  });

  it('a step moves the treated cluster alone', () => {
    const past = createGaugePast({ memory: 0, shared: 0 }, 2, randomFor('step'));
    const soak = { minutes: 400, treated: 1, shift: { step: 4 } };
    const [calm, moved] = continueGauge(past, soak, randomFor('step', 'soak')).map(
      (row) => total(row) / row.length,
    );
    expect(calm).toBeCloseTo(20, 0);
    expect(moved).toBeCloseTo(24, 0);
  });
});

describe('simulated latencies', () => {
  it('every edge is passed by the share of requests that the distribution says', () => {
    const { byEdge } = drawLatency(
      { clusters: 4, sd: 0 },
      () => ({ times: 1, share: 0.01 }),
      randomFor('latency'),
    );
    byEdge.forEach((rows, at) => {
      const expected = slowerShare(EDGES[at] ?? 0, 0.08, 0.01);
      expect(ratioOf(rows) / expected).toBeCloseTo(1, 1);
    });
    // Half of the requests are slower than the median; a share that takes two seconds more is slower than one second.
    expect(slowerShare(0.08, 0.08, 0)).toBeCloseTo(0.5, 6);
    expect(slowerShare(1, 0.08, 0.01) - 0.99 * slowerShare(1, 0.08, 0)).toBeCloseTo(0.01, 6);
  });
});
