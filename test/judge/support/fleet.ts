import { MINUTE_MS } from '../../../src/domain/reading.ts';
import type { ClassHistory, ClusterHistory } from '../../../src/judge/learning/class-history.ts';
import { bursts, poisson, randomFrom } from './random.ts';

/** How a simulated fleet makes errors: one family of noise, every cluster alike. */
export interface Noise {
  /** Errors a minute. */
  readonly perMinute: number;
  /** Requests a minute. */
  readonly traffic: number;
  /** Mean errors of a burst; 1 is none. */
  readonly burst?: number;
  /** Standard deviation of the log rate's AR(1) process (0.9 a minute), half of its variance shared by all clusters. */
  readonly wander?: number;
  /** A factor on every cluster's rate by minute: a daily curve, an incident of the fleet. */
  readonly common?: (minute: number) => number;
}

/** Events and exposure of one series of every cluster, by minute. */
export type Fleet = readonly { readonly events: Float64Array; readonly exposure: Float64Array }[];

const MEMORY = 0.9;

/** Draws a fleet; the same seed draws the same. */
export function drawFleet(noise: Noise, clusters: number, minutes: number, seed: number): Fleet {
  const random = randomFrom(seed);
  const { perMinute, traffic, burst = 1, wander = 0, common = () => 1 } = noise;
  const shared = wanderer(random);
  const own = Array.from({ length: clusters }, () => wanderer(random));
  const fleet = Array.from({ length: clusters }, () => ({
    events: new Float64Array(minutes),
    exposure: new Float64Array(minutes).fill(traffic),
  }));
  for (let minute = 0; minute < minutes; minute++) {
    const together = shared();
    fleet.forEach(({ events }, i) => {
      const apart = own[i]?.() ?? 0;
      // Half of the variance each; the mean of exp(x) is kept at 1.
      const logRate = wander === 0 ? 0 : wander * Math.sqrt(0.5) * (together + apart) - wander ** 2 / 2;
      const mean = perMinute * common(minute) * Math.exp(logRate);
      events[minute] = burst > 1 ? bursts(mean, burst, random) : poisson(mean, random);
    });
  }
  return fleet;
}

/** A class's history from its fleets, by series key. */
export function historyOf(series: Readonly<Record<string, Fleet>>): ClassHistory {
  const fleets = Object.entries(series);
  const [, first = []] = fleets[0] ?? [];
  const minutes = first[0]?.events.length ?? 0;
  return {
    class: 'simulated',
    first: MINUTE_MS,
    minutes,
    clusters: first.map(
      (_, i): ClusterHistory => ({
        cluster: `cluster-${String(i).padStart(3, '0')}`,
        unfit: new Uint8Array(minutes),
        counts: new Map(
          fleets.flatMap(([key, fleet]) => {
            const row = fleet[i];
            return row ? [[key, row] as const] : [];
          }),
        ),
        gauges: new Map(),
      }),
    ),
    worse: new Map(),
  };
}

/** A standard AR(1) process. */
function wanderer(random: () => number): () => number {
  let level = normal(random);
  return () => {
    level = MEMORY * level + Math.sqrt(1 - MEMORY ** 2) * normal(random);
    return level;
  };
}

/** A standard normal number (Box and Muller). */
export function normal(random: () => number): number {
  return Math.sqrt(-2 * Math.log(1 - random())) * Math.cos(2 * Math.PI * random());
}
