import { once } from 'node:events';
import { request } from 'node:http';
import { beforeEach, describe, expect, test } from 'vitest';
import { ConflictError, UnavailableError } from '../../src/domain/errors.ts';
import { AnswerView } from '../../src/http/view-schemas.ts';
import { suiteResources } from '../support/resources.ts';
import { call, startApp, type TestApp } from './start-app.ts';

const ASK = { app: 'platform-bom', cluster: 'prod-1', revision: 'abc123', phase: 'PreSync' } as const;

const resources = suiteResources();
let gate: TestApp;
let url: string;

beforeEach(async () => {
  gate = resources.use(await startApp());
  url = `${gate.url}/v1/verdicts`;
});

test('an ask reaches the gate, and its answer is 200 as documented', async () => {
  const change = { components: ['dns', 'addon/karpenter'] };

  const { status, body } = await call(url, {
    json: { ...ASK, intent: 'change', digest: 'sha256:ab', change },
  });

  expect(status).toBe(200);
  expect(AnswerView.parse(body)).toMatchObject({ verdict: 'hold', reason: 'run/soaking', wave: 'prod' });
  expect(gate.gate.asked).toEqual([
    { ...ASK, intent: 'change', digest: 'sha256:ab', components: change.components, by: 'loopback' },
  ]);
  expect(await gate.metrics.exposition()).toContain(
    'tidegate_verdicts_total{app="platform-bom",verdict="hold"} 1',
  );
});

test('what a change brings reaches the gate apart from what it touches', async () => {
  const brings = { kubernetes: '1.35', addons: { karpenter: '1.6.0' }, nodes: '1.51.0' };

  await call(url, { json: { ...ASK, change: { components: ['nodes'], ...brings } } });

  expect(gate.gate.asked).toEqual([{ ...ASK, components: ['nodes'], change: brings, by: 'loopback' }]);
});

test('the verdict is the first field and without a space, and the text tells why, since when, who and where', async () => {
  const { text, body } = await call(url, { json: ASK });

  expect(text.startsWith('{"verdict":"hold","reason":"run/soaking",')).toBe(true);
  expect(body?.['text']).toBe(
    'hold (run/soaking): The gate is gathering evidence. Since 2026-11-23 12:00 UTC. Who can act: nobody has to: the gate decides. http://127.0.0.1/runs/run-1',
  );
});

test.each([
  ['go', 200],
  ['hold', 409],
  ['halt', 409],
  ['inconclusive', 409],
] as const)('asked strictly, %s is %d with the verdict in a header', async (verdict, status) => {
  gate.gate.verdict = verdict;

  const answer = await call(`${url}/strict`, { json: ASK });

  expect(answer.status).toBe(status);
  expect(answer.headers.get('x-gate-verdict')).toBe(verdict);
  expect(AnswerView.parse(answer.body)).toMatchObject({ verdict });
});

test('asked strictly, a contradiction and a gate that can not decide are no verdicts', async () => {
  gate.gate.trouble = new ConflictError('run/digest-mismatch', 'Another digest is open.');
  const contradiction = await call(`${url}/strict`, { json: ASK });
  gate.gate.trouble = new UnavailableError('store/busy', 'The ledger is away.');
  const away = await call(`${url}/strict`, { json: ASK });

  expect([contradiction.status, away.status]).toEqual([409, 503]);
  for (const { headers } of [contradiction, away]) {
    expect(headers.get('x-gate-verdict')).toBeNull();
    expect(headers.get('content-type')).toContain('problem+json');
  }
});

