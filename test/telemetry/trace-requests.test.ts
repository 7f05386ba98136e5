import { once } from 'node:events';
import { request as httpRequest } from 'node:http';
import { expect, test } from 'vitest';
import { UnavailableError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createOtelTracing } from '../../src/telemetry/otel-tracing.ts';
import { call, startApp } from '../http/start-app.ts';
import { startTraceReceiver } from './support/trace-receiver.ts';

const PARENT = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

/** What became of the requests of `work`, as spans and as log lines. */
async function traced(work: (app: Awaited<ReturnType<typeof startApp>>) => Promise<void>) {
  await using receiver = await startTraceReceiver();
  const tracing = createOtelTracing(
    {
      url: `${receiver.url}/v1/traces`,
      protocol: 'http/json',
      sampler: 'parentbased_always_on',
      ratio: 1,
      parent: {},
    },
    { service: 'tidegate', version: '1.2.3', patienceMs: 5_000, warn: () => undefined },
  );
  const lines: Record<string, unknown>[] = [];
  const log = createLog('debug', { write: (line) => void lines.push(JSON.parse(line)) }, tracing.logFields);
  {
    await using app = await startApp({ tracing, log });
    await work(app);
  }
  await tracing.stop();
  return { spans: receiver.spans, lines };
}

test('a request continues the trace of its caller, under the template of its route', async () => {
  const traceparent = `00-${PARENT.trace}-${PARENT.span}-01`;
  const { spans, lines } = await traced(async ({ url }) => {
    await call(`${url}/v1/runs/run-1?secret=hunter2`, { headers: { traceparent } });
  });

  expect(spans).toMatchObject([
    {
      traceId: PARENT.trace,
      parentSpanId: PARENT.span,
      name: 'GET /v1/runs/{id}',
      kind: 'server',
      failed: false,
      facts: { 'http.route': '/v1/runs/{id}', 'url.path': '/v1/runs/run-1', 'url.scheme': 'http' },
    },
  ]);
  expect(JSON.stringify(spans)).not.toContain('hunter2');
  expect(lines.find(({ msg }) => msg === 'answered')).toMatchObject({
    trace_id: PARENT.trace,
    span_id: spans[0]?.spanId,
  });
});

test('an unknown path does not name its span, and is no failure of the gate', async () => {
  const { spans } = await traced(async ({ url }) => {
    await call(`${url}/wp-admin`);
    await call(`${url}/wp-admin`, { method: 'PROPFIND' });
  });

  expect(spans).toMatchObject([
    { name: 'GET', failed: false, facts: { 'http.response.status_code': 404 } },
    { name: '_OTHER', facts: { 'http.request.method': '_OTHER' } },
  ]);
});

test('what fails in the gate fails its span, and the log line leads to it', async () => {
  const { spans, lines } = await traced(async ({ url, gate }) => {
    gate.trouble = new UnavailableError('store/full', 'the disk is full');
    await call(`${url}/v1/runs`);
  });

  expect(spans).toMatchObject([
    { failed: true, facts: { 'http.response.status_code': 503, 'error.type': '503' } },
  ]);
  expect(lines.find(({ msg }) => msg === 'failed')).toMatchObject({ span_id: spans[0]?.spanId });
});

test('a caller who goes before the answer ends the span without a status', async () => {
  const { spans } = await traced(async ({ url, gate }) => {
    const body = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc', phase: 'PostSync' };
    const request = httpRequest(`${url}/v1/verdicts?wait=30`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    const failed = once(request, 'error');
    request.end(JSON.stringify(body));
    await once(gate.events, 'waiting');
    const gone = once(gate.events, 'gone');
    request.destroy(new Error('gone'));
    await Promise.all([failed, gone]);
  });

  expect(spans).toMatchObject([
    { name: 'POST /v1/verdicts', failed: false, facts: { 'error.type': 'http/client-gone' } },
  ]);
  expect(spans[0]?.facts).not.toHaveProperty('http.response.status_code');
});

test('probes and scrapes are left out', async () => {
  const { spans } = await traced(async ({ url }) => {
    for (const path of ['/metrics', '/healthz', '/readyz']) await call(`${url}${path}`);
    await call(`${url}/openapi.json`);
  });

  expect(spans.map(({ name }) => name)).toEqual(['GET /openapi.json']);
});
