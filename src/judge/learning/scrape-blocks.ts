/** Sums of minutes that are tried, shortest first; all divide ten, the distance of windows. */
const BLOCKS = [1, 2, 5] as const;

/** Neighbouring minutes that differ this systematically are made by scrapes further apart than a minute. */
const ALTERNATING = -0.15;

/** Fewer neighbouring pairs tell nothing. */
const LEAST_PAIRS = 30;

/**
 * How many minutes must be summed until counts no longer alternate: a scrape every 120 s puts two minutes' events into
 * one and none into the next, which looks like bursts and is none.
 *
 * @param rows counts by minute of several clusters; NaN where nothing was read
 * @returns undefined when even the longest block alternates: such a series can't be learned
 */
export function blockMinutesOf(rows: readonly ArrayLike<number>[]): number | undefined {
  return BLOCKS.find((minutes) => !alternates(rows.map((row) => sumBlocks(row, minutes))));
}

/** Sums of consecutive minutes; a block with an unread minute is unread. */
export function sumBlocks(row: ArrayLike<number>, minutes: number): Float64Array {
  const blocks = new Float64Array(Math.floor(row.length / minutes));
  for (let i = 0; i < blocks.length * minutes; i++) {
    const block = Math.floor(i / minutes);
    blocks[block] = (blocks[block] as number) + (row[i] as number);
  }
  return blocks;
}

function alternates(rows: readonly ArrayLike<number>[]): boolean {
  const correlations = rows.map(neighbourCorrelation).filter((each) => each !== undefined);
  if (correlations.length === 0) return false;
  correlations.sort((a, b) => a - b);
  return (correlations[correlations.length >> 1] as number) < ALTERNATING;
}

/** Correlation of the changes between neighbours with a slow curve taken out: -1 alternates, 0 is chance. */
function neighbourCorrelation(row: ArrayLike<number>): number | undefined {
  // Differences two apart over differences one apart need no mean, so a daily curve can't hide what alternates.
  let near = 0;
  let far = 0;
  let pairs = 0;
  for (let i = 2; i < row.length; i++) {
    const now = row[i] as number;
    const last = row[i - 1] as number;
    const lastButOne = row[i - 2] as number;
    const one = (now - last) ** 2;
    const two = (now - lastButOne) ** 2;
    if (!(one >= 0 && two >= 0)) continue;
    near += one;
    far += two;
    pairs++;
  }
  return pairs < LEAST_PAIRS || near === 0 ? undefined : far / near - 1;
}
