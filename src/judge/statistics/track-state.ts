import type { Mixture } from '../mixture.ts';
import { fadedShape, type Level, type LevelModel } from './level-model.ts';

/**
 * A test in progress is a run of numbers within a Float64Array, so that the tests of a run lie in one array and a step
 * allocates nothing: five sums, then a log level and a log likelihood ratio per effect. `Array.from` makes JSON of it.
 */
export const TRACK = { shape: 0, logLevel: 1, seen: 2, expected: 3, logSynced: 4, effects: 5 } as const;

/** Hypothesised rates over the level before the sync, and their logarithms; a ramp's differ from step to step. */
export interface Effects {
  readonly effects: ArrayLike<number>;
  readonly logEffects: ArrayLike<number>;
}

/** How many numbers a test with that many effects takes. */
export function trackLength(effects: number): number {
  return TRACK.effects + 2 * effects;
}

/** Writes a test's beginning at `at`: every effect starts from the level at the sync. */
export function openTrack(numbers: Float64Array, at: number, level: Level, effects: number): void {
  numbers.fill(0, at, at + trackLength(effects));
  numbers[at + TRACK.shape] = level.shape;
  numbers[at + TRACK.logLevel] = level.logLevel;
  numbers[at + TRACK.logSynced] = level.logLevel;
  numbers.fill(level.logLevel, at + TRACK.effects, at + TRACK.effects + effects);
}

/** A minute that is not weighed (warm-up, no traffic, nothing read): knowledge of the level fades. */
export function idleTrack(numbers: Float64Array, at: number, model: LevelModel, effects: number): void {
  numbers[at] = fadedShape(numbers[at] as number, model);
  if (model.memory === 1) return;
  numbers[at + TRACK.logLevel] = (numbers[at + TRACK.logLevel] as number) * model.memory;
  numbers[at + TRACK.logSynced] = (numbers[at + TRACK.logSynced] as number) * model.memory;
  const first = at + TRACK.effects;
  for (let i = first; i < first + effects; i++) numbers[i] = (numbers[i] as number) * model.memory;
}

/**
 * Weighs one step: how much likelier were its events under each effect than under "nothing changed", while the level of
 * each hypothesis goes on learning. Evidence comes from a jump at the sync and from a level that does not return.
 *
 * @param seen     events divided by phi
 * @param expected events that the long-run rate expects, divided by phi; 0 makes it an idle step
 */
export function stepTrack(
  numbers: Float64Array,
  at: number,
  model: LevelModel,
  { effects, logEffects }: Effects,
  seen: number,
  expected: number,
): void {
  const count = effects.length;
  idleTrack(numbers, at, model, count);
  if (!(expected > 0)) return;
  const shape = numbers[at] as number;
  const logLevel = numbers[at + TRACK.logLevel] as number;
  const known = shape + seen;
  const unchanged = shape + expected * Math.exp(logLevel);
  const logGrowth = Math.log(known / unchanged);
  const levels = at + TRACK.effects;
  const ratios = levels + count;
  for (let j = 0; j < count; j++) {
    const effect = effects[j] as number;
    const level = numbers[levels + j] as number;
    const logTaken = Math.log((shape + effect * expected * Math.exp(level)) / unchanged);
    numbers[ratios + j] =
      (numbers[ratios + j] as number) -
      known * logTaken +
      seen * ((logEffects[j] as number) + level - logLevel);
    numbers[levels + j] = level + logGrowth - logTaken;
  }
  numbers[at] = known;
  numbers[at + TRACK.logLevel] = logLevel + logGrowth;
  numbers[at + TRACK.seen] = (numbers[at + TRACK.seen] as number) + seen;
  numbers[at + TRACK.expected] =
    (numbers[at + TRACK.expected] as number) + expected * Math.exp(numbers[at + TRACK.logSynced] as number);
}

/**
 * Evidence of a test: its likelihood ratios mixed over the effects, as a natural logarithm.
 *
 * @param effects how many effects the test has; those beyond the mixture's are not mixed in
 */
export function trackLogE(
  numbers: Float64Array,
  at: number,
  { logWeights }: Mixture,
  effects: number = logWeights.length,
): number {
  return mixedLogE(numbers, at + TRACK.effects + effects, logWeights);
}

/** Log likelihood ratios that lie in a row, mixed. */
export function mixedLogE(ratios: Float64Array, at: number, logWeights: readonly number[]): number {
  const count = logWeights.length;
  let top = Number.NEGATIVE_INFINITY;
  for (let j = 0; j < count; j++) top = Math.max(top, (ratios[at + j] as number) + (logWeights[j] as number));
  let sum = 0;
  for (let j = 0; j < count; j++) {
    sum += Math.exp((ratios[at + j] as number) + (logWeights[j] as number) - top);
  }
  return top + Math.log(sum);
}

/** How many times worse than the level before it looks, over the weighed minutes; 1 while nothing was expected. */
export function trackEstimate(numbers: Float64Array, at: number): number {
  const expected = numbers[at + TRACK.expected] as number;
  return expected > 0 ? (numbers[at + TRACK.seen] as number) / expected : 1;
}
