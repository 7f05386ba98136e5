import { describe, expect, it } from 'vitest';
import { overdispersion } from '../../src/judge/phi.ts';
import { bursts, poisson, randomFrom } from './support/random.ts';

const MINUTES = 1440;
const draw = (next: (minute: number) => number) =>
  Array.from({ length: MINUTES }, (_, minute) => next(minute));
const exposure = draw(() => 2000);

describe('overdispersion', () => {
  it('is about one for events that know nothing of each other', () => {
    const random = randomFrom(1);
    const { phi, assumed } = overdispersion({
      events: draw(() => poisson(10, random)),
      exposure,
      trials: true,
    });
    expect(assumed).toBe(false);
    expect(phi).toBeGreaterThanOrEqual(1);
    expect(phi).toBeLessThan(1.35);
  });

  it('finds bursts: of mean size five they are worth nine', () => {
    const random = randomFrom(2);
    const { phi } = overdispersion({ events: draw(() => bursts(10, 5, random)), exposure, trials: true });
    expect(phi).toBeGreaterThan(8);
    expect(phi).toBeLessThan(13);
  });

  it('does not take a daily curve for bursts', () => {
    const random = randomFrom(3);
    const daily = (minute: number) => 10 * (1 + 0.5 * Math.sin((2 * Math.PI * minute) / MINUTES));
    const { phi } = overdispersion({
      events: draw((minute) => poisson(daily(minute), random)),
      exposure,
      trials: true,
    });
    expect(phi).toBeLessThan(1.4);
  });

  it('finds bursts that are spread over some minutes', () => {
    const random = randomFrom(4);
    const spread = draw((minute) => (minute % 30 < 5 ? 10 + poisson(2, random) : poisson(0.2, random)));
    expect(overdispersion({ events: spread, exposure, trials: true }).phi).toBeGreaterThan(5);
  });

  it('counts events per minute without an upper bound of one', () => {
    const random = randomFrom(5);
    const perMinute = { events: draw(() => poisson(4, random)), exposure: draw(() => 1), trials: false };
    expect(overdispersion(perMinute).phi).toBeLessThan(1.35);
  });

  it.each([
    ['too few minutes', { events: [1, 2, 3, 1, 0, 9, 1, 1, 2, 1, 0], exposure: Array<number>(11).fill(100) }],
    ['no events', { events: Array<number>(60).fill(0), exposure: Array<number>(60).fill(100) }],
    ['nothing', { events: [], exposure: [] }],
  ])('is assumed to be one for %s', (_, minutes) => {
    expect(overdispersion({ ...minutes, trials: true })).toEqual({ phi: 1, assumed: true });
  });
});
