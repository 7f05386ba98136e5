import { normal } from '../../../src/simulator/distributions.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { type Confidence, mannWhitneyShift } from './mann-whitney.ts';
import { commonLanguageEffect, meanOf, meanRatio, type NanStrategy, withoutNaN } from './samples.ts';

export type Classification = 'Pass' | 'High' | 'Low' | 'Nodata' | 'NodataFailMetric' | 'Error';

/** What a metric's configuration says; the defaults are Kayenta's. */
export interface MetricOptions {
  readonly tolerance?: number;
  readonly confLevel?: Confidence;
  readonly direction?: 'increase' | 'decrease' | 'either';
  readonly nanStrategy?: NanStrategy;
  readonly critical?: boolean;
  readonly mustHaveData?: boolean;
  readonly measure?: 'meanRatio' | 'cles';
  readonly allowedIncrease?: number;
  readonly allowedDecrease?: number;
  readonly criticalIncrease?: number;
  readonly criticalDecrease?: number;
}

export interface Classified {
  readonly classification: Classification;
  readonly critical: boolean;
  readonly reason?: string;
  /** Ratio of the means. */
  readonly deviation: number;
}

/** Noise for two constant samples, in parts of their value. */
const CONSTANT_NOISE = 1e-5;

/**
 * Whether an experiment is higher or lower than its control, as Kayenta's Mann-Whitney classifier tells it.
 * An exception on the way becomes `Error`, which counts for nothing in the score.
 *
 * @param random only for two samples that are constant each, which get a trace of noise
 * @see github.com/spinnaker/kayenta, MannWhitneyClassifier.scala
 */
export function classify(
  raw: { readonly experiment: readonly number[]; readonly control: readonly number[] },
  options: MetricOptions,
  random: Random,
): Classified {
  const { nanStrategy = 'remove', critical = false, mustHaveData = false } = options;
  const experiment = withoutNaN(raw.experiment, nanStrategy);
  const control = withoutNaN(raw.control, nanStrategy);
  if (experiment.length === 0 || control.length === 0) {
    if (nanStrategy === 'replace') return { classification: 'Pass', critical: false, deviation: 1 };
    const classification = mustHaveData && !critical ? 'NodataFailMetric' : 'Nodata';
    return { classification, critical, reason: 'Missing data for the metric', deviation: 1 };
  }
  try {
    return compare({ experiment, control }, options, random);
  } catch (error) {
    if (!(error instanceof RangeError)) throw error;
    return { classification: 'Error', critical: false, reason: error.message, deviation: Number.NaN };
  }
}

interface Samples {
  readonly experiment: readonly number[];
  readonly control: readonly number[];
}

function compare(samples: Samples, options: MetricOptions, random: Random): Classified {
  const { tolerance = 0.25, confLevel = 0.98, direction = 'either', critical = false } = options;
  const { experiment, control } = samples;
  const deviation = meanRatio(experiment, control);
  if (identical(experiment, control)) return { classification: 'Pass', critical: false, deviation };
  const effect = options.measure === 'cles' ? commonLanguageEffect(experiment, control) : deviation;
  const even = options.measure === 'cles' ? 0.5 : 1;
  const constant = new Set(experiment).size === 1 && new Set(control).size === 1;
  const noisy = (values: readonly number[]) =>
    constant ? values.map((value) => value + value * CONSTANT_NOISE * normal(random)) : values;
  const shift = mannWhitneyShift(noisy(experiment), noisy(control), confLevel);
  const bound = tolerance * Math.abs(shift.estimate);
  const reaches = (passed: boolean) => Number.isNaN(effect) || passed;
  if (direction !== 'decrease' && shift.low > bound && reaches(effect >= (options.allowedIncrease ?? even))) {
    const bad = critical && reaches(effect >= (options.criticalIncrease ?? even));
    return { classification: 'High', critical: bad, deviation };
  }
  if (
    direction !== 'increase' &&
    shift.high < -bound &&
    reaches(effect <= (options.allowedDecrease ?? even))
  ) {
    const bad = critical && reaches(effect <= (options.criticalDecrease ?? even));
    return { classification: 'Low', critical: bad, deviation };
  }
  return { classification: 'Pass', critical: false, deviation };
}

/** The same values on both sides, or one single value in both. */
function identical(experiment: readonly number[], control: readonly number[]): boolean {
  if (new Set([...experiment, ...control]).size === 1) return true;
  if (experiment.length !== control.length) return false;
  const other = control.toSorted((a, b) => a - b);
  return experiment.toSorted((a, b) => a - b).every((value, at) => value === other[at]);
}

/** The simpler classifier beside it: a higher mean is High, a lower one Low. */
export function classifyByMean({ experiment, control }: Samples): Classified {
  const [top, bottom] = [meanOf(experiment), meanOf(control)];
  const classification = top > bottom ? 'High' : top < bottom ? 'Low' : 'Pass';
  return { classification, critical: false, deviation: meanRatio(experiment, control) };
}
