import { describe, expect, it } from 'vitest';
import { learnClass } from '../../../src/judge/learning/learn-class.ts';
import type { LearnedCounts } from '../../../src/judge/learning/learned-class.ts';
import { strictestPromise } from '../../../src/judge/learning/placebo-for.ts';
import { drawFleet, type Fleet, historyOf, type Noise } from '../support/fleet.ts';
import { bursts, poisson, randomFrom } from '../support/random.ts';
import { goMinute, haltMinute, type Soak } from '../support/soak.ts';

const CLUSTERS = 9;
const HISTORY = 1440;
const SOAKS = 8;
const MINUTES = 30;
const MID = { perMinute: 10, traffic: 2000 };
const ALL = Array.from({ length: CLUSTERS }, (_, i) => i);

/** A factor on all clusters that begins anew with every soak, to be worst for whoever compares with before. */
const inSoak = (factor: (minute: number) => number) => (minute: number) =>
  minute < HISTORY ? 1 : factor((minute - HISTORY) % (2 * MINUTES));
const shock = inSoak((minute) => (minute >= 13 && minute < 19 ? 4 : 1));
const drift = inSoak((minute) => (minute < MINUTES ? 1 + (0.6 * minute) / MINUTES : 1));

interface Drawn {
  readonly learned: LearnedCounts;
  readonly soaks: readonly Omit<Soak, 'controls'>[];
}

/** A class with a day of history, and soaks of every cluster in turn after it. */
function draw(noise: Noise, seed: number): Drawn {
  const fleet = drawFleet(noise, CLUSTERS, HISTORY + 2 * MINUTES * SOAKS, seed);
  const past: Fleet = fleet.map(({ events, exposure }) => ({
    events: events.slice(0, HISTORY),
    exposure: exposure.slice(0, HISTORY),
  }));
  return {
    learned: learnClass(historyOf({ errors: past }), 0).counts['errors'] ?? expect.fail('there was traffic'),
    soaks: Array.from({ length: SOAKS }, (_, k) => HISTORY + 2 * MINUTES * k).flatMap((at) =>
      ALL.map((treated) => ({ fleet, treated, at, minutes: MINUTES })),
    ),
  };
}

const others = ({ treated }: { readonly treated: number }) => ALL.filter((each) => each !== treated);
const halts = (soaks: readonly Soak[], learned: LearnedCounts, alpha = 0.01) =>
  soaks.map((soak) => haltMinute(soak, learned, alpha)).filter((minute) => minute !== undefined);

/** Largest count that a chance explains in 999 of 1,000 repetitions (normal approximation, half a count added). */
const most = (trials: number, chance: number) => trials * chance + 3.1 * Math.sqrt(trials * chance) + 0.5;

const FAMILIES: readonly (readonly [string, Noise])[] = [
  ['single errors', MID],
  ['bursts of five', { ...MID, burst: 5 }],
  ['a wandering rate', { ...MID, wander: 0.4 }],
  ['few errors', { perMinute: 0.5, traffic: 100 }],
  ['an incident of the whole fleet', { ...MID, common: shock }],
  ['a drift of the whole fleet', { ...MID, common: drift }],
];

describe('harmless soaks looked at every minute', () => {
  it.each(FAMILIES)('%s: against controls as many are halted as the share allows', (_, noise) => {
    const { learned, soaks } = draw(noise, 501);
    const controlled = soaks.map((soak) => ({ ...soak, controls: others(soak) }));
    expect(halts(controlled, learned).length).toBeLessThanOrEqual(most(soaks.length, 0.01));
    expect(halts(controlled, learned, 0.05).length).toBeLessThanOrEqual(most(soaks.length, 0.05));
  });

  it.each(FAMILIES)('%s: the patient rule without controls halts next to none', (_, noise) => {
    const { learned, soaks } = draw(noise, 502);
    const alone = soaks.map((soak) => ({ ...soak, controls: [] }));
    expect(halts(alone, learned).length).toBeLessThanOrEqual(most(soaks.length, 0.01));
  });
});

describe('soaks of a bad change', () => {
  const median = (values: readonly number[]) => [...values].sort((a, b) => a - b)[values.length >> 1];

  it('with twice the errors are halted within two minutes of the warm-up', () => {
    const { learned, soaks } = draw(MID, 503);
    const random = randomFrom(503);
    const change = (events: number) => events + poisson(MID.perMinute, random);
    const found = halts(
      soaks.slice(0, 36).map((soak) => ({ ...soak, controls: others(soak), change })),
      learned,
    );
    expect(found).toHaveLength(36);
    expect(median(found)).toBeLessThanOrEqual(5);
  });

  it('with twice the errors in bursts, or of a wandering rate, are nearly all halted in half an hour', () => {
    const random = randomFrom(504);
    const bursty = draw({ ...MID, burst: 5 }, 504);
    const twice = (events: number) => events + bursts(MID.perMinute, 5, random);
    const inBursts = bursty.soaks.map((soak) => ({ ...soak, controls: others(soak), change: twice }));
    expect(halts(inBursts, bursty.learned).length).toBeGreaterThan(0.8 * inBursts.length);
    const wandering = draw({ ...MID, wander: 0.4 }, 504);
    const more = (events: number) => events + poisson(events, random);
    const ofWandering = wandering.soaks.map((soak) => ({ ...soak, controls: others(soak), change: more }));
    expect(halts(ofWandering, wandering.learned).length).toBeGreaterThan(0.75 * ofWandering.length);
  });

  it('are let go under a promise in fewer than 1 of 50 cases when they break exactly what it rules out', () => {
    const { learned, soaks } = draw({ perMinute: 1.2, traffic: 1000 }, 505);
    const random = randomFrom(505);
    const promise = strictestPromise(learned, { minutes: MINUTES, expectedHour: 72 });
    expect(promise).toBe(3);
    const thrice = (events: number) => events + poisson(2 * 1.2, random);
    const wrong = soaks.map((soak) => goMinute({ ...soak, controls: [], change: thrice }, learned, 3));
    expect(wrong.filter((minute) => minute !== undefined).length).toBeLessThanOrEqual(
      most(soaks.length, 0.02),
    );
    const right = soaks.map((soak) => goMinute({ ...soak, controls: [] }, learned, 3));
    expect(right.filter((minute) => minute !== undefined).length).toBeGreaterThan(0.9 * soaks.length);
  });
});

describe('promises', () => {
  const learned = draw({ perMinute: 0.1, traffic: 100 }, 506).learned;

  it('are the strictest that nearly all quiet windows could have proved in time, and weaker with less time', () => {
    const within = (minutes: number) => strictestPromise(learned, { minutes, expectedHour: 6 }) ?? 100;
    const weaker = [within(120), within(60), within(30), within(10)];
    expect(weaker).toEqual(weaker.toSorted((a, b) => a - b));
    expect(weaker[0]).toBe(5);
    expect(weaker.at(-1)).toBe(100);
  });

  it('are not made where hardly anything is expected', () => {
    const quiet = draw({ perMinute: 0.001, traffic: 100 }, 507).learned;
    expect(strictestPromise(quiet, { minutes: 120, expectedHour: 0.06 })).toBeUndefined();
  });
});
