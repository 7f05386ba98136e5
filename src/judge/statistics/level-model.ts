/**
 * How a cluster's log rate wanders around its long-run mean: an AR(1) process with a memory and a variance, or, with memory
 * 1, a random walk with a variance per step. Steps are minutes, or blocks of them where scrapes are further apart.
 */
export interface LevelModel {
  /** Share of a deviation that is left after one step, 0..1; 1 is a random walk. */
  readonly memory: number;
  /** Variance of the log level around its mean; unused with memory 1. */
  readonly variance: number;
  /** Variance added per step with memory 1; else unused. */
  readonly walk: number;
}

/** What is known of a level at a moment: a Gamma posterior of the rate relative to its long-run mean. */
export interface Level {
  /** How many events' worth of knowledge, above 0. */
  readonly shape: number;
  /** Natural logarithm of the present rate over the long-run rate. */
  readonly logLevel: number;
}

/** A stream of counts as the test sees it: how events cluster and how their rate wanders. */
export interface StreamModel {
  /** Variance of a count over its mean; counts and expectations are divided by it. */
  readonly phi: number;
  readonly level: LevelModel;
}

/** Knowledge of a random walk's start is never taken for better than this many events. */
const MOST_START_SHAPE = 20;

/** What is known of a level before the first minute: only how far levels stray. */
export function startLevel({ memory, variance, walk }: LevelModel): Level {
  return { shape: memory < 1 ? 1 / variance : Math.min(MOST_START_SHAPE, 1 / walk), logLevel: 0 };
}

/** Knowledge fades by one step: the shape moves towards what the model alone knows. */
export function fadedShape(shape: number, { memory, variance, walk }: LevelModel): number {
  if (memory >= 1) return 1 / (1 / shape + walk);
  const kept = memory * memory;
  return 1 / (kept / shape + (1 - kept) * variance);
}