describe('what does not fit is refused with the field', () => {
  test.each([
    [
      'a wrong phase',
      { ...ASK, phase: 'Sync' },
      'phase',
      'input/invalid-field',
      'phase "Sync" is not one of PreSync, PostSync, SyncFail',
    ],
    [
      'a missing field',
      { ...ASK, revision: undefined },
      'revision',
      'input/missing-field',
      'revision is missing; expected at most 200 characters without spaces',
    ],
    [
      'an unknown field',
      { ...ASK, clusterr: 'x' },
      'clusterr',
      'input/unknown-field',
      'clusterr is not known here; known are app, cluster,',
    ],
    [
      'an unknown field within',
      { ...ASK, change: { component: [] } },
      'change.component',
      'input/unknown-field',
      'known are components',
    ],
    [
      'an unknown component',
      { ...ASK, change: { components: ['dns', 'dnss'] } },
      'change.components[1]',
      'input/invalid-field',
      '"dnss" is not a component',
    ],
    [
      'a name that is a number',
      { ...ASK, cluster: 7 },
      'cluster',
      'input/invalid-field',
      'cluster a number is not a name',
    ],
    [
      'a field that is null',
      { ...ASK, digest: null },
      'digest',
      'input/invalid-field',
      'digest nothing (null) is not',
    ],
    [
      'an endless name',
      { ...ASK, app: 'x'.repeat(10_000) },
      'app',
      'input/invalid-field',
      '… is not a name of 1 to 253 characters',
    ],
  ])('%s', async (_what, json, field, code, detail) => {
    const { status, headers, body } = await call(url, { json });

    expect(status).toBe(422);
    expect(headers.get('content-type')).toBe('application/problem+json; charset=utf-8');
    expect(body).toMatchObject({ status: 422, code, field, type: `urn:tidegate:problem:${code}` });
    expect(body?.['detail']).toContain(detail);
    expect(gate.gate.asked).toEqual([]);
  });

  test('several at once are all told', async () => {
    const { body } = await call(url, { json: { ...ASK, phase: 'Sync', extra: 1 } });

    expect(body).toMatchObject({
      code: 'input/invalid',
      errors: [
        { field: 'phase', code: 'input/invalid-field' },
        { field: 'extra', code: 'input/unknown-field' },
      ],
    });
  });

  test.each([['-1'], ['61'], ['soon'], ['1.5'], ['']])('a wait of %j', async (wait) => {
    expect(await call(`${url}?wait=${wait}`, { json: ASK })).toMatchObject({
      status: 422,
      body: { code: 'input/invalid-field', field: 'wait' },
    });
  });

  test('a query nobody heeds', async () => {
    expect(await call(`${url}?wiat=5`, { json: ASK })).toMatchObject({
      status: 422,
      body: { code: 'input/unknown-field', field: 'wiat' },
    });
  });
});

describe('a body that can not be read', () => {
  const headers = { 'content-type': 'application/json' };

  test.each(['{"app": ', 'hello', '{"app": "a",}'])('malformed JSON is 400: %s', async (body) => {
    expect(await call(url, { method: 'POST', headers, body })).toMatchObject({
      status: 400,
      body: { code: 'input/malformed-json' },
    });
  });

  test('no body is 422, and so is a body that is no object', async () => {
    expect(await call(url, { method: 'POST', headers })).toMatchObject({
      status: 422,
      body: {
        code: 'input/missing-field',
        detail: expect.stringContaining('app is missing; expected a name'),
      },
    });
    expect(await call(url, { json: [ASK] })).toMatchObject({
      status: 422,
      body: { detail: expect.stringContaining('a list is not an object') },
    });
  });

  test('10 MB are 413, and the gate answers the next caller', async () => {
    const big = await call(url, { json: { ...ASK, app: 'x'.repeat(10 * 1024 * 1024) } });

    expect(big).toMatchObject({ status: 413, body: { code: 'input/too-large' } });
    expect((await call(url, { json: ASK })).status).toBe(200);
  });

  test('another type than JSON is 415, so that no page in a browser can send one unasked', async () => {
    const answer = await call(url, {
      method: 'POST',
      headers: { 'content-type': 'text/plain' },
      body: JSON.stringify(ASK),
    });

    expect(answer).toMatchObject({ status: 415, body: { code: 'input/media-type' } });
    expect(gate.gate.asked).toEqual([]);
  });

  test('an unknown compression and an unknown charset are 415', async () => {
    const zipped = { ...headers, 'content-encoding': 'snappy' };
    const latin = { 'content-type': 'application/json; charset=latin1' };

    for (const strange of [zipped, latin]) {
      const answer = await call(url, { method: 'POST', headers: strange, body: JSON.stringify(ASK) });
      expect(answer).toMatchObject({ status: 415, body: { code: 'input/encoding' } });
    }
  });
});

