import type { ServerResponse } from 'node:http';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isTidegateError } from '../../src/domain/errors.ts';
import { fetchKeys } from '../../src/identity/key-fetch.ts';
import { createKeySet, KEY_TIMES, type KeySet } from '../../src/identity/key-set.ts';
import { type Issuer, type SigningKey, signingKey, startIssuer } from '../support/issuer.ts';
import { suiteResources } from '../support/resources.ts';

const MINUTE = 60_000;
const HOUR = 60 * MINUTE;
const resources = suiteResources();
let [old, next]: SigningKey[] = [];
let issuer: Issuer;
let keys: KeySet;
let now: number;

beforeAll(async () => {
  [old, next] = [await signingKey('old'), await signingKey('next')];
});

beforeEach(async () => {
  now = 0;
  issuer = resources.use(await startIssuer([jwkOf(old)]));
  keys = createKeySet({ issuer: issuer.url }, { now: () => now });
});

function jwkOf(key: SigningKey | undefined) {
  if (key === undefined) throw new Error('the keys of this test were not made');
  return key.jwk;
}

async function has(kid: string, set = keys): Promise<string> {
  try {
    await set.key(kid);
    return 'known';
  } catch (error) {
    if (isTidegateError(error)) return error.code;
    throw error;
  }
}

const fetches = () => issuer.asked.filter((path) => path === '/keys').length;
const UNREACHABLE = 'identity/issuer-unreachable';
const UNKNOWN = 'identity/unknown-key';

describe('keys are fetched', () => {
  test('at first use and again when their time is over', async () => {
    issuer.cacheControl = 'public, max-age=7200';
    expect(await has('old')).toBe('known');
    now = 2 * HOUR - 1;
    expect(await has('old')).toBe('known');
    expect(fetches()).toBe(1);

    now = 2 * HOUR;
    expect(await has('old')).toBe('known');
    expect(fetches()).toBe(2);
  });

  test.each([
    ['max-age=0', MINUTE],
    ['max-age=999999999', 24 * HOUR],
    ['no-cache', HOUR],
    [undefined, HOUR],
  ])('with cache-control %j after %i ms', async (cacheControl, lifetime) => {
    issuer.cacheControl = cacheControl;
    await has('old');
    now = lifetime - 1;
    await has('old');
    expect(fetches()).toBe(1);
    now = lifetime;
    await has('old');
    expect(fetches()).toBe(2);
  });

  test('once for many who ask at once', async () => {
    const answers = await Promise.all(Array.from({ length: 50 }, () => has('old')));

    expect(new Set(answers)).toEqual(new Set(['known']));
    expect(fetches()).toBe(1);
  });

  test('for an unknown id at most once a minute, however many come', async () => {
    await has('old');
    now = MINUTE;
    expect(await has('made-up')).toBe(UNKNOWN);
    // It can't be said that there is no such key: nobody looked.
    for (let n = 0; n < 20; n += 1) expect(await has(`made-up-${n}`)).toBe(UNREACHABLE);
    expect(await has('old')).toBe('known');
    expect(fetches()).toBe(2);
  });
});

test('a rotation in mid-soak: the new key is taken at once, the old one until it is withdrawn', async () => {
  issuer.cacheControl = 'max-age=3600';
  await has('old');
  now = 20 * MINUTE;
  issuer.keys = [jwkOf(old), jwkOf(next)];
  expect([await has('next'), await has('old')]).toEqual(['known', 'known']);

  issuer.keys = [jwkOf(next)];
  now += HOUR;
  expect([await has('next'), await has('old')]).toEqual(['known', UNREACHABLE]);
  now += MINUTE;
  expect(await has('old')).toBe(UNKNOWN);
});

describe('while the issuer is down', () => {
  const down = (_request: unknown, response: ServerResponse) => response.writeHead(500).end();

  test('its last keys are good for a day', async () => {
    await has('old');
    issuer.answering = down;
    now = KEY_TIMES.keptInOutage;
    expect(await has('old')).toBe('known');
    now += 1;
    expect(await has('old')).toBe(UNREACHABLE);
  });

  test('it is asked once a minute, and comes back by itself', async () => {
    await has('old');
    issuer.answering = down;
    now = HOUR;
    for (let n = 0; n < 20; n += 1) expect(await has('old')).toBe('known');
    expect(fetches()).toBe(2);
    // A new key can't be told from a made-up one now.
    expect(await has('next')).toBe(UNREACHABLE);

    issuer.answering = undefined;
    issuer.keys = [jwkOf(next)];
    now += MINUTE;
    expect(await has('next')).toBe('known');
  });

  test('and was never read, nobody is let in and nobody is refused for good', async () => {
    issuer.answering = down;
    expect(await has('old')).toBe(UNREACHABLE);
    issuer.answering = undefined;
    expect(await has('old')).toBe(UNREACHABLE);
    now = KEY_TIMES.betweenFirstFetches;
    expect(await has('old')).toBe('known');
  });

  test.each([429, 503])('and throttles with %i, it is left alone as long as it says', async (status) => {
    await has('old');
    issuer.answering = (_request, response) => response.writeHead(status, { 'retry-after': '600' }).end();
    now = HOUR;
    expect(await has('old')).toBe('known');
    now += 10 * MINUTE - 1;
    expect(await has('old')).toBe('known');
    expect(fetches()).toBe(2);
    now += 1;
    await has('old');
    expect(fetches()).toBe(3);
  });
});

