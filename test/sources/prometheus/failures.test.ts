import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../../src/domain/reading.ts';
import { finalMinute } from '../../../src/sources/minutes.ts';
import type { AskedQuestion } from '../../../src/sources/prometheus/client.ts';
import { LIMITS } from '../../../src/sources/prometheus/limits.ts';
import {
  createPrometheusSource,
  type PrometheusSourceOptions,
} from '../../../src/sources/prometheus/prometheus-source.ts';
import type { Observation } from '../../../src/sources/signal-source.ts';
import { freePort } from '../../support/free-port.ts';
import { alerts, checks, dnsErrors, nodesReady, seriesOf } from '../fixtures/signals.ts';
import {
  type Behaviour,
  healthy,
  json,
  type StoreDouble,
  startStoreDouble,
} from '../fixtures/store-double.ts';

const last = finalMinute(Date.now(), 45_000);
const window = { from: last - 2 * MINUTE_MS, to: last };

let store: StoreDouble;
beforeEach(async () => {
  store = await startStoreDouble(healthy());
});
afterEach(() => store[Symbol.asyncDispose]());

function source(options: Partial<PrometheusSourceOptions> = {}) {
  return createPrometheusSource({
    name: 'store',
    url: store.url,
    checks,
    series: seriesOf(checks),
    alertNames: alerts.map(({ name }) => name),
    timeoutMs: 10_000,
    liveFallback: false,
    ...options,
  });
}

const readings = (seen: Observation) =>
  [seen.counts, seen.items, seen.values].flatMap((map) =>
    [...map.values()].flatMap((rows) => [...rows.values()].flat().map(({ reading }) => reading)),
  );

/** Everything is unknown for this cause, and nothing was left out. */
function expectUnknown(seen: Observation, cause: RegExp): void {
  const all = readings(seen);
  expect(all).toHaveLength(2 * 7 * 3);
  for (const reading of [...all, seen.alerts]) {
    expect(reading).toEqual({ is: 'unknown', cause: expect.stringMatching(cause) });
  }
}

const html: Behaviour = (response) => {
  response.writeHead(200, { 'content-type': 'text/html' }).end('<!doctype html><title>Sign in</title>');
};

const failures: readonly [name: string, behaviour: Behaviour, cause: RegExp][] = [
  [
    'a refused question',
    json({ status: 'error', errorType: 'bad_data', error: `parse error: ${'x'.repeat(9000)}` }, 400),
    /answered 400 bad_data: parse error: x{200,300}\.\.\.$/,
  ],
  ['too many requests', (response) => response.writeHead(429).end('slow down'), /answered 429 slow down$/],
  [
    'an overloaded store',
    json({ status: 'error', errorType: 'timeout', error: 'query timed out' }, 503),
    /503 timeout: /,
  ],
  [
    'a broken gateway',
    (response) => response.writeHead(502).end('<html>Bad Gateway</html>'),
    /502 an HTML page$/,
  ],
  ['a login page', html, /HTML page instead of JSON/],
  [
    'a login page that does not say so',
    (response) => response.writeHead(200, { 'content-type': 'application/json' }).end('\n<html></html>'),
    /HTML page instead of JSON/,
  ],
  [
    'a redirect',
    (response) => response.writeHead(302, { location: 'https://login.example.com/?token=secret' }).end(),
    /redirects to https:\/\/login\.example\.com\/; set the url/,
  ],
  [
    'JSON that is cut off',
    (response) => response.writeHead(200).end('{"status":"success","data":{"resultType":"matrix","resu'),
    /truncated or malformed \(55 characters\)/,
  ],
  [
    'a connection that breaks in the middle',
    (response) => {
      response.writeHead(200, { 'content-length': '1000' }).write('{"status":');
      setImmediate(() => response.destroy());
    },
    /closed|reset|terminated/i,
  ],
  ['an empty answer', (response) => response.writeHead(200).end(), /truncated or malformed \(0 characters\)/],
  ['null', json(null), /no (scalar|vector|matrix) of the Prometheus query API/],
  [
    'JSON of another API',
    json({ status: 'success', data: { items: [] } }),
    /no \w+ of the Prometheus query API/,
  ],
  [
    'an answer without numbers',
    json({ status: 'success', data: { resultType: 'scalar', result: [1, 'soon'] } }),
    /no \w+ of the Prometheus query API/,
  ],
  [
    'an error that calls itself 200',
    json({ status: 'error', errorType: 'execution', error: 'too many samples' }),
    /with an error: execution: too many samples$/,
  ],
  [
    'an answer without end',
    (response) => {
      response.writeHead(200);
      const block = Buffer.alloc(1024 * 1024, 'x');
      const pump = () => {
        while (!response.destroyed && response.write(block));
        if (!response.destroyed) response.once('drain', pump);
      };
      pump();
    },
    new RegExp(`more than ${LIMITS.answerBytes} bytes`),
  ],
];

