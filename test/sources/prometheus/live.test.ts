import { beforeAll, expect, test } from 'vitest';
import { type Count, MINUTE_MS, type MinuteReading } from '../../../src/domain/reading.ts';
import { finalMinute } from '../../../src/sources/minutes.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus-source.ts';
import type { ByCluster, Observation } from '../../../src/sources/signal-source.ts';
import { backfill, startPrometheus } from '../../support/prometheus.ts';
import { suiteResources } from '../../support/resources.ts';
import { describeWith } from '../../support/tool.ts';
import { openMetrics, type TimedSample } from '../fixtures/exposition.ts';
import { checks, seriesOf } from '../fixtures/signals.ts';

const last = finalMinute(Date.now(), 45_000);
const window = { from: last - 29 * MINUTE_MS, to: last };
/** Since when the rules of dns-latency record; those of the other signals never did. */
const recordedSince = last - 14 * MINUTE_MS;

describeWith(['prometheus', 'promtool'], 'before rules have history', () => {
  const resources = suiteResources();
  const subjects: string[] = [];
  let seen: Observation;

  beforeAll(async () => {
    const blocks = resources.use(await backfill({ text: openMetrics(history()) }));
    const store = resources.use(await startPrometheus({ blocks: blocks.path }));
    const source = createPrometheusSource({
      name: 'store',
      url: store.url,
      checks,
      series: seriesOf(checks),
      alertNames: [],
      timeoutMs: 10_000,
      liveFallback: true,
      onQuestion: ({ subject, outcome }) => subjects.push(`${subject} ${outcome}`),
    });
    seen = await source.observe(['a', 'b', 'empty'], window, Date.now());
  });

  const counts = (row: readonly MinuteReading<Count>[] | undefined) => row?.map(({ reading }) => reading);
  const times = <T>(count: number, one: T) => Array.from({ length: count }, () => one);

  test('everything that was never recorded is one question', () => {
    expect(subjects.filter((subject) => subject.startsWith('live'))).toEqual(['live answered']);
  });

  test('counts, items and levels come from the expressions, with zeros filled in', () => {
    const value = (one: unknown) => times(30, { is: 'value', value: one });
    const row = <T>(map: ByCluster<T>, key: string) =>
      map
        .get('a')
        ?.get(key)
        ?.map(({ reading }) => reading);
    expect(row(seen.counts, 'dns-errors')).toEqual(value({ events: 0, exposure: 100 }));
    expect(row(seen.items, 'nodes-ready')).toEqual(value({ bad: 1, among: 40 }));
    expect(row(seen.values, 'api-inflight')).toEqual(value(7));
  });

  test('from the first record on the records count, on every cluster', () => {
    const live = { is: 'value', value: { events: 3, exposure: 100 } };
    const recorded = { is: 'value', value: { events: 4, exposure: 200 } };
    expect(counts(seen.counts.get('a')?.get('dns-latency@0.256'))).toEqual([
      ...times(15, live),
      ...times(15, recorded),
    ]);
    // b was recorded by nothing: its raw series would have told, had the rule not been there.
    expect(counts(seen.counts.get('b')?.get('dns-latency@0.256'))).toEqual([
      ...times(15, live),
      ...times(15, { is: 'no-data' }),
    ]);
  });

  test('a cluster without any series stays without data', () => {
    expect(counts(seen.counts.get('empty')?.get('dns-errors'))).toEqual(times(30, { is: 'no-data' }));
  });
});

/** Raw series of two clusters over the whole window, and records of one signal of one of them over its second half. */
function history(): readonly TimedSample[] {
  const raw = (cluster: string, timeMs: number): TimedSample[] => {
    const one = (kind: string, signal: string, value: number, more: object = {}): TimedSample => ({
      name: `raw_${kind}`,
      labels: { cluster, signal, ...more },
      timeMs,
      value,
    });
    return [
      one('exposure', 'dns-errors', 100),
      one('exposure', 'dns-latency', 100),
      one('events', 'dns-latency', 3, { edge: '0.256' }),
      one('events', 'dns-latency', 1, { edge: '1.024' }),
      one('bad', 'nodes-ready', 1),
      one('among', 'nodes-ready', 40),
      one('value', 'api-inflight', 7),
    ];
  };
  const recorded = (timeMs: number): TimedSample[] => {
    const labels = { cluster: 'a', signal: 'dns-latency' };
    return [
      { name: 'tidegate:signal_exposure:increase1m', labels, timeMs, value: 200 },
      { name: 'tidegate:signal_events:increase1m', labels: { ...labels, edge: '0.256' }, timeMs, value: 4 },
    ];
  };
  const times = Array.from({ length: 40 }, (_, i) => last - (39 - i) * MINUTE_MS);
  return times.flatMap((timeMs) => [
    ...['a', 'b'].flatMap((cluster) => raw(cluster, timeMs)),
    ...(timeMs >= recordedSince ? recorded(timeMs - 20_000) : []),
  ]);
}
