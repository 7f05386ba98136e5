import { afterEach, beforeEach, describe, expect, test } from 'vitest';
import { ConflictError } from '../../src/domain/errors.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { createOtelTracing } from '../../src/telemetry/otel-tracing.ts';
import { traceFetch } from '../../src/telemetry/trace-fetch.ts';
import { traceGateMetrics, traceLook } from '../../src/telemetry/trace-gate.ts';
import { traceQuery } from '../../src/telemetry/trace-source.ts';
import { NO_TRACING, type TraceSettings, type Tracing } from '../../src/telemetry/tracing.ts';
import { MetricsPage } from '../support/metrics-page.ts';
import { type SentSpan, startTraceReceiver, type TraceReceiver } from './support/trace-receiver.ts';

let receiver: TraceReceiver;
beforeEach(async () => {
  receiver = await startTraceReceiver();
});
afterEach(() => receiver[Symbol.asyncDispose]());

function startTracing(settings: Partial<TraceSettings> = {}): Tracing {
  const url = `${receiver.url}/v1/traces`;
  return createOtelTracing(
    { url, protocol: 'http/json', sampler: 'parentbased_always_on', ratio: 1, parent: {}, ...settings },
    {
      service: 'a-service',
      version: '1.2.3',
      patienceMs: 5_000,
      warn: (fields, message) => {
        throw new Error(`${message}: ${JSON.stringify(fields)}`);
      },
    },
  );
}

/** The spans of what was traced; all of them are there when the tracing has stopped. */
async function sent(tracing: Tracing): Promise<readonly SentSpan[]> {
  await tracing.stop();
  return receiver.spans;
}

describe('spans', () => {
  test('nest along the asynchronous call, side by side too', async () => {
    const tracing = startTracing();
    await tracing.inSpan('outer', {}, async () => {
      await Promise.all(['left', 'right'].map((name) => tracing.inSpan(name, {}, async () => undefined)));
    });

    const spans = await sent(tracing);

    const outer = spans.find(({ name }) => name === 'outer');
    const inner = spans.filter(({ name }) => name !== 'outer');
    expect(outer).toMatchObject({ service: 'a-service', parentSpanId: undefined });
    expect(inner.map(({ parentSpanId }) => parentSpanId)).toEqual([outer?.spanId, outer?.spanId]);
    expect(new Set(spans.map(({ traceId }) => traceId)).size).toBe(1);
  });

  test('hold the code of what was thrown, and the caller gets it all the same', async () => {
    const tracing = startTracing();
    const error = new ConflictError('run/digest-mismatch', 'another digest is open');
    const failing = tracing.inSpan('ask', {}, async () => {
      throw error;
    });

    await expect(failing).rejects.toBe(error);
    expect(await sent(tracing)).toMatchObject([
      { failed: true, message: 'another digest is open', facts: { 'error.type': 'run/digest-mismatch' } },
    ]);
  });

  test('can turn out to be about nothing', async () => {
    const tracing = startTracing();
    await tracing.inSpan('nothing', {}, async (span) => span.discard());
    await tracing.inSpan('something', {}, async () => undefined);

    expect((await sent(tracing)).map(({ name }) => name)).toEqual(['something']);
  });

  test('can begin a trace of their own inside another one', async () => {
    const tracing = startTracing();
    await tracing.inSpan('request', {}, () =>
      tracing.inSpan('look', { parent: 'none' }, async () => undefined),
    );

    const [look, request] = await sent(tracing);

    expect(look).toMatchObject({ name: 'look', parentSpanId: undefined });
    expect(look?.traceId).not.toBe(request?.traceId);
  });

  test('take no trace from a header that is not one', async () => {
    const tracing = startTracing();
    await tracing.inSpan('request', { parent: { traceparent: '00-xyz-1-01' } }, async () => undefined);

    expect(await sent(tracing)).toMatchObject([{ parentSpanId: undefined }]);
  });

  test('are those of OTEL_SERVICE_NAME, where it is set', async () => {
    const before = process.env['OTEL_SERVICE_NAME'];
    process.env['OTEL_SERVICE_NAME'] = 'gate-of-team-a';
    try {
      const tracing = startTracing();
      await tracing.inSpan('a', {}, async () => undefined);

      expect(await sent(tracing)).toMatchObject([{ service: 'gate-of-team-a' }]);
    } finally {
      if (before === undefined) delete process.env['OTEL_SERVICE_NAME'];
      else process.env['OTEL_SERVICE_NAME'] = before;
    }
  });
});

