import fc from 'fast-check';
import { describe, expect, test } from 'vitest';
import { binomial, normal, poisson } from '../../src/simulator/distributions.ts';
import { type Random, seededRandom } from '../../src/simulator/random.ts';

const DRAWS = 20_000;

function momentsOf(draw: (random: Random) => number): { mean: number; variance: number } {
  const random = seededRandom(7)('moments');
  const numbers = Array.from({ length: DRAWS }, () => draw(random));
  const mean = numbers.reduce((sum, number) => sum + number, 0) / DRAWS;
  const variance = numbers.reduce((sum, number) => sum + (number - mean) ** 2, 0) / DRAWS;
  return { mean, variance };
}

/** Five standard errors of a mean: a right generator fails one seed in two million. */
const tolerance = (variance: number) => 5 * Math.sqrt(variance / DRAWS);

describe('distributions', () => {
  test('even numbers lie between 0 and 1 and have the moments of the uniform distribution', () => {
    const { mean, variance } = momentsOf((random) => random());
    expect(Math.abs(mean - 1 / 2)).toBeLessThan(tolerance(1 / 12));
    expect(variance).toBeCloseTo(1 / 12, 2);
  });

  test('the normal distribution has mean 0 and variance 1', () => {
    const { mean, variance } = momentsOf(normal);
    expect(Math.abs(mean)).toBeLessThan(tolerance(1));
    expect(Math.abs(variance - 1)).toBeLessThan(0.05);
  });

  test.each([0, 0.02, 1, 29, 31, 5000])(
    'the Poisson distribution with mean %d has that mean and variance',
    (mean) => {
      const drawn = momentsOf((random) => poisson(random, mean));
      expect(Math.abs(drawn.mean - mean)).toBeLessThanOrEqual(tolerance(mean));
      expect(Math.abs(drawn.variance - mean)).toBeLessThanOrEqual(0.06 * mean + 5 * Math.sqrt(mean / DRAWS));
    },
  );

  test.each([
    [1, 0.3],
    [60, 0.5],
    [1200, 0.0002],
    [1200, 0.02],
    [1200, 0.4],
    [1200, 0.99],
  ])('of %d trials at %d the right share succeeds', (trials, share) => {
    const mean = trials * share;
    const variance = mean * (1 - share);
    const drawn = momentsOf((random) => binomial(random, trials, share));
    expect(Math.abs(drawn.mean - mean)).toBeLessThan(tolerance(variance));
    expect(Math.abs(drawn.variance / variance - 1)).toBeLessThan(0.1);
  });

  test('a zero of 3 trials at 20 % comes 51.2 % of the time, as the formula says', () => {
    const { mean } = momentsOf((random) => (binomial(random, 3, 0.2) === 0 ? 1 : 0));
    expect(Math.abs(mean - 0.8 ** 3)).toBeLessThan(tolerance(0.25));
  });

  test('counts are whole numbers within their range, for any trials and share', () => {
    const share = fc.double({ min: -0.5, max: 1.5, noNaN: true });
    fc.assert(
      fc.property(fc.nat(100_000), share, fc.integer(), (trials, share, seed) => {
        const drawn = binomial(seededRandom(seed)('any'), trials, share);
        expect(Number.isInteger(drawn) && drawn >= 0 && drawn <= trials).toBe(true);
        if (share <= 0) expect(drawn).toBe(0);
        if (share >= 1) expect(drawn).toBe(trials);
      }),
    );
  });
});

describe('seeded randomness', () => {
  const first = (seed: number, ...name: (string | number)[]) => seededRandom(seed)(...name)();

  test('the same seed and name give the same numbers', () => {
    expect(first(1, 'a', 2)).toBe(first(1, 'a', 2));
  });

  test('another seed or another name gives others', () => {
    const numbers = [first(1, 'a', 2), first(2, 'a', 2), first(1, 'a', 3), first(1, 'b', 2), first(1, 'a2')];
    expect(new Set(numbers).size).toBe(numbers.length);
  });

  test('first numbers of neighbouring minutes are as even as any', () => {
    const numbers = Array.from({ length: 2000 }, (_, i) =>
      first(1, 'prod-1', 'dns-errors', 1_700_000_000_000 + i * 60_000),
    );
    const mean = numbers.reduce((sum, number) => sum + number, 0) / numbers.length;
    expect(Math.abs(mean - 0.5)).toBeLessThan(5 * Math.sqrt(1 / 12 / numbers.length));
  });
});
