import type { Random } from '../../src/simulator/random.ts';
import { classify } from './kayenta/classify.ts';
import { summarise } from './kayenta/samples.ts';

/** A gauge in the hour before the sync and in the minutes since. */
export interface GaugeStream {
  readonly before: Float64Array;
  readonly since: Float64Array;
}

/** A rule that looks after every minute; answers the first minute (from 1) at which it halts. */
export type GaugePeer = (stream: GaugeStream, random: Random) => number | undefined;

const WINDOW = 5;
const SIGMAS = 3;
/** One-sided 1 %. */
const LIMIT = 2.3263478740408408;

/** The mean of five minutes more than three standard deviations above the hour before. */
const threeSigma: GaugePeer = ({ before, since }) => {
  const { mean, std } = summarise([...before]);
  return firstMinute(since, WINDOW, (minute) => {
    const recent = summarise([...since.subarray(minute - WINDOW, minute)]);
    return recent.mean > mean + SIGMAS * std;
  });
};

/** Welch's test, one-sided at 1 % by the normal curve, repeated every minute. */
const peekedWelch: GaugePeer = ({ before, since }) => {
  const past = summarise([...before]);
  return firstMinute(since, WINDOW, (minute) => {
    const now = summarise([...since.subarray(0, minute)]);
    const sd = Math.sqrt(past.std ** 2 / past.count + now.std ** 2 / now.count);
    return sd > 0 && (now.mean - past.mean) / sd > LIMIT;
  });
};

/** Kayenta's judge, looking every minute. */
const kayentaPeeked: GaugePeer = ({ before, since }, random) =>
  firstMinute(since, WINDOW, (minute) => {
    const samples = { experiment: [...since.subarray(0, minute)], control: [...before] };
    return classify(samples, { direction: 'increase' }, random).classification === 'High';
  });

/** Peers by the name that the tables use. */
export const GAUGE_PEERS = {
  '3 sigma / 5 min': threeSigma,
  'Welch, peeked': peekedWelch,
  'Kayenta, peeked': kayentaPeeked,
} as const satisfies Readonly<Record<string, GaugePeer>>;

function firstMinute(
  since: Float64Array,
  from: number,
  halts: (minute: number) => boolean,
): number | undefined {
  for (let minute = from; minute <= since.length; minute++) if (halts(minute)) return minute;
  return undefined;
}
