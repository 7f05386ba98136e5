import { normal, poisson } from '../../src/simulator/distributions.ts';
import type { Random } from '../../src/simulator/random.ts';
import type { KnownNoise } from './known-noise.ts';
import { nextOf } from './streams/noise.ts';

/** A rate that wanders as an AR(1) logarithm, of which the clusters share a part. */
interface Wander {
  readonly perMinute: number;
  readonly sd: number;
  readonly memory: number;
  readonly shared: number;
  readonly controls: number;
}

/** Minutes that are seen before the sync: the levels of longer ago are forgotten. */
const BEFORE_MINUTES = 20;

/** The levels' grid: standard deviations on either side, and points; finer ones change nothing. */
const REACH = 4;
const POINTS = 19;

/**
 * Errors at a wandering rate, beside controls that wander with it: every parameter is told, and the levels are filtered on
 * a grid, so that nothing but the grid stands between this and the likelihood itself.
 */
export function wanderingRate(
  wander: Wander,
  times: number,
  soak: { readonly warmUp: number; readonly weighed: number },
): KnownNoise {
  const grid = gridOf(wander);
  return {
    draw: (truly, random) => {
      const draw = drawMinutes(wander, random);
      let usual: Float64Array = Float64Array.from(grid.start);
      for (let minute = 0; minute < BEFORE_MINUTES; minute++) {
        usual = moved(usual, grid);
        weigh(usual, grid, wander, draw(1), 1);
      }
      for (let minute = 0; minute < soak.warmUp; minute++) {
        draw(truly);
        usual = moved(usual, grid);
      }
      let worse: Float64Array = Float64Array.from(usual);
      let sum = 0;
      return Float64Array.from({ length: soak.weighed }, () => {
        const minute = draw(truly);
        usual = moved(usual, grid);
        worse = moved(worse, grid);
        sum += minute.own * Math.log(times);
        sum += weigh(worse, grid, wander, minute, times) - weigh(usual, grid, wander, minute, 1);
        return sum;
      });
    },
  };
}

interface Minute {
  readonly own: number;
  readonly others: number;
}

function drawMinutes(
  { perMinute, sd, memory, shared, controls }: Wander,
  random: Random,
): (times: number) => Minute {
  let common = normal(random);
  const levels = Float64Array.from({ length: controls + 1 }, () => normal(random));
  return (times) => {
    common = nextOf(random, common, memory);
    let own = 0;
    let others = 0;
    for (let i = 0; i < levels.length; i++) {
      levels[i] = nextOf(random, levels[i] as number, memory);
      const at = Math.sqrt(shared) * common + Math.sqrt(1 - shared) * (levels[i] as number);
      const rate = perMinute * Math.exp(sd * at - sd ** 2 / 2);
      if (i === 0) own = poisson(random, rate * times);
      else others += poisson(random, rate);
    }
    return { own, others };
  };
}

/** Two independent AR(1) levels: the controls' mean, and what the treated cluster has beside its part of it. */
interface Grid {
  readonly start: Float64Array;
  /** Chance to come from one point to another in a minute. */
  readonly steps: readonly Float64Array[];
  /** Logarithm of the controls' rate by the first level, of the treated cluster's by both; 0 is the mean. */
  readonly othersAt: Float64Array;
  readonly ownAt: Float64Array;
}

function gridOf({ sd, memory, shared, controls }: Wander): Grid {
  const points = Array.from({ length: POINTS }, (_, i) => REACH * ((2 * i) / (POINTS - 1) - 1));
  const othersSd = sd * Math.sqrt(shared + (1 - shared) / controls);
  const common = (sd ** 2 * shared) / othersSd;
  const beside = Math.sqrt(sd ** 2 - common ** 2);
  const chances = normalised(points.map((x) => Math.exp(-(x ** 2) / 2)));
  const spread = 1 - memory ** 2;
  return {
    start: Float64Array.from(
      points.flatMap((_, u) => Array.from(chances, (each) => each * (chances[u] as number))),
    ),
    steps: points.map((from) =>
      normalised(points.map((to) => Math.exp(-((to - memory * from) ** 2) / (2 * spread)))),
    ),
    othersAt: Float64Array.from(points, (u) => othersSd * u - othersSd ** 2 / 2),
    ownAt: Float64Array.from(points.flatMap((u) => points.map((v) => common * u + beside * v - sd ** 2 / 2))),
  };
}

function normalised(weights: readonly number[]): Float64Array {
  const sum = weights.reduce((all, each) => all + each, 0);
  return Float64Array.from(weights, (each) => each / sum);
}

/** One minute on: both levels move, one after the other. */
function moved(chances: Float64Array, { steps }: Grid): Float64Array {
  return turned(turned(chances, steps), steps);
}

/** Moves the first level by a minute and lays the table on its side, so that a second time moves the other one. */
function turned(chances: Float64Array, steps: readonly Float64Array[]): Float64Array {
  const after = new Float64Array(chances.length);
  for (let from = 0; from < POINTS; from++) {
    const step = steps[from] as Float64Array;
    for (let beside = 0; beside < POINTS; beside++) {
      const chance = chances[from * POINTS + beside] as number;
      for (let to = 0; to < POINTS; to++) {
        const at = beside * POINTS + to;
        after[at] = (after[at] as number) + chance * (step[to] as number);
      }
    }
  }
  return after;
}

/** Weighs a minute's counts in; answers the logarithm of their likelihood, up to what both hypotheses share. */
function weigh(
  chances: Float64Array,
  { othersAt, ownAt }: Grid,
  { perMinute, controls }: Wander,
  { own, others }: Minute,
  times: number,
): number {
  const logs = new Float64Array(chances.length);
  let top = Number.NEGATIVE_INFINITY;
  for (let u = 0; u < POINTS; u++) {
    const at = othersAt[u] as number;
    const beside = others * at - perMinute * controls * Math.exp(at);
    for (let v = 0; v < POINTS; v++) {
      const level = ownAt[u * POINTS + v] as number;
      const log = beside + own * level - perMinute * times * Math.exp(level);
      logs[u * POINTS + v] = log;
      if (log > top) top = log;
    }
  }
  let sum = 0;
  for (let i = 0; i < logs.length; i++) {
    const weighed = (chances[i] as number) * Math.exp((logs[i] as number) - top);
    chances[i] = weighed;
    sum += weighed;
  }
  for (let i = 0; i < chances.length; i++) chances[i] = (chances[i] as number) / sum;
  return top + Math.log(sum);
}
