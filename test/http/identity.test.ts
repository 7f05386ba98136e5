import { createHash } from 'node:crypto';
import { request } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { suiteResources } from '../support/resources.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const TOKEN = 'correct-horse';
const tokenSha256 = createHash('sha256').update(TOKEN).digest('hex');
const publicUrl = 'https://gate.example.org';
const bearer = { authorization: `Bearer ${TOKEN}` };

const resources = suiteResources();
let app: TestApp;

beforeEach(async () => {
  const identify = createIdentity({ tokenSha256, readers: 'identified', publicUrl, now: () => 0 });
  app = resources.use(await startApp({ identify }));
});

const ACTS = ['/v1/verdicts', '/v1/runs/run-1/override', '/v1/runs/run-1/retry', '/v1/webhooks/alertmanager'];
const READS = [
  '/',
  '/clusters',
  '/v1/runs',
  '/v1/runs/run-1',
  '/v1/runs/run-1/evidence',
  '/v1/runs/run-1/verdict.txt',
  '/v1/audit',
  '/v1/rollouts',
  '/v1/rollouts/platform-bom/sha256:ab',
  '/v1/clusters',
  '/v1/clusters/prod-1',
  '/runs/run-1',
  '/rollouts',
  '/rollouts/platform-bom/sha256:ab',
  '/clusters/prod-1',
  '/metrics',
];
const OPEN = [
  '/healthz',
  '/readyz',
  '/openapi.json',
  '/catalogue',
  '/runbooks',
  '/runbooks/CoreDnsLatencyHigh',
];

describe('with a token configured', () => {
  test.each([...ACTS.map((path) => ['POST', path]), ...READS.map((path) => ['GET', path])])(
    '%s %s is 401 without it and with a wrong one, before the body is read',
    async (method = '', path) => {
      const init = { method, ...(method === 'POST' && { body: '{ no JSON' }) };
      const missing = await call(`${app.url}${path}`, init);
      const wrong = await call(`${app.url}${path}`, { ...init, headers: { authorization: 'Bearer wr0ng' } });

      expect(missing).toMatchObject({ status: 401, body: { code: 'identity/missing' } });
      expect(missing.headers.get('www-authenticate')).toMatch(/^Bearer realm=/);
      expect(wrong).toMatchObject({ status: 401, body: { code: 'identity/refused' } });
      expect(wrong.text + app.lines.join('')).not.toContain('wr0ng');
    },
  );

  test.each(READS)('GET %s is answered with it', async (path) => {
    expect((await call(`${app.url}${path}`, { headers: bearer })).status).toBe(200);
  });

  test.each(OPEN)('GET %s needs none', async (path) => {
    expect((await call(`${app.url}${path}`)).status).toBe(200);
  });

  test('whoever has it may act, in its name', async () => {
    const json = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc', phase: 'PostSync' };

    expect((await call(`${app.url}/v1/verdicts`, { json, headers: bearer })).status).toBe(200);
    expect(app.gate.asked).toMatchObject([{ by: 'token' }]);
    expect(app.lines.join('')).not.toContain(TOKEN);
  });

  test('refusals are audited once a minute and address, and counted all', async () => {
    for (let n = 0; n < 20; n += 1) await call(`${app.url}/v1/runs?cluster=secret`);

    expect(app.gate.recorded).toEqual([
      {
        kind: 'refused',
        actor: expect.stringContaining('127.0.0.1'),
        data: { code: 'identity/missing', method: 'GET', path: '/v1/runs', unreported: 0 },
      },
    ]);
    expect(await app.metrics.exposition()).toContain(
      'tidegate_identity_refusals_total{code="identity/missing"} 20',
    );
  });

  test('a refusal that can not be audited is still a refusal', async () => {
    app.gate.trouble = new UnavailableError('store/full', 'disk full');

    expect((await call(`${app.url}/v1/runs`)).status).toBe(401);
    expect(app.lines.join('')).toContain('a refusal could not be audited');
  });

  test('a runbook keeps what it knows of the cluster from strangers', async () => {
    const url = `${app.url}/runbooks/CoreDnsLatencyHigh?cluster=prod-1`;

    const stranger = await call(url);
    const known = await call(url, { headers: bearer });

    expect(stranger).toMatchObject({ status: 200, text: expect.stringContaining('Meaning') });
    expect(stranger.text).not.toMatch(/3\.1 %|platform-bom|Wave/);
    expect(known.text).toContain('3.1 %');
  });
});

test('public readers read everything and act on nothing', async () => {
  const identify = createIdentity({ tokenSha256, readers: 'public', publicUrl, now: () => 0 });
  await using open = await startApp({ identify });

  for (const path of READS) expect((await call(`${open.url}${path}`)).status).toBe(200);
  for (const path of ACTS) expect((await call(`${open.url}${path}`, { json: {} })).status).toBe(401);
});

