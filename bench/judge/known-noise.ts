import { poisson } from '../../src/simulator/distributions.ts';
import type { Random } from '../../src/simulator/random.ts';

import { burstSize } from './streams/noise.ts';

/** Draws a soak and weighs it as somebody who is told how its noise works. */
export interface KnownNoise {
  /**
   * Log likelihood ratio of the change against no change after every minute that is weighed.
   *
   * @param times how many times worse the change truly is
   */
  readonly draw: (times: number, random: Random) => Float64Array;
}

/** Events that come one by one or in counted bursts, their rate told, and that it never moves. */
export function steadyRate(perMinute: number, times: number, minutes: number): KnownNoise {
  return {
    draw: (truly, random) =>
      summed(minutes, () => poisson(random, perMinute * truly) * Math.log(times) - perMinute * (times - 1)),
  };
}

/**
 * The same against controls that get no change: nothing is told of the rate they share, which may move from minute to
 * minute. What is left is how the events of a minute divide among the clusters.
 *
 * @param treated clusters with the change
 */
export function sharedRate(
  { perMinute, treated, controls }: { perMinute: number; treated: number; controls: number },
  times: number,
  minutes: number,
): KnownNoise {
  const share = treated / (treated + controls);
  const logAll = Math.log(1 + share * (times - 1));
  return {
    draw: (truly, random) =>
      summed(minutes, () => {
        const own = poisson(random, perMinute * treated * truly);
        return own * Math.log(times) - (own + poisson(random, perMinute * controls)) * logAll;
      }),
  };
}

/** Errors in bursts of geometric size, as counted by the minute; rate and mean size told. */
export function burstyRate(
  { perMinute, size }: { perMinute: number; size: number },
  times: number,
  minutes: number,
): KnownNoise {
  const usual = burstyChances(perMinute / size, size);
  const worse = burstyChances((perMinute / size) * times, size);
  return {
    draw: (truly, random) =>
      summed(minutes, () => {
        let events = 0;
        for (let left = poisson(random, (perMinute / size) * truly); left > 0; left--) {
          events += burstSize(random, { size: 'geometric', mean: size });
        }
        const at = Math.min(events, MOST_EVENTS);
        return Math.log((worse[at] as number) / (usual[at] as number));
      }),
  };
}

const MOST_EVENTS = 200;

/** Chance of every count when a Poisson number of bursts of geometric size comes. @see Panjer, 1981 */
function burstyChances(bursts: number, size: number): Float64Array {
  const chances = new Float64Array(MOST_EVENTS + 1);
  chances[0] = Math.exp(-bursts);
  for (let events = 1; events <= MOST_EVENTS; events++) {
    let sum = 0;
    for (let last = 1; last <= events; last++) {
      sum += last * (1 - 1 / size) ** (last - 1) * (chances[events - last] as number);
    }
    chances[events] = ((bursts / size) * sum) / events;
  }
  return chances;
}

function summed(minutes: number, ratio: () => number): Float64Array {
  let sum = 0;
  return Float64Array.from({ length: minutes }, () => {
    sum += ratio();
    return sum;
  });
}
