import { type Duration, durationOf, seconds } from '../domain/duration.ts';
import { DefinitionError } from '../domain/errors.ts';
import { type Matchers, metricName, parseMatchers } from './names.ts';
import type { Node, Window } from './node.ts';
import { aggregate, type Vector, vectorOf } from './vector.ts';

/** A counter. It is no vector: it means something only inside `rate`, `increase` and `minuteIncrease`. */
export interface Counter {
  readonly is: 'counter';
  readonly exporter: string;
  readonly metric: string;
  readonly matchers: Matchers;
}

/** A classic histogram with the bucket bounds it really has, in its own unit (seconds here). */
export interface Histogram {
  readonly is: 'histogram';
  readonly exporter: string;
  readonly metric: string;
  readonly matchers: Matchers;
  readonly bounds: readonly number[];
}

/** A counter of an exporter. */
export function counter(exporter: string, metric: string, matchers: Matchers = {}): Counter {
  parseMatchers(matchers);
  return Object.freeze({ is: 'counter', exporter, metric: metricName(metric), matchers });
}

/** A histogram of an exporter; `metric` is the name without `_bucket`. */
export function histogram(
  exporter: string,
  metric: string,
  bounds: readonly number[],
  matchers: Matchers = {},
): Histogram {
  parseMatchers(matchers);
  return Object.freeze({ is: 'histogram', exporter, metric: metricName(metric), bounds, matchers });
}

/** The histogram's count of all observations. */
export function observations(of: Histogram): Counter {
  return counter(of.exporter, `${of.metric}_count`, of.matchers);
}

/**
 * The histogram's count of observations up to a bound.
 *
 * @throws DefinitionError `promql/no-such-bound` when the histogram has no such bucket: a share above any other value would be a guess
 */
export function observationsUpTo(of: Histogram, bound: number): Counter {
  if (!of.bounds.includes(bound)) {
    throw new DefinitionError(
      'promql/no-such-bound',
      `${of.metric} has no bucket bound ${bound}; it has ${of.bounds.join(', ')}`,
    );
  }
  // Prometheus 3 writes whole bounds with a fraction: "1" became "1.0".
  const le = Number.isInteger(bound) ? `=~${bound}|${bound}\\.0` : String(bound);
  return counter(of.exporter, `${of.metric}_bucket`, { ...of.matchers, le });
}

function selectorOf(of: Counter, offset?: Duration): Node {
  if (of.is !== 'counter') {
    throw new DefinitionError(
      'promql/rate-of-gauge',
      'rate and increase take a counter; a gauge goes up and down, and its rate means nothing',
    );
  }
  return {
    is: 'selector',
    metric: of.metric,
    exporter: of.exporter,
    matchers: parseMatchers(of.matchers),
    ...(offset === undefined ? {} : { offset }),
  };
}

function overTime(name: string, of: Counter, window: Window, offset?: Duration): Node {
  return { is: 'call', name, args: [{ is: 'range', of: selectorOf(of, offset), window }] };
}

/** Events per second over a window, per cluster and labels. */
export function rate<L extends string = never>(
  of: Counter,
  window: Window,
  labels: readonly L[] = [],
): Vector<L> {
  return aggregate<L>('sum', overTime('rate', of, window), labels);
}

/** The evaluation interval that everything recorded is counted by. */
const MINUTE: Duration = '1m';

/**
 * Events of the last minute, exactly, per cluster: evaluated every 60 s, consecutive results add up to the truth.
 *
 * What a series shows now less what it showed a minute ago: the differences telescope, whatever the scrape interval,
 * the jitter and a scrape that failed in between. `increase` guesses beyond its first and last sample, so its minutes
 * add up to something else. A series without a minute ago counts whole where it was born, or born again: its target
 * was scraped a minute ago without it, or the process is young; a target that was away and comes back adds nothing.
 * Off by at most a minute's events where a counter is reset or a target comes back.
 *
 * @param scrapeInterval of the exporter, at most 60 s; one scrape may fail without a trace
 */
export function minuteIncrease(of: Counter, scrapeInterval: Duration): Vector {
  const minute = seconds(MINUTE);
  const scrape = seconds(scrapeInterval);
  if (scrape > minute) {
    throw new DefinitionError(
      'promql/scrape-interval',
      `a scrape every ${scrapeInterval} can't be counted by the minute; scrape every 60s or more often`,
    );
  }
  const held = durationOf(minute + scrape);
  const now = overTime('last_over_time', of, held);
  const before = overTime('last_over_time', of, held, MINUTE);
  const grown: Node = {
    is: 'binary',
    operator: '>=',
    left: { is: 'binary', operator: '-', left: now, right: before },
    right: { is: 'number', value: 0 },
  };
  const born: Node = {
    is: 'binary',
    operator: 'and',
    on: ['cluster', 'instance'],
    left: {
      is: 'binary',
      operator: 'unless',
      left: now,
      right: { is: 'binary', operator: '<=', left: before, right: now },
    },
    right: seenOrYoung(of.exporter, minute + 2 * scrape),
  };
  return aggregate('sum', { is: 'binary', operator: 'or', left: grown, right: born }, []);
}

/** Targets that were scraped a minute ago, and those whose process is younger than so many seconds. */
function seenOrYoung(exporter: string, age: number): Node {
  return {
    is: 'binary',
    operator: 'or',
    left: {
      is: 'binary',
      operator: '==',
      left: { is: 'selector', metric: 'up', exporter, matchers: [], offset: MINUTE },
      right: { is: 'number', value: 1 },
    },
    right: {
      is: 'binary',
      operator: '>',
      left: { is: 'selector', metric: 'process_start_time_seconds', exporter, matchers: [] },
      right: {
        is: 'binary',
        operator: '-',
        left: { is: 'call', name: 'time', args: [] },
        right: { is: 'number', value: age },
      },
    },
  };
}

/** Elements per cluster where at least one target of the exporter is scraped; the value is 1. */
export function scraped(exporter: string): Vector {
  const up: Node = { is: 'selector', metric: 'up', exporter, matchers: [] };
  return aggregate(
    'group',
    { is: 'binary', operator: '==', left: up, right: { is: 'number', value: 1 } },
    [],
  );
}

/** The largest share of an exporter's targets that are down, per cluster; all exporters when none is named. */
export function downShare(): Vector<'job'> {
  const up: Node = { is: 'selector', metric: 'up', matchers: [] };
  const isDown: Node = {
    is: 'binary',
    operator: '==',
    bool: true,
    left: up,
    right: { is: 'number', value: 0 },
  };
  return vectorOf<'job'>({ is: 'aggregate', name: 'avg', by: ['cluster', 'job'], of: isDown }, ['job']);
}
