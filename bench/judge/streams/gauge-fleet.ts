import { normal } from '../../../src/simulator/distributions.ts';
import type { Random } from '../../../src/simulator/random.ts';
import { PAST_MINUTES } from './count-fleet.ts';
import { nextOf } from './noise.ts';

/** How a gauge moves while nothing is changed; its standard deviation is 1, its mean `GAUGE_MEAN`. */
export interface GaugeNoise {
  /** Correlation of neighbouring samples, 30 s apart, of which every second one is read. */
  readonly memory: number;
  /** Share of the variance that the clusters of the class have in common. */
  readonly shared: number;
  /** Amplitude of a daily curve, in standard deviations. */
  readonly day?: number;
}

/** What moves a gauge during the soak, in standard deviations. */
export interface GaugeShift {
  /** At the treated cluster from the sync on. */
  readonly step?: number;
  /** At the treated cluster, reached evenly at the end of the soak. */
  readonly ramp?: number;
  /** At every cluster, for ten minutes from any minute of the soak on. */
  readonly fleetEvent?: number;
}

interface GaugeState {
  minute: number;
  shared: number;
  readonly own: Float64Array;
}

/** A class of clusters and the two days before the sync, by cluster. */
export interface GaugePast {
  readonly rows: readonly Float64Array[];
  readonly noise: GaugeNoise;
  readonly hour: number;
  readonly state: GaugeState;
}

const SAMPLES_PER_MINUTE = 2;
const HOURS_OF_DAY = 24;
const EVENT_MINUTES = 10;

/** Far enough from zero for judges that divide by means. */
const GAUGE_MEAN = 20;

/** Draws a class with its past. */
export function createGaugePast(noise: GaugeNoise, clusters: number, random: Random): GaugePast {
  const hour = random() * HOURS_OF_DAY;
  const state = {
    minute: 0,
    shared: normal(random),
    own: Float64Array.from({ length: clusters }, () => normal(random)),
  };
  const past = { rows: [], noise, hour, state };
  return { ...past, rows: draw(past, PAST_MINUTES, () => 0, random) };
}

/** What follows after a past, the treated cluster shifted. The past stays as it is. */
export function continueGauge(
  past: GaugePast,
  soak: { readonly minutes: number; readonly treated: number; readonly shift: GaugeShift },
  random: Random,
): readonly Float64Array[] {
  const { minutes, treated, shift } = soak;
  const state = { ...past.state, own: Float64Array.from(past.state.own) };
  const start = Math.floor(random() * minutes);
  const shiftOf = (cluster: number, minute: number) => {
    const fleet = minute >= start && minute < start + EVENT_MINUTES ? (shift.fleetEvent ?? 0) : 0;
    if (cluster !== treated) return fleet;
    return fleet + (shift.step ?? 0) + ((shift.ramp ?? 0) * (minute + 1)) / minutes;
  };
  return draw({ ...past, state }, minutes, shiftOf, random);
}

function draw(
  { noise, hour, state }: GaugePast,
  minutes: number,
  shiftOf: (cluster: number, minute: number) => number,
  random: Random,
): readonly Float64Array[] {
  const rows = Array.from(state.own, () => new Float64Array(minutes));
  const memory = noise.memory ** SAMPLES_PER_MINUTE;
  for (let minute = 0; minute < minutes; minute++) {
    const hours = hour + (state.minute - PAST_MINUTES) / 60;
    const day = (noise.day ?? 0) * Math.sin((2 * Math.PI * hours) / HOURS_OF_DAY);
    state.shared = nextOf(random, state.shared, memory);
    rows.forEach((row, cluster) => {
      const own = nextOf(random, state.own[cluster] ?? 0, memory);
      state.own[cluster] = own;
      const noisy = Math.sqrt(noise.shared) * state.shared + Math.sqrt(1 - noise.shared) * own;
      row[minute] = GAUGE_MEAN + noisy + day + shiftOf(cluster, minute);
    });
    state.minute++;
  }
  return rows;
}
