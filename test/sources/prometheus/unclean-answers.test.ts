import { describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/domain/reading.ts';
import type { Observation } from '../../../src/sources/signal-source.ts';
import { last, sourceOf, storeForEachTest, window } from '../fixtures/doubled-source.ts';
import { dnsErrors, nodesReady } from '../fixtures/signals.ts';
import { type Behaviour, healthy, json } from '../fixtures/store-double.ts';

const use = storeForEachTest();

const sample = (name: string, signal: string, value: string, more: object = {}) => ({
  metric: { __name__: `tidegate:signal_${name}`, cluster: 'a', signal, ...more },
  values: [[last / 1000, value]],
});
const lastReading = (seen: Observation, map: 'counts' | 'items' | 'values', key: string) =>
  seen[map].get('a')?.get(key)?.at(-1)?.reading;

describe('an answer that is not clean', () => {
  test.each(['NaN', '+Inf', '-Inf', '-1'])(
    '%s is unknown, wherever a count or a level is read',
    async (text) => {
      use.store.behave = healthy([
        sample('exposure:increase1m', 'dns-errors', text),
        sample('exposure:increase1m', 'oom-kills', '1'),
        sample('events:increase1m', 'oom-kills', text),
        sample('among', 'nodes-ready', '40'),
        sample('bad', 'nodes-ready', text),
        sample('value', 'api-inflight', text),
      ]);
      const seen = await sourceOf(use.store).observe(['a'], window, Date.now());
      const unknown = {
        is: 'unknown',
        cause: expect.stringContaining(String(Number(text.replace('Inf', 'Infinity')))),
      };
      expect(lastReading(seen, 'counts', 'dns-errors')).toEqual(unknown);
      expect(lastReading(seen, 'counts', 'oom-kills')).toEqual(unknown);
      expect(lastReading(seen, 'items', 'nodes-ready')).toEqual(unknown);
      // A level may be negative, a count may not.
      expect(lastReading(seen, 'values', 'api-inflight')).toEqual(
        text === '-1' ? { is: 'value', value: -1 } : unknown,
      );
    },
  );

  test('an answer with warnings is partial where it has a number, unknown where it has none', async () => {
    const series = [
      sample('exposure:increase1m', 'dns-errors', '100'),
      sample('exposure:increase1m', 'oom-kills', '0'),
      sample('value', 'api-inflight', '7'),
    ];
    use.store.behave = healthy(series, { warnings: ['store eu-1 is away'] });
    const seen = await sourceOf(use.store).observe(['a'], window, Date.now());
    const cause = "the store's answer is incomplete: store eu-1 is away";
    expect(lastReading(seen, 'counts', 'dns-errors')).toEqual({
      is: 'partial',
      value: { events: 0, exposure: 100 },
      cause,
    });
    expect(lastReading(seen, 'values', 'api-inflight')).toEqual({ is: 'partial', value: 7, cause });
    expect(lastReading(seen, 'counts', 'oom-kills')).toEqual({ is: 'unknown', cause });
    expect(lastReading(seen, 'items', 'nodes-ready')).toEqual({ is: 'unknown', cause });
    expect(seen.alerts).toEqual({ is: 'partial', value: [], cause });
  });

  test('infos are about style and change nothing', async () => {
    use.store.behave = healthy([sample('value', 'api-inflight', '7')], { infos: ['a name'], warnings: [] });
    const seen = await sourceOf(use.store).observe(['a'], window, Date.now());
    expect(lastReading(seen, 'values', 'api-inflight')).toEqual({ is: 'value', value: 7 });
  });

  test('two series for one number are unknown where both have the minute', async () => {
    const twice = (replica: string) => ({
      ...sample('value', 'api-inflight', '7', { replica }),
      values: [...(replica === 'b' ? [[last / 1000 - 60, '7']] : []), [last / 1000, '7']],
    });
    use.store.behave = healthy([twice('a'), twice('b')]);
    const row = (await sourceOf(use.store).observe(['a'], window, Date.now())).values
      .get('a')
      ?.get('api-inflight');
    expect(row?.map(({ reading }) => reading)).toEqual([
      { is: 'no-data' },
      { is: 'value', value: 7 },
      {
        is: 'unknown',
        cause: expect.stringMatching(/tidegate:signal_value of api-inflight has two samples/),
      },
    ]);
  });

  test('of two evaluations in one minute the last one counts', async () => {
    const again = sample('value', 'api-inflight', '7');
    use.store.behave = healthy([
      {
        ...again,
        values: [
          [last / 1000 - 59.5, '1'],
          [last / 1000 - 0.5, '2'],
        ],
      },
    ]);
    const seen = await sourceOf(use.store).observe(['a'], window, Date.now());
    expect(lastReading(seen, 'values', 'api-inflight')).toEqual({ is: 'value', value: 2 });
  });

  test('when one question fails, the others still count', async () => {
    const series = [sample('among', 'nodes-ready', '40'), sample('exposure:increase1m', 'dns-errors', '100')];
    use.store.behave = (response, question) => {
      const isEvents = question.form.get('query')?.includes('signal_events') ?? false;
      (isEvents ? json({ status: 'error', error: 'too heavy' }, 422) : healthy(series))(response, question);
    };
    const seen = await sourceOf(use.store, { checks: [dnsErrors, nodesReady] }).observe(
      ['a'],
      window,
      Date.now(),
    );
    expect(lastReading(seen, 'counts', 'dns-errors')).toEqual({
      is: 'unknown',
      cause: expect.stringMatching(/422 too heavy$/),
    });
    expect(lastReading(seen, 'items', 'nodes-ready')).toEqual({ is: 'value', value: { bad: 0, among: 40 } });
    expect(seen.alerts).toEqual({ is: 'value', value: [] });
  });
});

describe('live expressions that fail', () => {
  const half = { from: last - 29 * MINUTE_MS, to: last };
  const refuseLive: Behaviour = (response, question) => {
    const isLive = question.path.endsWith('/query_range');
    const series = [sample('value', 'api-inflight', '7')];
    (isLive ? json({ status: 'error', error: 'too many samples' }, 422) : healthy(series))(
      response,
      question,
    );
  };

  test('minutes before the first record are unknown, later ones are not', async () => {
    use.store.behave = refuseLive;
    const seen = await sourceOf(use.store, { liveFallback: true }).observe(['a'], half, Date.now());
    const row = seen.values
      .get('a')
      ?.get('api-inflight')
      ?.map(({ reading }) => reading);
    const unknown = { is: 'unknown', cause: expect.stringMatching(/422 too many samples$/) };
    expect(row).toEqual([...Array.from({ length: 29 }, () => unknown), { is: 'value', value: 7 }]);
    expect(lastReading(seen, 'counts', 'dns-errors')).toEqual(unknown);
  });

  test('a store that failed already is not asked for more', async () => {
    use.store.behave = json({ status: 'error', error: 'overloaded' }, 503);
    await sourceOf(use.store, { liveFallback: true }).observe(['a'], half, Date.now());
    expect(use.store.questions.filter(({ path }) => path.endsWith('/query_range'))).toEqual([]);
  });
});
