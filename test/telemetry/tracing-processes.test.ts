import { once } from 'node:events';
import { createServer } from 'node:net';
import { describe, expect, test } from 'vitest';
import { healthy, startStoreDouble } from '../sources/fixtures/store-double.ts';
import { freePort, portOf } from '../support/free-port.ts';
import { TempDir } from '../support/temp-dir.ts';
import { childrenOf, type SentSpan, startTraceReceiver } from './support/trace-receiver.ts';
import { startTracedGate, startTracedHook, TOKEN, traceVariables } from './support/traced-gate.ts';

const PIPELINE = { trace: '0af7651916cd43dd8448eb211c80319c', span: 'b7ad6b7169203331' };

/** The only span of a name among the children; its own children hang below it. */
function child(parent: SentSpan, name: string, spans: readonly SentSpan[]): SentSpan {
  const named = childrenOf(parent, spans).filter((span) => span.name === name);
  expect(named.map((span) => span.name)).toEqual([name]);
  return named[0] as SentSpan;
}

describe('a hook and a gate that send traces', () => {
  test('make one trace, from the pipeline through hook, request and ask to each query', async () => {
    using dir = new TempDir();
    await using store = await startStoreDouble(healthy());
    await using receiver = await startTraceReceiver();
    const env = traceVariables(receiver.url);
    await using gate = await startTracedGate({ dir, storeUrl: store.url, env });
    store.questions.length = 0;
    const parent = { TRACEPARENT: `00-${PIPELINE.trace}-${PIPELINE.span}-01` };
    await using hook = await startTracedHook(gate.url, ['pre-sync', '--on-hold', 'fail'], {
      dir,
      env: { ...env, ...parent },
    });

    expect((await hook.exited).code).toBe(43);
    const spans = await receiver.until((all) => {
      const own = all.filter(({ traceId }) => traceId === PIPELINE.trace);
      return own.some(({ name, service }) => name === 'POST /v1/verdicts' && service === 'tidegate')
        ? own
        : undefined;
    });

    const root = spans.find(({ name }) => name === 'hook pre-sync') as SentSpan;
    expect(root).toMatchObject({
      service: 'tidegate-hook',
      parentSpanId: PIPELINE.span,
      failed: false,
      facts: {
        'tidegate.app': 'platform-bom',
        'tidegate.cluster': 'prod-1',
        'tidegate.phase': 'PreSync',
        'tidegate.verdict': 'hold',
        'tidegate.reason': 'baseline/stale',
        'tidegate.hook.end': 'hold',
        'process.exit.code': 43,
      },
    });
    const request = child(root, 'POST /v1/verdicts', spans);
    expect(request).toMatchObject({
      service: 'tidegate-hook',
      kind: 'client',
      facts: { 'http.response.status_code': 200, 'url.full': `${gate.url}/v1/verdicts?wait=0` },
    });
    const server = child(request, 'POST /v1/verdicts', spans);
    expect(server).toMatchObject({
      service: 'tidegate',
      kind: 'server',
      facts: {
        'http.request.method': 'POST',
        'http.route': '/v1/verdicts',
        'http.response.status_code': 200,
      },
    });
    const ask = child(server, 'ask', spans);
    expect(ask.facts).toMatchObject({ 'tidegate.cluster': 'prod-1', 'tidegate.reason': 'baseline/stale' });
    const observation = child(ask, 'observe', spans);
    expect(observation.facts).toMatchObject({ 'tidegate.clusters': ['prod-1'], 'tidegate.minute.count': 5 });
    const queries = childrenOf(observation, spans);
    expect(queries.map(({ name }) => name).sort()).toEqual([
      'query alerts',
      'query clock',
      'query events',
      'query exposure',
      'query states',
    ]);
    for (const query of queries) {
      expect(query).toMatchObject({
        kind: 'client',
        facts: {
          'tidegate.query.outcome': 'answered',
          'tidegate.source': 'fleet',
          'server.address': '127.0.0.1',
        },
      });
      expect(query.seconds).toBeGreaterThan(0);
      expect(query.seconds).toBeLessThanOrEqual(observation.seconds);
    }
    // The store can join the trace, too.
    const asked = store.questions.map(({ headers }) => headers['traceparent']);
    expect(asked).toContain(`00-${PIPELINE.trace}-${observation.spanId}-01`);
    const audited = gate.process.stderr
      .split('\n')
      .find((line) => line.includes('"msg":"audited"') && !line.includes('"kind":"config"'));
    expect(JSON.parse(audited ?? '{}')).toMatchObject({ trace_id: PIPELINE.trace, span_id: ask.spanId });
    expect(JSON.stringify(receiver.bodies)).not.toContain(TOKEN);
  });

  test('tell of a look as a trace of its own, and of nothing where nothing was looked at', async () => {
    using dir = new TempDir();
    await using store = await startStoreDouble(healthy());
    await using receiver = await startTraceReceiver();
    const env = traceVariables(receiver.url);
    await using gate = await startTracedGate({ dir, storeUrl: store.url, env });
    await using hook = await startTracedHook(gate.url, ['post-sync', '--mode', 'register'], { dir, env });
    expect((await hook.exited).code).toBe(0);
    await nudge(gate.url);

    const spans = await receiver.until(
      (all) => (all.some(({ name }) => name === 'look') ? all : undefined),
      25_000,
    );

    const looks = spans.filter(({ name }) => name === 'look');
    for (const look of looks) {
      expect(look).toMatchObject({
        parentSpanId: undefined,
        facts: { 'tidegate.run.count': 1, 'tidegate.run.failed': 0 },
      });
      const observation = child(look, 'observe', spans);
      // No minute has become final since the sync, so structure and alerts is all there is to see.
      const queries = childrenOf(observation, spans).map(({ name }) => name);
      expect(queries).toEqual(expect.arrayContaining(['query clock', 'query alerts']));
    }
    const ask = spans.find(({ name }) => name === 'ask');
    expect(ask?.events).toEqual([
      {
        name: 'run changed',
        facts: expect.objectContaining({ 'tidegate.run.state': 'settling', 'tidegate.cluster': 'prod-1' }),
      },
    ]);
    const probes = spans.filter(({ facts }) => ['/readyz', '/metrics'].includes(String(facts['url.path'])));
    expect(probes).toEqual([]);
  });
});