test('without a token a page of another origin is refused by the name it calls us', async () => {
  await using open = await startApp({ now: () => NOW });
  const { port } = new URL(open.url);

  const status = await new Promise<number | undefined>((resolve, reject) => {
    const headers = { host: `evil.example:${port}` };
    request({ host: '127.0.0.1', port, path: '/v1/runs', headers }, (answer) => {
      answer.resume();
      resolve(answer.statusCode);
    })
      .on('error', reject)
      .end();
  });

  expect(status).toBe(403);
  expect(open.gate.recorded).toMatchObject([{ kind: 'refused', data: { code: 'identity/host' } }]);
});

describe('with tokens of their own', () => {
  const sha256 = (text: string) => createHash('sha256').update(text).digest('hex');
  const identify = createIdentity({
    tokens: [
      { name: 'prod-1-hook', kind: 'hook', sha256: sha256('hook'), clusters: ['prod-1'] },
      { name: 'two-hook', kind: 'hook', sha256: sha256('two'), clusters: ['prod-1', 'prod-2'] },
      { name: 'alice', kind: 'person', sha256: sha256('alice'), apps: ['other-app'] },
      { name: 'alerts', kind: 'webhook', sha256: sha256('alerts'), clusters: ['prod-1'] },
    ],
    readers: 'identified',
    publicUrl,
    now: () => NOW,
  });
  const ask = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc', phase: 'PostSync' };
  let own: TestApp;
  const post = (path: string, token: string, json: unknown) =>
    call(`${own.url}${path}`, { json, headers: { authorization: `Bearer ${token}` } });

  beforeEach(async () => {
    own = resources.use(await startApp({ identify }));
  });

  test('a hook asks for its cluster, named or not', async () => {
    const { cluster: _, ...unnamed } = ask;

    expect((await post('/v1/verdicts', 'hook', ask)).status).toBe(200);
    expect((await post('/v1/verdicts', 'hook', unnamed)).status).toBe(200);
    expect(own.gate.asked).toMatchObject([
      { cluster: 'prod-1', by: 'prod-1-hook' },
      { cluster: 'prod-1', by: 'prod-1-hook' },
    ]);
    expect(await post('/v1/verdicts', 'two', unnamed)).toMatchObject({
      status: 422,
      body: { code: 'input/missing-field', field: 'cluster' },
    });
  });

  test('a hook can neither ask for another cluster nor decide; each try is audited with its name', async () => {
    const tries = [
      await post('/v1/verdicts', 'hook', { ...ask, cluster: 'prod-2' }),
      await post('/v1/runs/run-1/override', 'hook', { verdict: 'go', reason: 'trust me' }),
    ];

    expect(tries.map(({ status, body }) => [status, body?.['code']])).toEqual([
      [403, 'identity/scope'],
      [403, 'identity/right'],
    ]);
    expect(own.gate.asked).toEqual([]);
    expect(own.gate.recorded).toMatchObject([
      { kind: 'refused', data: { code: 'identity/scope', caller: 'prod-1-hook', path: '/v1/verdicts' } },
      { kind: 'refused', data: { code: 'identity/right', caller: 'prod-1-hook' } },
    ]);
  });

  test('a person decides about its apps only, and in its own name', async () => {
    const word = { verdict: 'go', reason: 'looked at it' };

    expect((await post('/v1/runs/run-1/override', 'alice', word)).body).toMatchObject({
      code: 'identity/scope',
    });
    expect(
      (await post('/v1/runs/run-1/retry', 'alice', { reason: 'again', actor: 'bob' })).body,
    ).toMatchObject({
      code: 'identity/actor',
    });
  });

  test('a webhook that is bound pushes its own clusters only, and an alert without a cluster pushes those', async () => {
    const alerts = (...clusters: readonly (string | undefined)[]) => ({
      alerts: clusters.map((cluster) => ({ labels: { alertname: 'X', ...(cluster && { cluster }) } })),
    });
    const path = '/v1/webhooks/alertmanager';

    expect((await post(path, 'alerts', alerts('prod-1', 'prod-2'))).body).toEqual({
      clusters: ['prod-1'],
      unknown: ['prod-2'],
    });
    expect((await post(path, 'alerts', alerts(undefined))).body).toEqual({
      clusters: ['prod-1'],
      unknown: [],
    });
    expect((await post(path, 'alerts', alerts('prod-2'))).body).toEqual({
      clusters: [],
      unknown: ['prod-2'],
    });
    expect(own.gate.nudged).toEqual([['prod-1'], ['prod-1']]);
  });
});
