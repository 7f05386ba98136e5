import { type Duration, seconds } from '../../src/domain/duration.ts';

/** One scrape target over time; times are seconds since the test began. */
export interface Target {
  readonly instance: string;
  /** Whether a scrape at this time succeeds; always, unless said. */
  readonly answers?: (time: number) => boolean;
  /** When its process started; long ago, unless said. */
  readonly startedAt?: (time: number) => number;
  /** What the counter shows; undefined before the series is born. */
  readonly shows: (time: number) => number | undefined;
}

/** Input samples stand on this grid; five seconds allow scrapes off the evaluations. */
export const GRID: Duration = '5s';

/** Scrapes come ten seconds after the minute, so that no window ends on a sample. */
const FIRST_SCRAPE = 10;

const LONG_AGO = -86_400;

/**
 * What a Prometheus would have stored of a target: the counter, `up` and the process's start, with a stale marker
 * where a series ends.
 *
 * @param length of the test in seconds
 */
export function storedSeries(
  cluster: string,
  metric: string,
  target: Target,
  scrapeInterval: Duration,
  length: number,
): readonly { readonly series: string; readonly values: string }[] {
  const labels = `cluster="${cluster}",job="coredns",instance="${target.instance}"`;
  const { answers = () => true, startedAt = () => LONG_AGO, shows } = target;
  const whileUp = (value: (time: number) => number | undefined) => (time: number) =>
    answers(time) ? value(time) : undefined;
  const stored = (value: (time: number) => number | undefined) =>
    samples(value, seconds(scrapeInterval), length);
  return [
    { series: metric.replace('{', `{${labels},`), values: stored(whileUp(shows)) },
    { series: `up{${labels}}`, values: stored((time) => (answers(time) ? 1 : 0)) },
    { series: `process_start_time_seconds{${labels}}`, values: stored(whileUp(startedAt)) },
  ];
}

function samples(value: (time: number) => number | undefined, scrape: number, length: number): string {
  const values: string[] = [];
  let was: number | undefined;
  for (let time = 0; time <= length; time += seconds(GRID)) {
    if (time % scrape !== FIRST_SCRAPE) {
      values.push('_');
      continue;
    }
    const is = value(time);
    values.push(is === undefined ? (was === undefined ? '_' : 'stale') : String(is));
    was = is;
  }
  return values.join(' ');
}