describe('an answer is no key set', () => {
  const send = (body: string) => (_request: unknown, response: ServerResponse) => response.end(body);

  test.each<[string, (request: unknown, response: ServerResponse) => unknown]>([
    ['when it is no JSON', send('<html>')],
    ['when it is something else', send('[]')],
    ['when it has no keys', send('{"keys": []}')],
    ['when it has keys without end', send(JSON.stringify({ keys: Array.from({ length: 101 }, () => ({})) }))],
    ['when it is huge', send(`{"keys": [${' '.repeat(300 * 1024)}]}`)],
    [
      'when it ends in the middle',
      (_request, response) =>
        response.writeHead(200, { 'content-length': '100' }).write('{"keys"', () => response.destroy()),
    ],
    [
      'when it leads elsewhere',
      (_request, response) => response.writeHead(302, { location: `${issuer.url}/elsewhere` }).end(),
    ],
  ])('%s', async (_what, answering) => {
    issuer.answering = answering;
    expect(await has('old')).toBe(UNREACHABLE);
    expect(issuer.asked).not.toContain('/elsewhere');
  });

  test('when it does not come in time', async () => {
    issuer.answering = (_request, response) => response.writeHead(200).write('{"keys": [');
    const limits = { timeoutMs: 50, maxBytes: 1000 };

    await expect(fetchKeys(new URL(`${issuer.url}/keys`), { issuer: issuer.url }, limits)).rejects.toThrow(
      /did not answer within 50 ms/,
    );
  });
});

test('keys that are too short, for another use, or private, are left out', async () => {
  const { d } = await import('jose').then(({ exportJWK }) => exportJWK((next as SigningKey).privateKey));
  issuer.keys = [
    jwkOf(old),
    { ...jwkOf(next), kid: 'encrypts', use: 'enc' },
    { ...jwkOf(next), kid: 'other-algorithm', alg: 'RS512' },
    { ...jwkOf(next), kid: 'published-secret', ...(d && { d }) },
    { kty: 'oct', kid: 'shared', k: 'c2VjcmV0' },
    { kty: 'RSA', kid: 'short', n: 'u'.repeat(171), e: 'AQAB' },
  ];
  expect(await has('old')).toBe('known');
  for (const kid of ['encrypts', 'other-algorithm', 'published-secret', 'shared', 'short']) {
    now += MINUTE;
    expect(await has(kid)).toBe(UNKNOWN);
  }
});

describe('where the keys are', () => {
  test.each([
    ['another issuer', { issuer: 'https://evil.example' }],
    ['keys on another origin', { jwks_uri: 'https://evil.example/keys' }],
    ['keys without encryption', { jwks_uri: 'http://example.org/keys' }],
    ['keys in a file', { jwks_uri: 'file:///etc/passwd' }],
    ['no keys', { jwks_uri: undefined }],
  ])('is not taken from a document of %s', async (_what, discovery) => {
    issuer.discovery = discovery;
    expect(await has('old')).toBe(UNREACHABLE);
    expect(fetches()).toBe(0);
  });

  test('may be configured, then nothing is discovered', async () => {
    const own = createKeySet(
      { issuer: 'https://inside.example', jwksUri: `${issuer.url}/keys` },
      { now: () => now },
    );

    expect(await has('old', own)).toBe('known');
    expect(issuer.asked).toEqual(['/keys']);
  });

  test('is never an address without encryption beyond loopback', async () => {
    const own = createKeySet({ issuer: 'http://10.0.0.1:9' }, { now: () => now });
    expect(await has('old', own)).toBe(UNREACHABLE);
  });
});

test('every attempt is told', async () => {
  const told: unknown[] = [];
  const own = createKeySet({ issuer: issuer.url }, { now: () => now, onFetch: (fetch) => told.push(fetch) });
  await has('old', own);
  issuer.answering = (_request, response) => response.writeHead(503).end();
  now = HOUR;
  await has('old', own);

  expect(told).toEqual([{ issuer: issuer.url }, { issuer: issuer.url, cause: expect.any(Error) }]);
});
