import { afterAll, beforeAll, beforeEach, describe, expect, test } from 'vitest';
import type { Check } from '../../../src/domain/check.ts';
import { MINUTE_MS } from '../../../src/domain/reading.ts';
import { finalMinute } from '../../../src/sources/minutes.ts';
import { chunksOf, clusterGroups, windowsOf } from '../../../src/sources/prometheus/chunks.ts';
import { LIMITS } from '../../../src/sources/prometheus/limits.ts';
import { createPrometheusSource } from '../../../src/sources/prometheus/prometheus-source.ts';
import { alerts, checks, seriesOf } from '../fixtures/signals.ts';
import { healthy, type StoreDouble, startStoreDouble } from '../fixtures/store-double.ts';

const last = finalMinute(Date.now(), 45_000);
const minutes = (count: number) => ({ from: last - (count - 1) * MINUTE_MS, to: last });
const clusters = (count: number) => Array.from({ length: count }, (_, i) => `prod-eu-central-1-${i}`);

let store: StoreDouble;
beforeAll(async () => {
  store = await startStoreDouble(healthy());
});
beforeEach(() => {
  store.questions.length = 0;
});
afterAll(() => store[Symbol.asyncDispose]());

function source(of: readonly Check[], liveFallback = true) {
  return createPrometheusSource({
    name: 'store',
    url: store.url,
    checks: of,
    series: seriesOf(of),
    alertNames: alerts.map(({ name }) => name),
    timeoutMs: 10_000,
    liveFallback,
  });
}

/** So many signals: the ones of the fixture again and again under other names. */
function signals(count: number): readonly Check[] {
  return Array.from({ length: count }, (_, i): Check => {
    const check = checks[i % checks.length] as Check;
    const signal = `${check.signal}-${i}`;
    if (!('series' in check)) return { ...check, signal };
    const series = check.series.map((one) => ({ ...one, key: one.key.replace(check.signal, signal) }));
    return { ...check, signal, series };
  });
}

describe('number of questions', () => {
  const sizes = [1, 10, 500].flatMap((fleet) => [3, 30].map((watched) => [fleet, watched] as const));

  test.each(sizes)('a look at %d clusters and %d signals is five questions', async (fleet, watched) => {
    const seen = await source(signals(watched)).observe(clusters(fleet), minutes(10), Date.now());
    expect(seen.counts.size).toBe(fleet);
    expect(store.questions).toHaveLength(5);
  });

  test.each(sizes)(
    'with a baseline to evaluate live, %d clusters and %d signals are six',
    async (fleet, watched) => {
      await source(signals(watched)).observe(clusters(fleet), minutes(30), Date.now());
      expect(store.questions).toHaveLength(6);
    },
  );

  test('nothing is evaluated live where it is off', async () => {
    await source(checks, false).observe(['a'], minutes(120), Date.now());
    expect(store.questions).toHaveLength(5);
  });

  test('without clusters only the clock is asked, without alerts not the alerts', async () => {
    await source(checks).observe([], minutes(10), Date.now());
    expect(store.questions.map(({ form }) => form.get('query'))).toEqual(['time()']);
  });
});

describe('limits of a question', () => {
  const total = (parts: readonly { clusters: readonly string[]; window: { from: number; to: number } }[]) =>
    parts.reduce(
      (sum, { clusters, window }) =>
        sum + (clusters.length * (window.to - window.from + MINUTE_MS)) / MINUTE_MS,
      0,
    );

  test.each([
    [1, 40, 60, 1],
    [500, 40, 30, 1],
    [500, 40, 2880, 58],
    [10_000, 40, 5, 20],
    [40_000, 100, 1, 200],
    [3, 1, 30_000, 3],
  ])(
    '%d clusters of %d series and %d minutes are %d chunks, each minute of each cluster in one',
    (count, series, length, chunks) => {
      const parts = chunksOf(clusters(count), minutes(length), series);
      expect(parts).toHaveLength(chunks);
      expect(total(parts)).toBe(count * length);
      for (const part of parts) {
        const points = (part.window.to - part.window.from) / MINUTE_MS + 1;
        expect(points).toBeLessThanOrEqual(LIMITS.pointsPerSeries);
        expect(points * series * part.clusters.length).toBeLessThanOrEqual(LIMITS.pointsPerAnswer);
        expect(series * part.clusters.length).toBeLessThanOrEqual(LIMITS.seriesPerAnswer);
      }
    },
  );

  test('a name longer than a matcher may be still stands alone', () => {
    const long = 'x'.repeat(LIMITS.matcherChars);
    expect(clusterGroups(['a', long, 'b'])).toEqual([['a'], [long], ['b']]);
  });

  test('windows follow each other without gap and without overlap', () => {
    const parts = windowsOf(minutes(25), 10);
    expect(parts.map(({ from, to }) => (to - from) / MINUTE_MS + 1)).toEqual([10, 10, 5]);
    expect(parts.map(({ from }) => from).slice(1)).toEqual(
      parts.slice(0, -1).map(({ to }) => to + MINUTE_MS),
    );
    expect(parts[0]?.from).toBe(minutes(25).from);
  });

  test('a fleet that needs several questions is answered whole', async () => {
    const fleet = clusters(3000);
    store.behave = (response, question) => {
      // The first and the last cluster, each only where it is asked for.
      const asked = question.form.get('query') ?? '';
      const own = ['prod-eu-central-1-0', 'prod-eu-central-1-2999'].filter((name) =>
        new RegExp(`["|]${name}["|]`).test(asked),
      );
      const series = own.map((cluster) => ({
        metric: { __name__: 'tidegate:signal_value', signal: 'api-inflight', cluster },
        values: [[last / 1000, '7']],
      }));
      healthy(series)(response, question);
    };
    const seen = await source(checks).observe(fleet, minutes(1), Date.now());
    const value = [{ minute: last, reading: { is: 'value', value: 7 } }];
    expect(seen.values.get('prod-eu-central-1-0')?.get('api-inflight')).toEqual(value);
    expect(seen.values.get('prod-eu-central-1-2999')?.get('api-inflight')).toEqual(value);
    expect(store.questions).toHaveLength(1 + 3 * 3 + 3);
  });
});
