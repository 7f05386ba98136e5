import { spawnSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { SCRIPT_PATH } from '../../src/http/pages/script.ts';
import { STYLE_PATH } from '../../src/http/pages/style.ts';
import type { ReadinessPorts } from '../../src/http/readiness.ts';
import { ReadinessView } from '../../src/http/view-schemas.ts';
import { describeWith, toolPath } from '../support/tool.ts';
import { call, NOW, startApp } from './start-app.ts';

const ready: ReadinessPorts = {
  storeWritable: async () => undefined,
  lastLookAt: () => NOW - 20_000,
  maxLookAgeMs: 60_000,
  sources: async () => [{ name: 'fleet', reachable: true }],
};

test.each([
  [
    'all is well',
    {},
    200,
    { ready: true, store: { ok: true }, look: { ok: true, at: '2026-11-23T12:29:40.000Z' } },
  ],
  [
    'the ledger can not be written',
    { storeWritable: () => Promise.reject(new UnavailableError('store/full', 'disk full')) },
    503,
    { ready: false, store: { ok: false, cause: 'disk full' } },
  ],
  ['nobody has looked yet', { lastLookAt: () => undefined }, 503, { ready: false, look: { ok: false } }],
  [
    'nobody has looked for long',
    { lastLookAt: () => NOW - 61_000 },
    503,
    { look: { ok: false, cause: 'the last look ended 61 s ago; one is due every 60 s at least' } },
  ],
  [
    'a source is down, which makes verdicts hold and the gate no less ready',
    { sources: async () => [{ name: 'fleet', reachable: false, cause: 'HTTP 503' }] },
    200,
    { ready: true, sources: [{ name: 'fleet', reachable: false, cause: 'HTTP 503' }] },
  ],
  [
    'the sources can not be asked',
    { sources: () => Promise.reject(new Error('broken')) },
    200,
    { ready: true, sources: [{ reachable: false, cause: 'broken' }] },
  ],
  [
    'the ledger hangs',
    { storeWritable: () => new Promise<void>(() => undefined) },
    503,
    { store: { ok: false, cause: 'the store did not answer within 2 s' } },
  ],
])('readiness when %s', async (_when, ports, status, body) => {
  await using app = await startApp({ readiness: { ...ready, ...ports } });

  const answer = await call(`${app.url}/readyz`);

  expect(answer.status).toBe(status);
  expect(ReadinessView.parse(answer.body)).toMatchObject(body);
});

test('health is told whatever the state of the rest', async () => {
  await using app = await startApp({ readiness: { ...ready, lastLookAt: () => undefined } });
  app.gate.trouble = new Error('broken');

  expect(await call(`${app.url}/healthz`)).toMatchObject({ status: 200, text: 'ok' });
});

test('the first page says what waits for what, shows the fleet, and leads on', async () => {
  await using app = await startApp();

  const { text } = await call(`${app.url}/`);

  for (const path of [
    '/v1/runs',
    '/v1/audit',
    '/runbooks',
    '/clusters',
    '/rollouts',
    '/openapi.json',
    '/readyz',
    '/metrics',
  ]) {
    expect(text).toContain(`<a href="${path}">`);
    expect((await call(`${app.url}${path}`)).status).toBe(200);
  }
  expect(text).toContain('aria-label="prod-1: ');
  expect(text.match(/<script[^>]*>/g)).toEqual([`<script src="${SCRIPT_PATH}" defer>`]);
});

test('the stylesheet follows the choice of light or dark and may be kept for ever', async () => {
  await using app = await startApp();

  const { text, headers } = await call(`${app.url}${STYLE_PATH}`);

  expect(text).toContain('prefers-color-scheme: dark');
  expect(headers.get('content-type')).toBe('text/css; charset=utf-8');
  expect(headers.get('cache-control')).toContain('immutable');
});

describeWith(['promtool'], 'the metrics page', () => {
  test('is an exposition that Prometheus reads, with the requests by route', async () => {
    await using app = await startApp();
    await call(`${app.url}/v1/runs/run-1`);
    await call(`${app.url}/v1/runs/run-2`);
    await call(`${app.url}/nowhere/at/all`);

    const { headers, text } = await call(`${app.url}/metrics`);

    expect(headers.get('content-type')).toBe('text/plain; version=0.0.4; charset=utf-8');
    expect(text).toContain('tidegate_http_requests_total{method="GET",route="/v1/runs/{id}",status="200"} 1');
    expect(text).toContain('tidegate_http_requests_total{method="GET",route="/v1/runs/{id}",status="404"} 1');
    expect(text).toContain('tidegate_http_requests_total{method="GET",route="",status="404"} 1');
    const { stderr, status } = spawnSync(toolPath('promtool'), ['check', 'metrics'], {
      input: text,
      encoding: 'utf8',
    });
    // 3 is a matter of style in the process metrics of the library; 1 would be an exposition that can't be read.
    expect([0, 3]).toContain(status);
    expect(stderr).not.toContain('error while');
  });
});
