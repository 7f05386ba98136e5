import { describe, expect, test } from 'vitest';
import { LIMITS } from '../../../src/sources/prometheus/limits.ts';
import type { Observation } from '../../../src/sources/signal-source.ts';
import { freePort } from '../../support/free-port.ts';
import { readingsOf, sourceOf, storeForEachTest, window } from '../fixtures/doubled-source.ts';
import { type Behaviour, json } from '../fixtures/store-double.ts';

const use = storeForEachTest();

/** Everything is unknown for this cause, and nothing was left out. */
function expectUnknown(seen: Observation, cause: RegExp): void {
  const all = readingsOf(seen);
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
      use.store.behave = behave;
      expectUnknown(await sourceOf(use.store).observe(['a', 'b'], window, Date.now()), cause);
      expect(await sourceOf(use.store).health(Date.now())).toEqual({
        reachable: false,
        cause: expect.stringMatching(cause),
      });
    },
  );

  test('nobody listening', async () => {
    const url = `http://127.0.0.1:${await freePort()}`;
    expectUnknown(await sourceOf(use.store, { url }).observe(['a', 'b'], window, Date.now()), /ECONNREFUSED/);
  });

  test('no answer in time, and half of one', async () => {
    use.store.behave = () => undefined;
    expectUnknown(
      await sourceOf(use.store, { timeoutMs: 50 }).observe(['a', 'b'], window, Date.now()),
      /no whole answer within 50 ms/,
    );
    use.store.behave = (response) => void response.writeHead(200).write('{');
    expectUnknown(
      await sourceOf(use.store, { timeoutMs: 50 }).observe(['a', 'b'], window, Date.now()),
      /no whole answer within 50 ms/,
    );
  });

  test('no credentials to ask with', async () => {
    const headers = () => Promise.reject(new Error('the token file is gone'));
    expectUnknown(
      await sourceOf(use.store, { headers }).observe(['a', 'b'], window, Date.now()),
      /the token file is gone$/,
    );
    expect(use.store.questions).toHaveLength(0);
  });

  test('the message never holds the query string of the url', async () => {
    use.store.behave = json({}, 500);
    const seen = await sourceOf(use.store, { url: `${use.store.url}/?key=secret` }).observe(
      ['a'],
      window,
      Date.now(),
    );
    expect(JSON.stringify(readingsOf(seen))).not.toContain('secret');
  });

  test.each(['http://me:secret@127.0.0.1', 'ftp://127.0.0.1', 'store'])(
    'the url %s is refused at once',
    (url) => {
      expect(() => sourceOf(use.store, { url })).toThrow(
        /source store has 1 problem:\n {2}url: (?!.*secret)/,
      );
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
    const seen = await sourceOf(use.store).observe(['a', 'b'], window, ours);
    expectUnknown(seen, new RegExp(`^clock-skew: the store's clock is 3[0-2] s ${side} ours`));
    const health = await sourceOf(use.store).health(ours);
    expect(health).toMatchObject({ reachable: true, cause: expect.stringMatching(/^clock-skew: /) });
    expect(Math.abs((health.skewMs ?? 0) - offset)).toBeLessThan(2000);
  });

  test('less is tolerated', async () => {
    const seen = await sourceOf(use.store).observe(['a'], window, Date.now() - 25_000);
    expect(seen.alerts).toEqual({ is: 'value', value: [] });
  });

  test('time that is not a number is skew', async () => {
    use.store.behave = json({ status: 'success', data: { resultType: 'scalar', result: [1, 'NaN'] } });
    expect(await sourceOf(use.store).health(Date.now())).toMatchObject({
      cause: expect.stringMatching(/^clock-skew: /),
    });
  });
});
