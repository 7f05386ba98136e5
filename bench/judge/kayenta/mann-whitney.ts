import { brentRoot } from './brent.ts';

/** Two-sided normal quantiles of the confidence levels in use. */
const QUANTILES = { 0.95: 1.959963984540054, 0.98: 2.3263478740408408 } as const;

export type Confidence = keyof typeof QUANTILES;

/** How far one sample is shifted against another. */
export interface Shift {
  readonly low: number;
  readonly high: number;
  readonly estimate: number;
}

/** Absolute, whatever the scale of the values: small ratios lose precision, percent don't. */
const ROOT_TOLERANCE = 1e-4;

/**
 * Confidence interval of the shift x - y by ranks, in the normal approximation with corrections for ties and continuity.
 *
 * @throws RangeError when every observation is tied
 * @see R's `wilcox.test`, as Kayenta ported it
 */
export function mannWhitneyShift(
  x: readonly number[],
  y: readonly number[],
  confidence: Confidence,
  clamped = true,
): Shift {
  const xs = Float64Array.from(x).sort();
  const ys = Float64Array.from(y).sort();
  const low = (xs[0] ?? 0) - (ys[ys.length - 1] ?? 0);
  const high = (xs[xs.length - 1] ?? 0) - (ys[0] ?? 0);
  const root = (quantile: number, clamp: boolean) => {
    const f = (mu: number) => rankScore(xs, ys, mu) - quantile;
    const atLow = f(low);
    const atHigh = f(high);
    if (clamp && atLow <= 0) return low;
    if (clamp && atHigh >= 0) return high;
    return brentRoot(f, { low, high, atLow, atHigh }, ROOT_TOLERANCE);
  };
  const z = QUANTILES[confidence];
  return { low: root(z, clamped), high: root(-z, clamped), estimate: root(0, false) };
}

/** The standardised rank sum of x - mu among y, less a quantile. Samples need not be sorted. */
export function wilcoxonDifference(
  mu: number,
  quantile: number,
  x: readonly number[],
  y: readonly number[],
): number {
  return rankScore(Float64Array.from(x).sort(), Float64Array.from(y).sort(), mu) - quantile;
}

/** Both samples sorted; ranks come from merging them, so that a look costs no sorting. */
function rankScore(xs: Float64Array, ys: Float64Array, mu: number): number {
  const m = xs.length;
  const n = ys.length;
  const size = m + n;
  let i = 0;
  let j = 0;
  let rankSum = 0;
  let ties = 0;
  while (i < m || j < n) {
    const value = Math.min(
      i < m ? (xs[i] as number) - mu : Number.POSITIVE_INFINITY,
      j < n ? (ys[j] as number) : Number.POSITIVE_INFINITY,
    );
    const before = i + j;
    const firstX = i;
    while (i < m && (xs[i] as number) - mu === value) i++;
    while (j < n && ys[j] === value) j++;
    const tied = i + j - before;
    rankSum += (i - firstX) * (before + (tied + 1) / 2);
    ties += tied ** 3 - tied;
  }
  const centred = rankSum - (m * (m + 1)) / 2 - (m * n) / 2;
  const sigma = Math.sqrt(((m * n) / 12) * (size + 1 - ties / (size * (size - 1))));
  if (sigma === 0) throw new RangeError('all observations are tied, so their ranks say nothing');
  return (centred - Math.sign(centred) / 2) / sigma;
}
