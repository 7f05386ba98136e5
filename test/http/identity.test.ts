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
  const identify = createIdentity({ tokenSha256, readers: 'identified', publicUrl });
  app = resources.use(await startApp({ identify }));
});

const ACTS = ['/v1/verdicts', '/v1/runs/run-1/override', '/v1/runs/run-1/retry', '/v1/webhooks/alertmanager'];
const READS = [
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
const OPEN = ['/', '/healthz', '/readyz', '/openapi.json', '/runbooks', '/runbooks/CoreDnsLatencyHigh'];

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
  const identify = createIdentity({ tokenSha256, readers: 'public', publicUrl });
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