async function nudge(gateUrl: string): Promise<void> {
  const response = await fetch(`${gateUrl}/v1/webhooks/alertmanager`, {
    method: 'POST',
    headers: { 'content-type': 'application/json', authorization: `Bearer ${TOKEN}` },
    body: JSON.stringify({ alerts: [{ labels: { cluster: 'prod-1' } }] }),
  });
  expect(response.ok).toBe(true);
}

describe.each([
  [
    'refuses connections',
    async () => ({ url: `http://127.0.0.1:${await freePort()}`, close: async () => undefined }),
  ],
  ['never answers', silentReceiver],
] as const)('with a receiver that %s', (_what, startReceiver) => {
  test('hook and gate work, say so once, and end in time with their own exit code', async () => {
    using dir = new TempDir();
    await using store = await startStoreDouble(healthy());
    const receiver = await startReceiver();
    const env = traceVariables(receiver.url);
    try {
      await using gate = await startTracedGate({ dir, storeUrl: store.url, env });
      const hookStartedAt = performance.now();
      await using hook = await startTracedHook(gate.url, ['pre-sync', '--on-hold', 'fail'], { dir, env });

      expect((await hook.exited).code).toBe(43);
      // Less than a second of it is patience; the rest is the start of a process on a busy machine.
      expect(performance.now() - hookStartedAt).toBeLessThan(6_000);
      expect(hook.stderr.match(/traces could not be sent/g)).toHaveLength(1);
      const toldAt = performance.now();
      // With the spans of the ask still to be sent.
      expect(await gate.process.stop(10_000)).toEqual({ code: 0, signal: null });
      expect(performance.now() - toldAt).toBeLessThan(4_000);
      expect(gate.process.stderr.match(/traces could not be sent/g)).toHaveLength(1);
      expect(gate.process.stderr).toContain('"level":"warn"');
    } finally {
      await receiver.close();
    }
  });
});

/** Takes connections and never says a word. */
async function silentReceiver() {
  const server = createServer((socket) => {
    socket.on('error', () => socket.destroy());
  }).listen(0, '127.0.0.1');
  await once(server, 'listening');
  return {
    url: `http://127.0.0.1:${portOf(server)}`,
    async close() {
      server.close();
    },
  };
}

describe('without an endpoint in the environment', () => {
  // Prints what is loaded of OpenTelemetry beyond the API, which the metrics bring along.
  const watch = `data:text/javascript,${encodeURIComponent(`
    import { registerHooks } from 'node:module';
    registerHooks({ load(url, context, next) {
      const found = /@opentelemetry\\/(?!api\\/)([a-z-]+)/.exec(url);
      if (found) process.stderr.write('loaded ' + found[1] + '\\n');
      return next(url, context);
    } });
  `)}`;

  test.each([
    ['nothing of the SDK is loaded and no request carries a trace', undefined, []],
    ['the same hook with one loads it, and does', 'http://127.0.0.1:9', ['sdk-trace']],
  ])('%s', async (_what, endpoint, loaded) => {
    using dir = new TempDir();
    await using store = await startStoreDouble(healthy());
    const env = traceVariables(endpoint);
    await using gate = await startTracedGate({ dir, storeUrl: store.url, env });
    await using hook = await startTracedHook(gate.url, ['pre-sync', '--on-hold', 'fail'], { dir, env }, [
      '--import',
      watch,
    ]);

    expect((await hook.exited).code).toBe(43);
    expect([...hook.stderr.matchAll(/^loaded (sdk-trace)$/gm)].map(([, name]) => name).slice(0, 1)).toEqual(
      loaded,
    );
    const carried = store.questions.filter(({ headers }) => 'traceparent' in headers);
    expect(carried.length > 0).toBe(endpoint !== undefined);
  });
});
