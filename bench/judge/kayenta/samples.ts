/** Smallest, largest, mean, standard deviation and number of a sample; all 0 for an empty one. */
export interface Summary {
  readonly min: number;
  readonly max: number;
  readonly mean: number;
  readonly std: number;
  readonly count: number;
}

/** Describes a sample. */
export function summarise(values: readonly number[]): Summary {
  const count = values.length;
  if (count === 0) return { min: 0, max: 0, mean: 0, std: 0, count };
  const mean = meanOf(values);
  const squares = values.reduce((sum, value) => sum + (value - mean) ** 2, 0);
  const std = count > 1 ? Math.sqrt(squares / (count - 1)) : 0;
  return { min: Math.min(...values), max: Math.max(...values), mean, std, count };
}

/** Arithmetic mean; NaN for none. */
export function meanOf(values: readonly number[]): number {
  return values.reduce((sum, value) => sum + value, 0) / values.length;
}

/** A percentile with linear interpolation between order statistics (R's type 7); `percent` is 0..100. */
export function percentile(values: readonly number[], percent: number): number {
  const sorted = values.toSorted((a, b) => a - b);
  const at = ((sorted.length - 1) * percent) / 100;
  const below = sorted[Math.floor(at)] ?? Number.NaN;
  const above = sorted[Math.ceil(at)] ?? Number.NaN;
  return below + (at - Math.floor(at)) * (above - below);
}

/** What to do with values that are missing. */
export type NanStrategy = 'remove' | 'replace';

/** Missing values left out, or taken for zero; each sample by itself, never in pairs. */
export function withoutNaN(values: readonly number[], strategy: NanStrategy): readonly number[] {
  return strategy === 'remove'
    ? values.filter((value) => !Number.isNaN(value))
    : values.map((value) => (Number.isNaN(value) ? 0 : value));
}

export type OutlierRule = 'IQR' | 'KSigma';

/** Which values lie outside the fences: quartiles and their distance, or mean and standard deviation. */
export function outliersOf(
  values: readonly number[],
  rule: OutlierRule,
  factor: number,
  gentle = false,
): readonly boolean[] {
  const [low, high] = rule === 'IQR' ? quartileFences(values, factor, gentle) : sigmaFences(values, factor);
  return values.map((value) => value < low || value > high);
}

/** Gentle fences never cut inside the first and the last percentile. */
function quartileFences(values: readonly number[], factor: number, gentle: boolean): [number, number] {
  const [first, third] = [percentile(values, 25), percentile(values, 75)];
  const [low, high] = [first - factor * (third - first), third + factor * (third - first)];
  return gentle
    ? [Math.min(percentile(values, 1), low), Math.max(percentile(values, 99), high)]
    : [low, high];
}

function sigmaFences(values: readonly number[], factor: number): [number, number] {
  const { mean, std } = summarise(values);
  return [mean - factor * std, mean + factor * std];
}

/** Mean of the experiment by mean of the control; NaN when either is zero. */
export function meanRatio(experiment: readonly number[], control: readonly number[]): number {
  const [top, bottom] = [meanOf(experiment), meanOf(control)];
  return top === 0 || bottom === 0 ? Number.NaN : top / bottom;
}

/** Probability that a value of the experiment exceeds one of the control, ties counted half. */
export function commonLanguageEffect(experiment: readonly number[], control: readonly number[]): number {
  let wins = 0;
  for (const x of experiment) for (const y of control) wins += x > y ? 1 : x === y ? 0.5 : 0;
  return wins / (experiment.length * control.length);
}
