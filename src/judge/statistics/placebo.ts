/** How many windows a placebo comparison needs. */
export interface PlaceboNeeds {
  /** To convict at all. */
  readonly halt: number;
  /** To tell chances far below one in the number of windows. */
  readonly beyond: number;
  /** With fewer than `beyond`, no chance below one in this many times the windows is told. */
  readonly reach: number;
}

/** Counts and gauges; a gauge's score adapts to its local scale, which steadies its tail. */
export const PLACEBO_NEEDS = {
  counts: { halt: 300, beyond: 1000, reach: 1 },
  gauges: { halt: 40, beyond: 1000, reach: 10 },
} as const satisfies Readonly<Record<string, PlaceboNeeds>>;

/** A chance below this is not told: past it the likeness of quiet hours and soak is the larger doubt. */
const LEAST_CHANCE = 1e-5;

/** So many windows must have scored as high for their share to be the chance; with fewer the tail's shape tells it. */
const ENOUGH_REACHED = 8;

/** The tail: the highest twentieth of the scores, and how much longer than measured it is taken to be. */
const TAIL_SHARE = 0.05;
const TAIL_CAUTION = 1.1;

/** Windows count as near when the events expected before them are within this factor of the live ones. */
const NEAR = 1.4;
const ENOUGH_NEAR = 300;

/** How rare a score is among quiet windows. */
export interface PlaceboChance {
  /** Chance that a harmless change scores this high at any look of its soak, 0.00001..1. */
  readonly p: number;
  /** Windows compared with, and how many of them scored as high. */
  readonly windows: number;
  readonly reached: number;
  /** True when too few windows scored as high to count them, so that p comes from the shape of the tail. */
  readonly extrapolated: boolean;
  /** False when there are too few windows to convict by; the score then can only hold. */
  readonly convicts: boolean;
}

/** A stretch of a class's windows: indices from `from` up to `to`, which is left out. */
export interface PlaceboStretch {
  readonly from: number;
  readonly to: number;
}

/** What a score is compared with. */
export interface Placebo {
  /** Highest score of every window. */
  readonly scores: readonly number[];
  /** The windows that are compared; all of them when absent. */
  readonly stretch?: PlaceboStretch;
  /** How many windows share a minute with each other, 1 or more: so many tell no more than one where none scored as high. */
  readonly overlap: number;
  readonly needs: PlaceboNeeds;
}

/**
 * The windows that are like the live one: those whose expected events are near, if they are enough; else all.
 *
 * @param expected events expected in the hour before each window, ascending
 */
export function nearWindows(expected: readonly number[], live: number): PlaceboStretch {
  const from = firstAtLeast(expected, live / NEAR);
  const to = firstAtLeast(expected, live * NEAR * (1 + 1e-12));
  return to - from >= ENOUGH_NEAR ? { from, to } : { from: 0, to: expected.length };
}

/**
 * The chance of a score by placebo replay: how often the same score was reached when nothing was changed. Looking again
 * and again, autocorrelation and heavy tails are inside the replay. Never NaN; 1 without windows.
 */
export function placeboChance({ scores, stretch, overlap, needs }: Placebo, score: number): PlaceboChance {
  const from = stretch?.from ?? 0;
  const to = stretch?.to ?? scores.length;
  const windows = to - from;
  let reached = 0;
  for (let i = from; i < to; i++) if ((scores[i] as number) >= score) reached++;
  const byRank = (1 + reached + straying(reached, overlap)) / (windows + 1);
  const told = (p: number, extrapolated: boolean): PlaceboChance => ({
    p: Math.min(1, p),
    windows,
    reached,
    extrapolated,
    convicts: windows >= needs.halt,
  });
  if (reached >= ENOUGH_REACHED || !(score > 0)) return told(byRank, false);
  const tail = tailChance(scores.slice(from, to), score);
  if (tail === undefined) return told((1 + reached) / (windows / overlap + 1), false);
  const least = windows < needs.beyond ? 1 / (needs.reach * (windows + 1)) : LEAST_CHANCE;
  return told(Math.max(tail, least, LEAST_CHANCE), true);
}

/**
 * How many more windows might as well have scored as high: windows that share minutes are fewer facts than they number, so
 * their count strays further than that of independent ones. One standard deviation of what is beyond; 0 without overlap.
 */
function straying(reached: number, overlap: number): number {
  return Math.sqrt((overlap - 1) * (1 + reached));
}

/** The tail's chance; undefined where the score lies below the tail, or the tail has no shape. */
function tailChance(scores: readonly number[], score: number): number | undefined {
  const sorted = Float64Array.from(scores).sort().reverse();
  const most = Math.floor(TAIL_SHARE * sorted.length);
  let positive = 0;
  while (positive < most && (sorted[positive] as number) > 0) positive++;
  // A quiet stream scores nothing in most windows: the tail then begins at 0 and is as thin as it is seen to be.
  if (positive < most && positive < ENOUGH_REACHED) return undefined;
  const start = positive < most ? 0 : (sorted[most] as number);
  let excess = 0;
  for (let i = 0; i < positive; i++) excess += (sorted[i] as number) - start;
  if (!(score >= start && excess > 0)) return undefined;
  const share = positive < most ? positive / sorted.length : TAIL_SHARE;
  return share * Math.exp(-(score - start) / ((TAIL_CAUTION * excess) / positive));
}

function firstAtLeast(ascending: readonly number[], value: number): number {
  let low = 0;
  let high = ascending.length;
  while (low < high) {
    const middle = (low + high) >>> 1;
    if ((ascending[middle] as number) < value) low = middle + 1;
    else high = middle;
  }
  return low;
}
