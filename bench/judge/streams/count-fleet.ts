import { normal, poisson } from '../../../src/simulator/distributions.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { type Bursts, burstSize, meanBurst, type Noise, nextOf } from './noise.ts';

/** How much is going on. */
export interface Traffic {
  readonly requestsPerMinute: number;
  readonly errorRatio: number;
}

/** Whole minutes of one cluster. */
export interface Row {
  readonly events: Float64Array;
  readonly exposure: Float64Array;
}

/** Clusters of a class at a moment: what their noise remembers. Copied, it goes on in another way from the same past. */
interface FleetState {
  minute: number;
  shared: number;
  readonly own: Float64Array;
  /** Events of bursts that are still coming, for the minutes ahead, by cluster. */
  readonly coming: readonly Float64Array[];
}

/** What never changes about the clusters of a fleet. */
interface FleetNature {
  readonly noise: Noise;
  readonly traffic: Traffic;
  readonly burst: number;
  /** Hours of the daily sines of rate and traffic at the end of the past. */
  readonly hours: { readonly rate: number; readonly traffic: number };
  readonly rates: Float64Array;
  readonly sds: Float64Array;
}

/** A class of clusters and its quiet past, from which soaks branch off. */
export interface Past {
  readonly rows: readonly Row[];
  readonly nature: FleetNature;
  readonly state: FleetState;
}

/** Two days: what the judge learns from. */
export const PAST_MINUTES = 48 * 60;

const HOURS_OF_DAY = 24;
const MINUTES_OF_DAY = HOURS_OF_DAY * 60;
const LONGEST_SPREAD = 8;
const INCIDENT = { factor: 4, minutes: 10 } as const;

/** A factor on the rate of a cluster in a minute of the soak; 1 is harmless. Minutes count from 0 at the sync. */
export type FactorOf = (cluster: number, minute: number) => number;

export interface FleetSpec {
  readonly noise: Noise;
  readonly traffic: Traffic;
  readonly clusters: number;
}

/** Draws a fleet with its past. */
export function createPast({ noise, traffic, clusters }: FleetSpec, random: Random): Past {
  const each = (value: () => number) => Float64Array.from({ length: clusters }, value);
  const [low, high] = noise.wander?.sd ?? [0, 0];
  const spread = noise.rates ?? 0;
  const hour = random() * HOURS_OF_DAY;
  const nature: FleetNature = {
    noise,
    traffic,
    burst: meanBurst(noise.bursts),
    hours: noise.day?.syncHour ?? { rate: hour, traffic: hour },
    rates: each(() => (spread === 0 ? 1 : Math.exp(spread * normal(random) - spread ** 2 / 2))),
    sds: each(() => low + (high - low) * random()),
  };
  const state: FleetState = {
    minute: 0,
    shared: normal(random),
    own: each(() => normal(random)),
    coming: Array.from({ length: clusters }, () => new Float64Array(LONGEST_SPREAD)),
  };
  const incidents = incidentsOf(noise, clusters, random);
  const rows = draw(
    { rows: [], nature, state },
    PAST_MINUTES,
    (cluster, minute) => (incidents[cluster]?.[minute] ? INCIDENT.factor : 1),
    random,
  );
  return { rows, nature, state };
}

/** What follows after a past: minutes of every cluster under a factor. The past stays as it is. */
export function continueFrom(
  past: Past,
  minutes: number,
  factorOf: FactorOf,
  random: Random,
): readonly Row[] {
  const { minute, shared, own, coming } = past.state;
  const state = {
    minute,
    shared,
    own: Float64Array.from(own),
    coming: coming.map((each) => Float64Array.from(each)),
  };
  return draw({ ...past, state }, minutes, factorOf, random);
}

function draw({ nature, state }: Past, minutes: number, factorOf: FactorOf, random: Random): readonly Row[] {
  const { noise, traffic } = nature;
  const rows = Array.from(state.own, () => ({
    events: new Float64Array(minutes),
    exposure: new Float64Array(minutes),
  }));
  for (let minute = 0; minute < minutes; minute++) {
    const rateSwing = 1 + (noise.day?.rate ?? 0) * sineAt(nature.hours.rate, state.minute);
    const trafficSwing = 1 + (noise.day?.traffic ?? 0) * sineAt(nature.hours.traffic, state.minute);
    wander(nature, state, random);
    rows.forEach((row, cluster) => {
      const requests = Math.max(1, poisson(random, traffic.requestsPerMinute * trafficSwing));
      const level = (nature.rates[cluster] ?? 1) * rateSwing * levelOf(nature, state, cluster);
      const ratio = traffic.errorRatio * level * factorOf(cluster, minute);
      row.exposure[minute] = requests;
      row.events[minute] = Math.min(
        requests,
        eventsOf(nature, state.coming[cluster], requests * ratio, random),
      );
    });
    state.minute++;
  }
  return rows;
}

/** A daily sine that stands at `hour` when the past ends. */
function sineAt(hour: number, minute: number): number {
  return Math.sin(2 * Math.PI * (hour / HOURS_OF_DAY + (minute - PAST_MINUTES) / MINUTES_OF_DAY));
}

function wander({ noise }: FleetNature, state: FleetState, random: Random): void {
  if (noise.wander === undefined) return;
  const { memory } = noise.wander;
  state.shared = nextOf(random, state.shared, memory);
  for (let i = 0; i < state.own.length; i++) state.own[i] = nextOf(random, state.own[i] ?? 0, memory);
}

/** Mean 1 over time, whatever the standard deviation. */
function levelOf({ noise, sds }: FleetNature, { shared, own }: FleetState, cluster: number): number {
  if (noise.wander === undefined) return 1;
  const common = noise.wander.shared;
  const sd = sds[cluster] ?? 0;
  const at = Math.sqrt(common) * shared + Math.sqrt(1 - common) * (own[cluster] ?? 0);
  return Math.exp(sd * at - sd ** 2 / 2);
}

function eventsOf(
  nature: FleetNature,
  coming: Float64Array | undefined,
  mean: number,
  random: Random,
): number {
  const { bursts } = nature.noise;
  const number = poisson(random, mean / nature.burst);
  if (bursts.size === 'one') return number;
  const over = spreadOf(bursts);
  let now = coming?.[0] ?? 0;
  coming?.copyWithin(0, 1).fill(0, -1);
  for (let cause = 0; cause < number; cause++) {
    const size = burstSize(random, bursts);
    if (over === 1) now += size;
    else
      for (let i = 0; i < size; i++) {
        const later = Math.floor(random() * over);
        if (later === 0) now++;
        else if (coming) coming[later - 1] = (coming[later - 1] ?? 0) + 1;
      }
  }
  return now;
}

function spreadOf(bursts: Bursts): number {
  return bursts.size === 'geometric' ? (bursts.overMinutes ?? 1) : 1;
}

/** Minutes of incidents by cluster. */
function incidentsOf(noise: Noise, clusters: number, random: Random): readonly Uint8Array[] {
  return Array.from({ length: clusters }, () => {
    const minutes = new Uint8Array(PAST_MINUTES);
    const count = poisson(random, ((noise.incidents ?? 0) * PAST_MINUTES) / MINUTES_OF_DAY);
    for (let incident = 0; incident < count; incident++) {
      const start = Math.floor(random() * PAST_MINUTES);
      minutes.fill(1, start, start + INCIDENT.minutes);
    }
    return minutes;
  });
}