describe('a store that fails', () => {
  test.each(failures)(
    '%s is unknown in every minute of every series, and of the alerts',
    async (_, behave, cause) => {
      store.behave = behave;
      expectUnknown(await source().observe(['a', 'b'], window, Date.now()), cause);
      expect(await source().health(Date.now())).toEqual({
        reachable: false,
        cause: expect.stringMatching(cause),
      });
    },
  );

  test('nobody listening', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expectUnknown(await source({ url }).observe(['a', 'b'], window, Date.now()), /ECONNREFUSED/);
  });

  test('no answer in time, and half of one', async () => {
    store.behave = () => undefined;
    expectUnknown(
      await source({ timeoutMs: 50 }).observe(['a', 'b'], window, Date.now()),
      /no whole answer within 50 ms/,
    );
    store.behave = (response) => void response.writeHead(200).write('{');
    expectUnknown(
      await source({ timeoutMs: 50 }).observe(['a', 'b'], window, Date.now()),
      /no whole answer within 50 ms/,
    );
  });

  test('no credentials to ask with', async () => {
    const headers = () => Promise.reject(new Error('the token file is gone'));
    expectUnknown(
      await source({ headers }).observe(['a', 'b'], window, Date.now()),
      /the token file is gone$/,
    );
    expect(store.questions).toHaveLength(0);
  });

  test('the message never holds the query string of the url', async () => {
    store.behave = json({}, 500);
    const seen = await source({ url: `${store.url}/?key=secret` }).observe(['a'], window, Date.now());
    expect(JSON.stringify(readings(seen))).not.toContain('secret');
  });

  test.each(['http://me:secret@127.0.0.1', 'ftp://127.0.0.1', 'store'])(
    'the url %s is refused at once',
    (url) => {
      expect(() => source({ url })).toThrow(/source store has 1 problem:\n {2}url: (?!.*secret)/);
    },
  );
});

