import type { Random } from '../../src/simulator/random.ts';
import type { Section } from './job.ts';
import { partOf } from './job.ts';
import { burstyRate, type KnownNoise, sharedRate, steadyRate } from './known-noise.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { wanderingRate } from './wandering-rate.ts';

export const BOUND_TABLE = 'bounds';

/** Soaks of a row. They all are harmful ones: how often chance would look like them follows from their likelihood. */
const SOAKS = 1_200;
const WARM_UP = 3;
const HALF_HOUR = 30 - WARM_UP;
const HOUR = 60 - WARM_UP;

const MID = { perMinute: 10, sd: 0.4, memory: 0.9, shared: 0.5, controls: 8 };
const THIN = { perMinute: 0.5, size: 5 };
const THIN_BURSTS = THIN.perMinute / THIN.size;

interface Bound {
  readonly noise: KnownNoise;
  /** How many times worse it truly is; below 1 it is that much better than what was promised not to be. */
  readonly times: number;
  /** Chance of a false word that it may spend. */
  readonly alpha: number;
}

/** A rate that was promised not to be so many times as high, and isn't. */
const unharmed = (promised: number, noiseOf: (times: number) => KnownNoise): Bound => ({
  noise: noiseOf(1 / promised),
  times: 1 / promised,
  alpha: 0.02,
});

const found = (times: number, noise: KnownNoise): Bound => ({ noise, times, alpha: 0.01 });

/** What is asked of likelihoods whose noise is known. */
const BOUNDS = {
  'mid ar1 x2, beside 8 controls': found(2, wanderingRate(MID, 2, { warmUp: WARM_UP, weighed: HALF_HOUR })),
  'low burst x4, alone, rate known': found(4, burstyRate(THIN, 4, HALF_HOUR)),
  'low burst x4, beside 8 controls, bursts counted': found(
    4,
    sharedRate({ perMinute: THIN_BURSTS, treated: 1, controls: 8 }, 4, HALF_HOUR),
  ),
  'wave of ten x1.3, beside 8 controls': found(
    1.3,
    sharedRate({ perMinute: 0.5, treated: 10, controls: 8 }, 1.3, HOUR),
  ),
  '0.3/min iid: not 3x': unharmed(3, (times) => steadyRate(0.3 * 3, times, HOUR)),
  '0.3/min burst: not 10x': unharmed(10, (times) =>
    burstyRate({ perMinute: 0.3 * 10, size: 5 }, times, HOUR),
  ),
  '1.2/min burst: not 5x': unharmed(5, (times) => burstyRate({ perMinute: 1.2 * 5, size: 5 }, times, HOUR)),
} as const satisfies Readonly<Record<string, Bound>>;

export type BoundRow = keyof typeof BOUNDS;

/** Rows of the table. */
export const BOUND_ROWS = Object.keys(BOUNDS) as readonly BoundRow[];

/** Ways to look: at the end alone, or after every minute by a bar as high at any. */
export const BOUND_LOOKS = ['one look at the end', 'a look every minute'] as const;

/** What whoever is told how the noise works could see in the same soaks: no judge finds more at the same false halts. */
export const boundSection: Section = {
  jobs: (size) =>
    BOUND_ROWS.map((row, at) => ({ what: row, at, given: { row, soaks: partOf(SOAKS, size) } })),
  run: (job, randomFor) => {
    const { row, soaks } = job.given as { row: BoundRow; soaks: number };
    const { noise, times, alpha } = BOUNDS[row];
    const random: Random = randomFor('bounds', row);
    const paths = Array.from({ length: soaks }, () => noise.draw(times, random));
    const tallies: Tallies = new Map();
    for (const look of BOUND_LOOKS) {
      const from = look === 'one look at the end' ? (paths[0]?.length ?? 1) - 1 : 0;
      const least = thresholdOf(paths, from, alpha);
      for (const path of paths) {
        const at = firstAbove(path, from, least);
        count(tallies, tallyKey(BOUND_TABLE, row, look), { halt: at < 0 ? undefined : WARM_UP + at + 1 });
      }
    }
    return tallies;
  },
};

const MOST = 50;
const HALVINGS = 40;

/**
 * The lowest threshold that chance passes with at most `alpha`. A likelihood ratio knows its own chance of being false: it
 * is the mean of its inverse where it first passes the threshold, over soaks in which it is true.
 *
 * @see Wald's likelihood ratio identity; Siegmund, Sequential Analysis, 1985
 */
function thresholdOf(paths: readonly Float64Array[], from: number, alpha: number): number {
  let low = -MOST;
  let high = MOST;
  for (let i = 0; i < HALVINGS; i++) {
    const middle = (low + high) / 2;
    let sum = 0;
    for (const path of paths) {
      const at = firstAbove(path, from, middle);
      if (at >= 0) sum += Math.exp(-(path[at] as number));
    }
    if (sum / paths.length > alpha) low = middle;
    else high = middle;
  }
  return high;
}

function firstAbove(path: Float64Array, from: number, threshold: number): number {
  for (let i = from; i < path.length; i++) if ((path[i] as number) > threshold) return i;
  return -1;
}
