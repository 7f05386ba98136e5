import { normal } from '../../../src/simulator/distributions.ts';
import type { Random } from '../../../src/simulator/random.ts';

/** How the events of one cause come: alone, or as a burst of so many. */
export type Bursts =
  | { readonly size: 'one' }
  /** Geometric with this mean; `overMinutes` more than 1 spreads each burst evenly over so many minutes. */
  | { readonly size: 'geometric'; readonly mean: number; readonly overMinutes?: number }
  | { readonly size: 'fixed'; readonly mean: number }
  /** P(size >= k) = k ** -tail: for a tail below 2 the variance has no end. */
  | { readonly size: 'pareto'; readonly tail: number };

/** How harmless traffic misbehaves. Everything left out is calm. */
export interface Noise {
  readonly bursts: Bursts;
  /** A wandering logarithm of the rate, AR(1) by the minute; the clusters share `shared` of its variance. */
  readonly wander?: {
    /** Standard deviation; drawn evenly between the two by cluster. */
    readonly sd: readonly [number, number];
    readonly memory: number;
    readonly shared: number;
  };
  /**
   * A daily curve: the rate swings by one share, the traffic by another. `syncHour` tells the hour of each sine at the
   * sync; without it every fleet has an hour of its own, the same for both.
   */
  readonly day?: {
    readonly rate: number;
    readonly traffic: number;
    readonly syncHour?: { readonly rate: number; readonly traffic: number };
  };
  /** Standard deviation of the clusters' logarithm of the rate, fixed for each. */
  readonly rates?: number;
  /** Incidents in the history: fourfold events for ten minutes, on one cluster each, so many per cluster and day. */
  readonly incidents?: number;
}

/** A Pareto burst larger than this would be no burst but an outage. */
const LARGEST_BURST = 10_000;

/** Mean number of events of one cause. */
export function meanBurst(bursts: Bursts): number {
  if (bursts.size === 'one') return 1;
  if (bursts.size !== 'pareto') return bursts.mean;
  let mean = 0;
  for (let k = 1; k <= LARGEST_BURST; k++) mean += k ** -bursts.tail;
  return mean;
}

/** How many events one cause brings. */
export function burstSize(random: Random, bursts: Bursts): number {
  switch (bursts.size) {
    case 'one':
      return 1;
    case 'fixed':
      return bursts.mean;
    case 'geometric':
      return 1 + Math.floor(Math.log(1 - random()) / Math.log(1 - 1 / bursts.mean));
    case 'pareto':
      return Math.min(LARGEST_BURST, Math.floor((1 - random()) ** (-1 / bursts.tail)));
  }
}

/** The next value of an AR(1) with standard deviation 1. */
export function nextOf(random: Random, last: number, memory: number): number {
  return memory * last + Math.sqrt(1 - memory * memory) * normal(random);
}
