import { describe, expect, test } from 'vitest';
import { DefinitionError } from '../../src/domain/errors.ts';
import {
  counter,
  histogram,
  minuteIncrease,
  observations,
  observationsUpTo,
  rate,
} from '../../src/promql/counter.ts';
import { print } from '../../src/promql/print.ts';
import {
  by,
  changes,
  combine,
  compare,
  either,
  except,
  gauge,
  test as holds,
  only,
  recorded,
  times,
  type Vector,
} from '../../src/promql/vector.ts';

const requests = counter('apiserver', 'requests_total');
const nodes = gauge('ksm', 'node_ready', {}, ['node']);
const pods = gauge('ksm', 'pod_ready', {}, ['pod']);
const durations = histogram('apiserver', 'duration_seconds', [0.1, 1]);

/** What building throws: its code and its sentence. */
function refusal(build: () => unknown): { readonly code: string; readonly message: string } {
  try {
    build();
  } catch (error) {
    if (error instanceof DefinitionError) return { code: error.code, message: error.message };
    throw error;
  }
  throw new Error('nothing was refused');
}

describe('functions that see a store instead of a cluster', () => {
  test.each([
    ['absent(up{job="x"})', 'presence signal'],
    ['absent_over_time(up[5m])', 'presence signal'],
    ['vector(0)', 'multiply'],
    ['scalar(up)', 'compare two vectors'],
    ['rate(x[5m])', 'combine it with the functions of promql/'],
  ])('%s is no metric, and the sentence says what to write instead', (name, instead) => {
    const builders = [
      () => gauge('x', name),
      () => counter('x', name),
      () => histogram('x', name, [1]),
      () => recorded(name),
    ];
    for (const build of builders) {
      expect(refusal(build)).toMatchObject({
        code: 'promql/function-as-metric',
        message: expect.stringContaining(instead),
      });
    }
  });
});

describe('an aggregation without cluster can’t be written', () => {
  test.each<[string, () => Vector<string>]>([
    ['by', () => by('sum', nodes)],
    ['by with labels', () => by('max', nodes, ['node'])],
    ['rate', () => rate(requests, '5m')],
    ['rate with labels', () => rate(requests, '5m', ['verb'])],
    ['minuteIncrease', () => minuteIncrease(requests, '30s')],
    ['changes', () => changes(nodes, '15m')],
    ['gauge', () => gauge('x', 'y')],
  ])('%s', (_, build) => {
    const text = print(build().node, { jobs: {} });
    for (const [, labels] of text.matchAll(/(?:by|on) \(([^)]*)\)/g)) expect(labels).toMatch(/^cluster\b/);
    expect(text).toMatch(/^[a-z]+ by \(cluster/);
  });

  test.each<[string, () => Vector<string>]>([
    ['combine', () => combine(nodes, '/', nodes)],
    ['only', () => only(nodes, by('max', nodes))],
    ['except', () => except(nodes, nodes)],
    ['either', () => either(nodes, nodes)],
  ])('nor a match, by %s', (_, build) => {
    const node = build().node;
    expect(node).toMatchObject({ is: 'binary', on: expect.arrayContaining(['cluster']) });
  });

  test('cluster is no label to name', () => {
    // @ts-expect-error cluster is none of the vector's labels
    expect(refusal(() => by('sum', nodes, ['cluster'])).code).toBe('promql/unknown-label');
    expect(refusal(() => gauge('x', 'y', {}, ['cluster'])).code).toBe('promql/cluster-label');
    expect(refusal(() => rate(requests, '5m', ['cluster'])).code).toBe('promql/cluster-label');
  });

  test.each(['cluster', 'job'])('%s is no label to match', (label) => {
    for (const build of [
      () => gauge('x', 'y', { [label]: 'a' }),
      () => counter('x', 'y', { [label]: 'a' }),
    ]) {
      expect(refusal(build).code).toBe('promql/reserved-label');
    }
  });
});

