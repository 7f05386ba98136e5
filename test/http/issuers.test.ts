import { beforeEach, expect, test } from 'vitest';
import { createLiveIdentity } from '../../src/cli/live-identity.ts';
import { createLiveInventory, type LiveInventory } from '../../src/config/live-inventory.ts';
import { createMetrics, type Metrics } from '../../src/telemetry/metrics.ts';
import { GOOD_CONFIG, parse } from '../config/config-text.ts';
import { type Issuer, type SigningKey, signingKey, startIssuer } from '../support/issuer.ts';
import { suiteResources } from '../support/resources.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const HOOK = 'system:serviceaccount:platform:tidegate-hook';
const CI = 'repo:example/platform:ref:refs/heads/main';
const ASK = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc', phase: 'PostSync' };
const MINUTE = 60_000;

const resources = suiteResources();
let key: SigningKey;
let prod: Issuer;
let system: Issuer;
let live: LiveInventory;
let metrics: Metrics;
let app: TestApp;
let now: number;

/** A configuration in which prod-1 has an issuer, and a CI system, too. */
function configWith(issuer: string, subject = HOOK) {
  return parse(`${GOOD_CONFIG.replace('name: prod-1,', `name: prod-1, issuer: '${issuer}',`)}
identity:
  hooks: {subjects: ['${subject}']}
  issuers: [{issuer: '${system.url}', subjects: ['${CI}'], apps: [platform-bom]}]
`);
}

beforeEach(async () => {
  now = NOW;
  key = await signingKey('first');
  prod = resources.use(await startIssuer([key.jwk]));
  system = resources.use(await startIssuer([key.jwk]));
  live = createLiveInventory(configWith(prod.url));
  metrics = createMetrics({ version: 'test' });
  const log = { warn: () => undefined };
  app = resources.use(
    await startApp({ identify: createLiveIdentity({ live, now: () => now, metrics, log }).identify }),
  );
});

const claims = (sub: string) => ({ sub, aud: 'tidegate', iat: now / 1000, exp: now / 1000 + 3600 });

async function ask(json: object, issuer = prod, by = key, sub = HOOK) {
  const headers = { authorization: `Bearer ${await issuer.sign(by, claims(sub))}` };
  const { status, body } = await call(`${app.url}/v1/verdicts`, { json, headers });
  return [status, body?.['code']];
}

test('a hook asks for its cluster, named or not; another one is refused and audited', async () => {
  const { cluster: _, ...unnamed } = ASK;

  expect(await ask(unnamed)).toEqual([200, undefined]);
  expect(await ask({ ...ASK, cluster: 'prod-2' })).toEqual([403, 'identity/scope']);
  expect(app.gate.asked).toMatchObject([{ cluster: 'prod-1', by: `prod-1:${HOOK}` }]);
  expect(app.gate.recorded).toMatchObject([
    { kind: 'refused', data: { code: 'identity/scope', caller: `prod-1:${HOOK}` } },
  ]);
});

test('who is proved to be somebody else is refused by name', async () => {
  const other = 'system:serviceaccount:shop:default';

  expect(await ask(ASK, prod, key, other)).toEqual([403, 'identity/subject']);
  expect(app.gate.recorded).toMatchObject([
    { kind: 'refused', data: { code: 'identity/subject', caller: `prod-1:${other}` } },
  ]);
});

test('a CI system asks before a sync, and never reports one', async () => {
  const asCi = (json: object) => ask(json, system, key, CI);

  expect(await asCi({ ...ASK, phase: 'PreSync' })).toEqual([200, undefined]);
  for (const phase of ['PostSync', 'SyncFail']) {
    expect(await asCi({ ...ASK, phase })).toEqual([403, 'identity/right']);
  }
  expect(await asCi({ ...ASK, phase: 'PreSync', app: 'live-only' })).toEqual([403, 'identity/scope']);
  expect(app.gate.asked).toHaveLength(1);
});

test('a rotation and an outage in mid-soak stop no hook', async () => {
  expect(await ask(ASK)).toEqual([200, undefined]);
  const next = await signingKey('next');
  now += 10 * MINUTE;
  prod.keys = [next.jwk];
  expect(await ask(ASK, prod, next)).toEqual([200, undefined]);

  prod.answering = (_request, response) => response.writeHead(429, { 'retry-after': '60' }).end();
  now += 120 * MINUTE;
  expect(await ask(ASK, prod, next)).toEqual([200, undefined]);
  expect(await metrics.exposition()).toMatch(
    new RegExp(`tidegate_issuer_key_failures_total\\{issuer="${prod.url}"\\} 1`),
  );
});

test('an issuer that can not be read is no answer, not a refusal for good', async () => {
  prod.answering = (_request, response) => response.writeHead(500).end();

  expect(await ask(ASK)).toEqual([503, 'identity/issuer-unreachable']);
  expect(app.gate.recorded).toMatchObject([
    { kind: 'refused', data: { code: 'identity/issuer-unreachable' } },
  ]);
});

test('while the fleet can not be read an unknown issuer is no answer, not a refusal for good', async () => {
  const other = resources.use(await startIssuer([key.jwk]));
  live.unreadable('secrets', 'the API server is down');
  expect(await ask(ASK, other)).toEqual([503, 'identity/issuers-unread']);
  expect(await ask(ASK)).toEqual([200, undefined]);

  live.unreadable('secrets', undefined);
  expect(await ask(ASK, other)).toEqual([401, 'identity/issuer']);
});

test('a new configuration holds from then on, and keys of issuers that stay are kept', async () => {
  expect(await ask(ASK)).toEqual([200, undefined]);
  live.replace(configWith(prod.url, 'system:serviceaccount:other:tidegate-hook'));
  expect(await ask(ASK)).toEqual([403, 'identity/subject']);
  expect(prod.asked.filter((path) => path === '/keys')).toHaveLength(1);

  // The cluster was made anew: the old issuer is retired.
  const anew = resources.use(await startIssuer([key.jwk]));
  live.replace(configWith(anew.url));
  expect(await ask(ASK)).toEqual([401, 'identity/issuer']);
  expect(await ask(ASK, anew)).toEqual([200, undefined]);
  const told = await metrics.exposition();
  expect(told).toContain(`tidegate_issuer_reachable{issuer="${anew.url}"} 1`);
  expect(told).not.toContain(`tidegate_issuer_reachable{issuer="${prod.url}"}`);
});
