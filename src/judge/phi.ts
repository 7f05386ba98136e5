/** Minutes per block: events that belong together arrive within one minute, or spread over a few. */
export const BLOCK_MINUTES = [1, 2, 5] as const;

/** Fewer blocks than this say nothing about clustering. */
export const MIN_BLOCKS = 12;

/** Standard normal quantile of 10 %: phi is taken from the upper end of what the baseline allows. */
const LOWER_TENTH = -1.2815515655446004;

/** How many events one independent cause brings, and whether the baseline told. */
export interface Overdispersion {
  /** 1 or more. */
  readonly phi: number;
  /** True when there was too little to measure and 1 stands in. */
  readonly assumed: boolean;
}

interface Minutes {
  readonly events: ArrayLike<number>;
  readonly exposure: ArrayLike<number>;
  /** Whether an event is one of the exposures (3 errors among 1,200 requests), or stands beside them (3 in a minute). */
  readonly trials: boolean;
}

/**
 * Overdispersion from differences of adjacent blocks: a daily curve cancels out, clusters of retries don't.
 *
 * @see von Neumann's successive differences, with the upper 90 % bound by Wilson and Hilferty's chi-square quantile
 */
export function overdispersion(minutes: Minutes): Overdispersion {
  const estimates = BLOCK_MINUTES.map((size) => blockEstimate(minutes, size)).filter(
    (estimate) => estimate !== undefined,
  );
  return { phi: Math.max(1, ...estimates), assumed: estimates.length === 0 };
}

function blockEstimate({ events, exposure, trials }: Minutes, size: number): number | undefined {
  const rate = total(events) / total(exposure);
  const spread = trials ? rate * (1 - rate) : rate;
  if (!(spread > 0)) return undefined;
  let blocks = 0;
  let squares = 0;
  let lastRate = 0;
  let lastExposure = 0;
  for (let start = 0; start + size <= events.length; start += size) {
    let blockEvents = 0;
    let blockExposure = 0;
    for (let i = start; i < start + size; i++) {
      blockEvents += events[i] ?? 0;
      blockExposure += exposure[i] ?? 0;
    }
    if (blockExposure === 0) continue;
    const blockRate = blockEvents / blockExposure;
    if (blocks > 0) squares += (blockRate - lastRate) ** 2 / (1 / blockExposure + 1 / lastExposure);
    blocks++;
    lastRate = blockRate;
    lastExposure = blockExposure;
  }
  if (blocks < MIN_BLOCKS) return undefined;
  const differences = blocks - 1;
  // Neighbouring differences share a block, so a third of the degrees of freedom is lost.
  const freedom = Math.max(1, (2 * differences) / 3);
  return (squares / spread / differences) * (freedom / chiSquareLowerTenth(freedom));
}

/** What a chi-square variable with so many degrees of freedom exceeds in nine of ten cases. @see Wilson and Hilferty */
export function chiSquareLowerTenth(freedom: number): number {
  const step = 2 / (9 * freedom);
  return freedom * (1 - step + LOWER_TENTH * Math.sqrt(step)) ** 3;
}

function total(values: ArrayLike<number>): number {
  let sum = 0;
  for (let i = 0; i < values.length; i++) sum += values[i] ?? 0;
  return sum;
}