describe('counters and gauges', () => {
  test.each(['requests_total', 'duration_seconds_count', 'duration_seconds_sum', 'duration_seconds_bucket'])(
    '%s is no gauge',
    (name) => {
      expect(refusal(() => gauge('x', name))).toMatchObject({
        code: 'promql/counter-as-gauge',
        message: expect.stringContaining('counter()'),
      });
    },
  );

  test('the rate of a gauge is refused, by the types too', () => {
    // @ts-expect-error a gauge is no counter
    expect(refusal(() => rate(nodes, '5m')).code).toBe('promql/rate-of-gauge');
    // @ts-expect-error a gauge is no counter
    expect(refusal(() => minuteIncrease(nodes, '30s')).code).toBe('promql/rate-of-gauge');
    // @ts-expect-error a histogram is no counter; its observations are one
    expect(refusal(() => rate(durations, '5m')).code).toBe('promql/rate-of-gauge');
    expect(() => rate(observations(durations), '5m')).not.toThrow();
  });

  test.each<[string, () => unknown]>([
    // @ts-expect-error a counter is no vector
    ['compare', () => compare(requests, '>', 1)],
    // @ts-expect-error a counter is no vector
    ['test', () => holds(requests, '>', 1)],
    // @ts-expect-error a counter is no vector
    ['times', () => times(requests, 60)],
    // @ts-expect-error a counter is no vector
    ['by', () => by('sum', requests)],
    // @ts-expect-error a counter is no vector
    ['combine', () => combine(nodes, '/', requests)],
    // @ts-expect-error a counter is no vector
    ['only', () => only(requests, nodes)],
    // @ts-expect-error a counter is no vector
    ['except', () => except(nodes, requests)],
  ])('%s refuses a counter, by the types too', (_, build) => {
    expect(refusal(build)).toMatchObject({
      code: 'promql/counter-as-vector',
      message: expect.stringContaining('rate'),
    });
  });
});

describe('labels', () => {
  test('that a vector lacks can’t be aggregated by, and the sentence names those it has', () => {
    // @ts-expect-error the vector has node alone
    const { code, message } = refusal(() => by('max', nodes, ['pod']));
    expect(code).toBe('promql/unknown-label');
    expect(message).toBe("can't aggregate by pod: the vector has only cluster, node");
  });

  test('of two vectors must be the same to combine them', () => {
    // @ts-expect-error node is not pod
    expect(refusal(() => combine(nodes, '/', pods)).code).toBe('promql/unmatched-label');
    // A vector without labels would match many.
    expect(refusal(() => combine(nodes, '/', by('max', nodes))).code).toBe('promql/unmatched-label');
    // @ts-expect-error node is not pod
    expect(refusal(() => only(nodes, pods)).message).toBe(
      "can't match on pod: one side has only cluster, node, the other only cluster, pod",
    );
  });

  test.each(['a-b', '1a', 'a b', ''])('"%s" is no name of one', (label) => {
    expect(refusal(() => gauge('x', 'y', {}, [label])).code).toBe('promql/label-name');
    expect(refusal(() => counter('x', 'y', { [label]: 'z' })).code).toBe('promql/label-name');
  });

  test.each(['a-b', '1a', 'a b', '', 'a{b="c"}'])('"%s" is no metric', (name) => {
    expect(refusal(() => gauge('x', name)).code).toBe('promql/metric-name');
  });
});

describe('counting', () => {
  test('a bound that the histogram lacks is refused, and the sentence names those it has', () => {
    expect(refusal(() => observationsUpTo(durations, 0.5))).toEqual({
      code: 'promql/no-such-bound',
      message: 'duration_seconds has no bucket bound 0.5; it has 0.1, 1',
    });
  });

  test('a whole bound is matched as Prometheus 2 and as Prometheus 3 write it', () => {
    const text = (bound: number) => print(rate(observationsUpTo(durations, bound), '5m').node, { jobs: {} });
    expect(text(1)).toContain('le=~"1|1\\\\.0"');
    expect(text(0.1)).toContain('le="0.1"');
  });

  test('a scrape less often than every minute can’t be counted by the minute', () => {
    expect(refusal(() => minuteIncrease(requests, '2m')).code).toBe('promql/scrape-interval');
    expect(() => minuteIncrease(requests, '60s')).not.toThrow();
  });
});

test('operators are read off the front of a matcher’s text', () => {
  const text = (value: string) => print(gauge('x', 'y', { z: value }).node, { jobs: {} });
  expect(text('a')).toContain('z="a"');
  expect(text('!=')).toContain('z!=""');
  expect(text('=~a|b')).toContain('z=~"a|b"');
  expect(text('!~a')).toContain('z!~"a"');
});
