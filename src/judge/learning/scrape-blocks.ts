import { adjacentPhi } from '../statistics/adjacent-phi.ts';

/** Sums of minutes that are tried, shortest first; all divide ten, the distance of windows. */
const BLOCKS = [1, 2, 5] as const;

/** The longest sum, only to compare with. */
const LONGEST = 10;

/**
 * Sums of more minutes are at least as clustered as sums of fewer: bursts don't shrink. Where they are clustered by less
 * than this share, scrapes further apart than the shorter sum have made the clusters.
 */
const SHRUNK = 0.5;

/**
 * How many minutes must be summed until counts no longer alternate: a scrape every 120 s puts two minutes' events into
 * one and none into the next, which looks like bursts and is none.
 *
 * @param rows counts by minute of several clusters; NaN where nothing was read
 * @returns undefined when even the longest block alternates: such a series can't be learned
 */
export function blockMinutesOf(rows: readonly ArrayLike<number>[]): number | undefined {
  const phis = new Map([...BLOCKS, LONGEST].map((minutes) => [minutes, medianPhi(rows, minutes)]));
  const phiOf = (minutes: number) => phis.get(minutes) ?? 1;
  return BLOCKS.find((minutes) =>
    [...phis.keys()].every((longer) => longer <= minutes || phiOf(longer) >= SHRUNK * phiOf(minutes)),
  );
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

/** Median overdispersion of counts per block around a steady rate; 1 with too little to measure. */
function medianPhi(rows: readonly ArrayLike<number>[], minutes: number): number {
  const all = rows
    .map((row) => sumBlocks(row, minutes))
    .map((blocks) => adjacentPhi(blocks, new Float64Array(blocks.length).fill(1)))
    .filter((phi) => phi !== undefined);
  all.sort((a, b) => a - b);
  return all[all.length >> 1] ?? 1;
}
