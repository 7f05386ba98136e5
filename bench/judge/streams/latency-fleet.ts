import { binomial, normal } from '../../../src/simulator/distributions.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { PAST_MINUTES, type Row } from './count-fleet.ts';
import { nextOf } from './noise.ts';

/** Bucket bounds in seconds; of each the requests slower than it are counted. */
export const EDGES = [0.1, 0.25, 0.5, 1, 2.5] as const;

const REQUESTS_PER_MINUTE = 1_000;
const MEDIAN_SECONDS = 0.08;
const SIGMA = 0.8;
const MEMORY = 0.9;

/** How latency changes: all of it by a factor, or a share of requests by two seconds. */
export interface Slowdown {
  readonly times: number;
  readonly share: number;
}

/** Latency of a class: by edge, the rows of every cluster; and where the level of each cluster stands. */
export interface LatencyRows {
  readonly byEdge: readonly (readonly Row[])[];
  readonly levels: Float64Array;
}

/**
 * Draws log-normal latencies as bucket counts; the level of each cluster wanders with a standard deviation.
 *
 * @param sd of the logarithm of the level, 0 for none
 */
export function drawLatency(
  {
    clusters,
    minutes = PAST_MINUTES,
    sd,
    from,
  }: {
    readonly clusters: number;
    readonly minutes?: number;
    readonly sd: number;
    readonly from?: LatencyRows;
  },
  slowdownOf: (cluster: number) => Slowdown,
  random: Random,
): LatencyRows {
  const levels = from
    ? Float64Array.from(from.levels)
    : Float64Array.from({ length: clusters }, () => normal(random));
  const exposure = new Float64Array(minutes).fill(REQUESTS_PER_MINUTE);
  const byEdge = EDGES.map(() =>
    Array.from({ length: clusters }, () => ({ events: new Float64Array(minutes), exposure })),
  );
  for (let cluster = 0; cluster < clusters; cluster++) {
    const slowdown = slowdownOf(cluster);
    for (let minute = 0; minute < minutes; minute++) {
      const level = nextOf(random, levels[cluster] ?? 0, MEMORY);
      levels[cluster] = level;
      const median = MEDIAN_SECONDS * slowdown.times * Math.exp(sd * level);
      let left = REQUESTS_PER_MINUTE;
      let before = 1;
      EDGES.forEach((edge, at) => {
        const share = slowerShare(edge, median, slowdown.share);
        left = binomial(random, left, Math.min(1, share / before));
        before = share;
        const row = byEdge[at]?.[cluster];
        if (row) row.events[minute] = left;
      });
    }
  }
  return { byEdge, levels };
}

/** Share of requests slower than an edge, when some take two seconds more. */
export function slowerShare(edge: number, median: number, slowShare: number): number {
  const above = (seconds: number) =>
    seconds <= 0 ? 1 : upperTail((Math.log(seconds) - Math.log(median)) / SIGMA);
  return (1 - slowShare) * above(edge) + slowShare * above(edge - 2);
}

/** Upper tail of the standard normal distribution. @see Abramowitz and Stegun 26.2.17, error below 7.5e-8 */
function upperTail(z: number): number {
  if (z < 0) return 1 - upperTail(-z);
  const t = 1 / (1 + 0.2316419 * z);
  const series =
    t * (0.31938153 + t * (-0.356563782 + t * (1.781477937 + t * (-1.821255978 + t * 1.330274429))));
  return (Math.exp((-z * z) / 2) / Math.sqrt(2 * Math.PI)) * series;
}
