import { readFileSync } from 'node:fs';
import { join } from 'node:path';
import { describe, expect, it } from 'vitest';
import { classify, classifyByMean, type MetricOptions } from '../../bench/judge/kayenta/classify.ts';
import {
  type Confidence,
  mannWhitneyShift,
  wilcoxonDifference,
} from '../../bench/judge/kayenta/mann-whitney.ts';
import {
  commonLanguageEffect,
  meanRatio,
  type OutlierRule,
  outliersOf,
  percentile,
  summarise,
  withoutNaN,
} from '../../bench/judge/kayenta/samples.ts';
import { type ClassifiedMetric, passes, scoreOf } from '../../bench/judge/kayenta/score.ts';
import { seededRandom } from '../../src/simulator/random.ts';

/** A case of the project's own unit tests; NaN is written as text. */
interface Case {
  readonly suite: string;
  readonly name: string;
  readonly kind: string;
  readonly params: MetricOptions;
  readonly experiment: readonly (number | 'NaN')[];
  readonly control: readonly (number | 'NaN')[];
  // biome-ignore lint/suspicious/noExplicitAny: every kind has its own fields, and a wrong one fails its assertion
  readonly [field: string]: any;
}

const { cases } = JSON.parse(readFileSync(join(import.meta.dirname, '../vectors/kayenta.json'), 'utf8')) as {
  cases: readonly Case[];
};

const numbers = (values: readonly (number | 'NaN')[]) => values.map(Number);
const samplesOf = ({ experiment, control }: Case) => ({
  experiment: numbers(experiment),
  control: numbers(control),
});

const KINDS: Readonly<Record<string, (given: Case) => void>> = {
  classify(given) {
    const samples = samplesOf(given);
    const found =
      given['classifier'] === 'MeanInequality'
        ? classifyByMean(samples)
        : classify(samples, given.params, seededRandom(1)('kayenta'));
    const { classification, critical, reason, deviation } = given['expected'];
    if (classification !== undefined) expect(found.classification).toBe(classification);
    if (critical !== undefined) expect(found.critical).toBe(critical);
    if (reason !== undefined) expect(found.reason).toMatch(/\w/);
    if (deviation !== undefined) expect(found.deviation).toBe(Number(deviation));
  },
  score: ({ metrics, groupWeights, expected }) =>
    expect(scoreOf(metrics as ClassifiedMetric[], groupWeights)).toBe(expected.summaryScore),
  mannWhitneyCI(given) {
    const { experiment, control } = samplesOf(given);
    const { expected } = given;
    const clamped = !String(expected.note).includes('without');
    const shift = mannWhitneyShift(experiment, control, given['confLevel'] as Confidence, clamped);
    expect(Math.abs(shift.low - expected.ciLow)).toBeLessThanOrEqual(expected.tol);
    expect(Math.abs(shift.high - expected.ciHigh)).toBeLessThanOrEqual(expected.tol);
    expect(Math.abs(shift.estimate - expected.estimate)).toBeLessThanOrEqual(expected.tolEstimate);
    if (expected.muMin === undefined) return;
    const at = (mu: number, quantile: number) => wilcoxonDifference(mu, quantile, experiment, control);
    const z = 1.959963984540054;
    expect(at(expected.muMin, z)).toBeCloseTo(expected.fLowerAtCiLow, 6);
    expect(at(expected.muMax, z)).toBeCloseTo(expected.fUpperAtCiLow, 6);
    expect(at(expected.muMin, -z)).toBeCloseTo(expected.fLowerAtCiHigh, 6);
    expect(at(expected.muMax, -z)).toBeCloseTo(expected.fUpperAtCiHigh, 6);
  },
  wilcoxonDiff: ({ mu, quantile, x, y, expected }) =>
    expect(Math.abs(wilcoxonDifference(mu, quantile, x, y) - expected.value)).toBeLessThanOrEqual(
      expected.tol,
    ),
  outlierDetector: ({ data, detector, factor, expected }) =>
    expect(outliersOf(data, detector as OutlierRule, factor)).toEqual(expected.isOutlier),
  outlierRemove({ data, detector, factor, expected }) {
    const out = outliersOf(data, detector as OutlierRule, factor);
    expect(data.filter((_: number, at: number) => !out[at])).toEqual(expected.data);
  },
  percentileR7: ({ data, p, expected }) =>
    expect(Math.abs(percentile(data, p) - expected.value)).toBeLessThanOrEqual(expected.tol),
  meanRatio(given) {
    const { experiment, control } = samplesOf(given);
    expect(meanRatio(experiment, control)).toBe(Number(given['expected'].value));
  },
  cles(given) {
    const { experiment, control } = samplesOf(given);
    const { value, tol } = given['expected'];
    expect(Math.abs(commonLanguageEffect(experiment, control) - value)).toBeLessThanOrEqual(tol);
  },
  summary: ({ data, expected: { tol, ...expected } }) => expect(summarise(data)).toEqual(expected),
  nan: ({ data, strategy, expected }) => expect(withoutNaN(numbers(data), strategy)).toEqual(expected.data),
  aggregate: ({ finalScore, marginal, pass, expected }) =>
    expect(passes(finalScore, { marginal, pass })).toBe(expected.didPass),
};

describe("Kayenta's own unit tests", () => {
  it.each(cases.map((given) => [given.suite, given.name, given] as const))(
    '%s: %s',
    (_suite, _name, given) => {
      const check = KINDS[given.kind];
      expect(check, `a check for cases of kind ${given.kind}`).toBeDefined();
      check?.(given);
    },
  );
});
