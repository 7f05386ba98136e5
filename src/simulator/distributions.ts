import type { Random } from './random.ts';

/** Above this mean the exact methods give way to the normal curve; its error is below a tenth of a standard deviation. */
const EXACT_MEAN = 30;

/** A number of the standard normal distribution. @see Box and Muller, 1958 */
export function normal(random: Random): number {
  // 1 - u is never 0, so the logarithm is finite.
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}

/**
 * How many events happen when `mean` are expected: a whole number, 0 or more.
 */
export function poisson(random: Random, mean: number): number {
  if (mean > EXACT_MEAN) return Math.max(0, Math.round(mean + Math.sqrt(mean) * normal(random)));
  return byInversion(random, Math.exp(-mean), (k) => mean / k);
}

/**
 * How many of `trials` succeed when each does with the probability `share`.
 *
 * @param trials whole number, 0 or more
 * @param share  0..1
 */
export function binomial(random: Random, trials: number, share: number): number {
  if (share <= 0 || trials <= 0) return 0;
  if (share >= 1) return trials;
  if (share > 0.5) return trials - binomial(random, trials, 1 - share);
  const mean = trials * share;
  if (mean > EXACT_MEAN) {
    const drawn = Math.round(mean + Math.sqrt(mean * (1 - share)) * normal(random));
    return Math.min(trials, Math.max(0, drawn));
  }
  const odds = share / (1 - share);
  const drawn = byInversion(random, (1 - share) ** trials, (k) => ((trials - k + 1) / k) * odds);
  return Math.min(trials, drawn);
}

/** Walks up the probabilities of 0, 1, 2 ... until they add up to a random number; `step` is p(k) / p(k - 1). */
function byInversion(random: Random, p0: number, step: (k: number) => number): number {
  const target = random();
  let probability = p0;
  let sum = p0;
  let k = 0;
  while (sum < target && probability > 0) {
    k += 1;
    probability *= step(k);
    sum += probability;
  }
  return k;
}
