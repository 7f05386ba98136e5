import type { Random } from '../../src/simulator/random.ts';
import { classify } from './kayenta/classify.ts';
import type { Row } from './streams/count-fleet.ts';

/** What a peer sees: its own cluster's hour before the sync, and the minutes since. */
export interface OwnStream {
  readonly before: Row;
  readonly since: Row;
}

/** A rule that looks after every minute; answers the first minute (from 1) at which it halts. */
export type Peer = (stream: OwnStream, random: Random) => number | undefined;

/** Minutes of the rolling window of the fixed threshold; also the first minute at which Kayenta has a sample. */
const WINDOW = 5;
const THRESHOLD_FACTOR = 2;
/** One-sided 1 %. */
const Z_LIMIT = 2.3263478740408408;
/** A success rate of 99 %, an interval of a minute, `failureLimit: 3`: the fourth failure ends it. */
const ROLLOUTS = { errorRatio: 0.01, failureLimit: 3 } as const;

/** The error ratio of the last five minutes above twice that of the hour before. */
export const fixedThreshold: Peer = ({ before, since }) => {
  const limit = THRESHOLD_FACTOR * ratioOf(before, 0, before.events.length);
  return firstMinute(since, WINDOW, (minute) => ratioOf(since, minute - WINDOW, minute) > limit);
};

/** The textbook test of two proportions, pooled and one-sided at 1 %, repeated every minute. */
export const peekedZTest: Peer = ({ before, since }) => {
  const [x0, n0] = sumsOf(before, 0, before.events.length);
  return firstMinute(since, 1, (minute) => {
    const [x1, n1] = sumsOf(since, 0, minute);
    const pooled = (x0 + x1) / (n0 + n1);
    const sd = Math.sqrt(pooled * (1 - pooled) * (1 / n0 + 1 / n1));
    return sd > 0 && (x1 / n1 - x0 / n0) / sd > Z_LIMIT;
  });
};

/** The analysis of Argo Rollouts and Flagger: a fixed ratio asked every minute, so many failures allowed. */
export const rolloutsAnalysis: Peer = ({ since }) => {
  let failures = 0;
  return firstMinute(since, 1, (minute) => {
    if (ratioOf(since, minute - 1, minute) > ROLLOUTS.errorRatio) failures++;
    return failures > ROLLOUTS.failureLimit;
  });
};

/** Kayenta's judge on the minutes' ratios since the sync against those of the hour before, looking every minute. */
export const kayentaPeeked: Peer = ({ before, since }, random) => {
  const control = percents(before);
  const experiment = percents(since);
  return firstMinute(since, WINDOW, (minute) => kayentaHigh(experiment.slice(0, minute), control, random));
};

/** Kayenta's judge looking once, at the end. */
export const kayentaFinal: Peer = ({ before, since }, random) =>
  kayentaHigh(percents(since), percents(before), random) ? since.events.length : undefined;

/** Peers by the name that the tables use. */
export const PEERS = {
  'fixed 2x / 5 min': fixedThreshold,
  'z-test, peeked': peekedZTest,
  'Argo Rollouts 1 %': rolloutsAnalysis,
  'Kayenta, peeked': kayentaPeeked,
  'Kayenta, at the end': kayentaFinal,
} as const satisfies Readonly<Record<string, Peer>>;

export type PeerName = keyof typeof PEERS;

function kayentaHigh(experiment: readonly number[], control: readonly number[], random: Random): boolean {
  return classify({ experiment, control }, { direction: 'increase' }, random).classification === 'High';
}

/** Per cent, because Kayenta's roots have an absolute tolerance. A minute without requests is missing. */
function percents({ events, exposure }: Row): readonly number[] {
  return Array.from(events, (count, at) => (100 * count) / (exposure[at] ?? 0));
}

function firstMinute(row: Row, from: number, halts: (minute: number) => boolean): number | undefined {
  for (let minute = from; minute <= row.events.length; minute++) if (halts(minute)) return minute;
  return undefined;
}

function ratioOf(row: Row, from: number, to: number): number {
  const [events, exposure] = sumsOf(row, from, to);
  return events / exposure;
}

function sumsOf({ events, exposure }: Row, from: number, to: number): readonly [number, number] {
  let [x, n] = [0, 0];
  for (let at = from; at < to; at++) {
    if (Number.isNaN(events[at])) continue;
    x += events[at] ?? 0;
    n += exposure[at] ?? 0;
  }
  return [x, n];
}