describe('a store with the wrong time', () => {
  test.each([
    [-31_000, 'behind'],
    [31_000, 'ahead of'],
  ])('%d ms off is unknown everywhere, as clock skew', async (offset, side) => {
    // The store is right; we are wrong by the same amount the other way.
    const ours = Date.now() - offset;
    const seen = await source().observe(['a', 'b'], window, ours);
    expectUnknown(seen, new RegExp(`^clock-skew: the store's clock is 3[0-2] s ${side} ours`));
    const health = await source().health(ours);
    expect(health).toMatchObject({ reachable: true, cause: expect.stringMatching(/^clock-skew: /) });
    expect(Math.abs((health.skewMs ?? 0) - offset)).toBeLessThan(2000);
  });

  test('less is tolerated', async () => {
    const seen = await source().observe(['a'], window, Date.now() - 25_000);
    expect(seen.alerts).toEqual({ is: 'value', value: [] });
  });

  test('time that is not a number is skew', async () => {
    store.behave = json({ status: 'success', data: { resultType: 'scalar', result: [1, 'NaN'] } });
    expect(await source().health(Date.now())).toMatchObject({
      cause: expect.stringMatching(/^clock-skew: /),
    });
  });
});

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
      store.behave = healthy([
        sample('exposure:increase1m', 'dns-errors', text),
        sample('exposure:increase1m', 'oom-kills', '1'),
        sample('events:increase1m', 'oom-kills', text),
        sample('among', 'nodes-ready', '40'),
        sample('bad', 'nodes-ready', text),
        sample('value', 'api-inflight', text),
      ]);
      const seen = await source().observe(['a'], window, Date.now());
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
    store.behave = healthy(series, { warnings: ['store eu-1 is away'] });
    const seen = await source().observe(['a'], window, Date.now());
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
    store.behave = healthy([sample('value', 'api-inflight', '7')], { infos: ['a name'], warnings: [] });
    const seen = await source().observe(['a'], window, Date.now());
    expect(lastReading(seen, 'values', 'api-inflight')).toEqual({ is: 'value', value: 7 });
  });

  test('two series for one number are unknown where both have the minute', async () => {
    const twice = (replica: string) => ({
      ...sample('value', 'api-inflight', '7', { replica }),
      values: [...(replica === 'b' ? [[last / 1000 - 60, '7']] : []), [last / 1000, '7']],
    });
    store.behave = healthy([twice('a'), twice('b')]);
    const row = (await source().observe(['a'], window, Date.now())).values.get('a')?.get('api-inflight');
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
    store.behave = healthy([
      {
        ...again,
        values: [
          [last / 1000 - 59.5, '1'],
          [last / 1000 - 0.5, '2'],
        ],
      },
    ]);
    const seen = await source().observe(['a'], window, Date.now());
    expect(lastReading(seen, 'values', 'api-inflight')).toEqual({ is: 'value', value: 2 });
  });

  test('when one question fails, the others still count', async () => {
    const series = [sample('among', 'nodes-ready', '40'), sample('exposure:increase1m', 'dns-errors', '100')];
    store.behave = (response, question) => {
      const isEvents = question.form.get('query')?.includes('signal_events') ?? false;
      (isEvents ? json({ status: 'error', error: 'too heavy' }, 422) : healthy(series))(response, question);
    };
    const seen = await source({ checks: [dnsErrors, nodesReady] }).observe(['a'], window, Date.now());
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
    store.behave = refuseLive;
    const seen = await source({ liveFallback: true }).observe(['a'], half, Date.now());
    const row = seen.values
      .get('a')
      ?.get('api-inflight')
      ?.map(({ reading }) => reading);
    const unknown = { is: 'unknown', cause: expect.stringMatching(/422 too many samples$/) };
    expect(row).toEqual([...Array.from({ length: 29 }, () => unknown), { is: 'value', value: 7 }]);
    expect(lastReading(seen, 'counts', 'dns-errors')).toEqual(unknown);
  });

  test('a store that failed already is not asked for more', async () => {
    store.behave = json({ status: 'error', error: 'overloaded' }, 503);
    await source({ liveFallback: true }).observe(['a'], half, Date.now());
    expect(store.questions.filter(({ path }) => path.endsWith('/query_range'))).toEqual([]);
  });
});

describe('what goes out', () => {
  test('headers go with every question, and those who sign see what is sent', async () => {
    const signed: string[] = [];
    await source({
      headers: ({ url, body }) => {
        signed.push(`${url.pathname} ${new URLSearchParams(body).get('query')?.slice(0, 7)}`);
        return { authorization: 'Bearer t', 'x-scope-orgid': 'fleet' };
      },
    }).observe(['a'], window, Date.now());
    expect(signed.sort()).toEqual([
      '/api/v1/query ALERTS{',
      '/api/v1/query time()',
      '/api/v1/query {__name',
      '/api/v1/query {__name',
      '/api/v1/query {__name',
    ]);
    expect(store.questions.map(({ headers }) => [headers.authorization, headers['x-scope-orgid']])).toEqual(
      Array.from({ length: 5 }, () => ['Bearer t', 'fleet']),
    );
  });

  test('a path of the url is kept', async () => {
    await source({ url: `${store.url}/workspaces/ws-1/` }).health(Date.now());
    expect(store.questions.map(({ path }) => path)).toEqual(['/workspaces/ws-1/api/v1/query']);
  });

  test('every question is told with its outcome', async () => {
    const asked: AskedQuestion[] = [];
    store.behave = healthy([], { warnings: ['incomplete'] });
    await source({ onQuestion: (question) => asked.push(question) }).observe(['a'], window, Date.now());
    store.behave = json({}, 500);
    await source({ onQuestion: (question) => asked.push(question) }).health(Date.now());
    const told = asked.map(({ subject, outcome }) => `${subject} ${outcome}`).sort();
    expect(told).toEqual([
      'alerts partial',
      'clock answered',
      'clock failed',
      'events partial',
      'exposure partial',
      'states partial',
    ]);
    expect(asked.every(({ source, seconds }) => source === 'store' && seconds >= 0)).toBe(true);
  });
});