describe('sampling', () => {
  const unsampled = { traceparent: '00-0af7651916cd43dd8448eb211c80319c-b7ad6b7169203331-00' };

  test.each([
    ['nothing of always_off', { sampler: 'always_off' }, {}, 0],
    ['nothing of a share of 0', { sampler: 'traceidratio', ratio: 0 }, {}, 0],
    ['everything of a share of 1', { sampler: 'parentbased_traceidratio', ratio: 1 }, {}, 1],
    ['nothing that the caller does not keep', { sampler: 'parentbased_always_on' }, unsampled, 0],
    ['what the caller does not keep, when told to', { sampler: 'always_on' }, unsampled, 1],
  ] as const)('keeps %s', async (_name, settings, parent, count) => {
    const tracing = startTracing(settings);
    await tracing.inSpan('a', { parent }, async () => undefined);

    expect(await sent(tracing)).toHaveLength(count);
  });

  test('a trace that is not kept is still handed on as such', async () => {
    const tracing = startTracing();
    await tracing.inSpan('a', { parent: unsampled }, async () => {
      expect(tracing.headers()['traceparent']).toMatch(
        /^00-0af7651916cd43dd8448eb211c80319c-[0-9a-f]{16}-00$/,
      );
    });
    await tracing.stop();
  });
});

test('log lines inside a span name it, others name none', async () => {
  const tracing = startTracing();
  const lines: string[] = [];
  const log = createLog('info', { write: (line) => void lines.push(line) }, tracing.logFields);
  log.info({}, 'outside');
  await tracing.inSpan('a', {}, async () => log.info({ run: 'r1' }, 'inside'));

  const [span] = await sent(tracing);

  const [outside, inside] = lines.map((line) => JSON.parse(line) as Record<string, unknown>);
  expect(outside).not.toHaveProperty('trace_id');
  expect(inside).toMatchObject({ run: 'r1', trace_id: span?.traceId, span_id: span?.spanId });
});

test('a query is a span of what asked it, as long as it took, and fails with the cause', async () => {
  const tracing = startTracing();
  const url = new URL('https://store.example/prom');
  const query = { source: 'fleet', subject: 'events', seconds: 0.25 };
  traceQuery(tracing, url, { ...query, outcome: 'answered' });
  await tracing.inSpan('observe', {}, async () => {
    traceQuery(tracing, url, { ...query, outcome: 'partial' });
    traceQuery(tracing, url, { ...query, outcome: 'failed', cause: 'the store answered 503' });
  });

  const queries = (await sent(tracing)).filter(({ name }) => name === 'query events');

  expect(queries).toMatchObject([
    { failed: false, facts: { 'tidegate.query.outcome': 'partial', 'server.port': 443 } },
    { failed: true, message: 'the store answered 503', facts: { 'error.type': 'source/query' } },
  ]);
  for (const { seconds } of queries) expect(seconds).toBeCloseTo(0.25, 3);
});

test('a request is a span, and fails with its status or with what went wrong', async () => {
  await using page = await MetricsPage.start('up 1\n');
  const tracing = startTracing();
  const asked = traceFetch(tracing, '/metrics');
  const response = await asked(page.url);
  expect(await response.text()).toBe('up 1\n');
  await asked(`${receiver.url}/nothing`);
  await expect(asked('http://127.0.0.1:1/')).rejects.toThrow();

  expect(await sent(tracing)).toMatchObject([
    { name: 'GET /metrics', kind: 'client', failed: false, facts: { 'http.response.status_code': 200 } },
    { failed: true, facts: { 'http.response.status_code': 415, 'error.type': '415' } },
    { failed: true, facts: { 'error.type': 'TypeError' } },
  ]);
});

test('a look in which a run failed has failed, and one without runs is none', async () => {
  const tracing = startTracing();
  const quiet = () => undefined;
  const told: number[] = [];
  const metrics = traceGateMetrics(
    {
      answered: quiet,
      changed: quiet,
      looked: ({ runs }) => void told.push(runs),
      held: () => undefined,
      blind: quiet,
      auditHead: quiet,
    },
    tracing,
  );
  const around = traceLook(tracing);
  await around(async () => metrics.looked({ durationMs: 1, runs: 0, failed: 0 }));
  await around(async () => metrics.looked({ durationMs: 1, runs: 3, failed: 1 }));

  expect(await sent(tracing)).toMatchObject([
    {
      failed: true,
      facts: { 'tidegate.run.count': 3, 'tidegate.run.failed': 1, 'error.type': 'look/failed' },
    },
  ]);
  expect(told).toEqual([0, 3]);
});

test('without tracing the work is done all the same', async () => {
  const around = traceLook(NO_TRACING);
  const done: string[] = [];
  await around(async () => void done.push('look'));
  const failing = NO_TRACING.inSpan('a', {}, async () => {
    throw new Error('as it is');
  });

  await expect(failing).rejects.toThrow('as it is');
  expect(done).toEqual(['look']);
  expect({ ...NO_TRACING.headers(), ...NO_TRACING.logFields() }).toEqual({});
});