test.each(['prod-2', `'; drop table "runs"--`, 'prod-1\nlevel=error', 'prod-1"} or {', '<script>'])(
  'a cluster nobody knows is 404, whatever it is called: %j',
  async (cluster) => {
    const { status, body } = await call(url, { json: { ...ASK, cluster } });

    expect(status).toBe(404);
    expect(body).toMatchObject({
      code: 'cluster/unknown',
      detail: `There is no cluster ${JSON.stringify(cluster)}.`,
    });
    expect(gate.gate.asked).toMatchObject([{ cluster }]);
    expect(gate.lines.every((line) => line.trimEnd().split('\n').length === 1)).toBe(true);
  },
);

describe('a wait', () => {
  test('ends as soon as the run changes', async () => {
    const waiting = once(gate.gate.events, 'waiting');
    const answer = call(`${url}?wait=60`, { json: ASK });
    await waiting;

    gate.gate.state = 'halted';
    gate.gate.events.emit('changed');

    expect((await answer).body).toMatchObject({ state: 'halted' });
  });

  test('ends with the hold when its time is over', async () => {
    const started = performance.now();

    const { status, body } = await call(`${url}?wait=1`, { json: ASK });

    expect(status).toBe(200);
    expect(body).toMatchObject({ verdict: 'hold' });
    expect(performance.now() - started).toBeGreaterThan(950);
  });

  test('ends when the client has gone, and that is no error', async () => {
    const waiting = once(gate.gate.events, 'waiting');
    const gone = once(gate.gate.events, 'gone');
    const client = request(`${url}?wait=60`, {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
    });
    client.on('error', () => undefined);
    client.end(JSON.stringify(ASK));
    await waiting;

    client.destroy();
    await gone;

    const page = await gate.metrics.exposition();
    expect(page).toContain('tidegate_http_requests_total{method="POST",route="/v1/verdicts",status="499"} 1');
    expect(gate.lines.filter((line) => /"level":"(warn|error)"/.test(line))).toEqual([]);
  });

  test('ends with the hold at once when the gate stops', async () => {
    const stopping = new AbortController();
    await using stoppable = await startApp({ stopping: stopping.signal });
    const waiting = once(stoppable.gate.events, 'waiting');
    const answer = call(`${stoppable.url}/v1/verdicts?wait=60`, { json: ASK });
    await waiting;

    stopping.abort();

    expect(await answer).toMatchObject({ status: 200, body: { verdict: 'hold' } });
  });
});

test('who waits and asks for nothing reaches the gate by reading', async () => {
  const { status, body } = await call(`${url}?app=platform-bom&cluster=prod-1&digest=sha256:ab&wait=20`);

  expect(status).toBe(200);
  expect(AnswerView.parse(body)).toMatchObject({
    verdict: 'hold',
    text: expect.stringContaining('Who can act'),
  });
  expect(gate.gate.awaited).toEqual([
    { app: 'platform-bom', cluster: 'prod-1', digest: 'sha256:ab', waitMs: 20_000 },
  ]);
  expect(gate.gate.asked).toEqual([]);
});

test('who waits for nothing in particular is told what is missing', async () => {
  expect(await call(`${url}?app=platform-bom&cluster=prod-1`)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'digest' }] },
  });
  expect(await call(`${url}?app=platform-bom&digest=d`)).toMatchObject({
    status: 422,
    body: { errors: [{ field: 'cluster', code: 'input/missing-field' }] },
  });
});
