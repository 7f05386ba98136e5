import { afterAll, beforeEach, describe, expect, test } from 'vitest';
import {
  ConfigError,
  ConflictError,
  DefinitionError,
  IdentityError,
  InputError,
  NotFoundError,
  UnavailableError,
} from '../../src/domain/errors.ts';
import { ProblemView } from '../../src/http/view-schemas.ts';
import { call, startApp, type TestApp } from './start-app.ts';

let app: TestApp;

beforeEach(async () => {
  app ??= await startApp();
  app.lines.length = 0;
  app.gate.trouble = undefined;
});
afterAll(() => app.stop());

describe('whatever the gate throws has one answer', () => {
  test.each([
    [new InputError('input/digest', 'no digest', 'digest'), 422, { field: 'digest' }, {}],
    [new InputError('input/other', 'no field'), 422, {}, {}],
    [
      new IdentityError('identity/refused', 'who?', 401),
      401,
      {},
      { 'www-authenticate': 'Bearer realm="tidegate", error="invalid_token"' },
    ],
    [
      new IdentityError('identity/missing', 'who?', 401),
      401,
      {},
      { 'www-authenticate': 'Bearer realm="tidegate"' },
    ],
    [
      new IdentityError('identity/rights', 'not you', 403),
      403,
      {},
      { 'www-authenticate': 'Bearer realm="tidegate", error="insufficient_scope"' },
    ],
    [new NotFoundError('run/unknown', 'no such run'), 404, {}, {}],
    [new ConflictError('run/other-digest', 'another digest'), 409, {}, {}],
    [new UnavailableError('store/full', 'disk full'), 503, {}, { 'retry-after': '5' }],
    [new ConfigError('tidegate.yaml', [{ path: 'a', message: 'b' }]), 503, {}, { 'retry-after': '5' }],
  ])('%s', async (error, status, more, headers) => {
    app.gate.trouble = error;

    const answer = await call(`${app.url}/v1/runs/run-1`);

    expect(answer.status).toBe(status);
    expect(ProblemView.parse(answer.body)).toEqual({
      type: `urn:tidegate:problem:${error.code}`,
      title: expect.any(String),
      status,
      code: error.code,
      detail: error.message,
      ...more,
    });
    expect(Object.fromEntries(answer.headers)).toMatchObject({
      'content-type': 'application/problem+json; charset=utf-8',
      ...headers,
    });
    expect(app.lines.some((line) => line.includes('"msg":"failed"'))).toBe(status >= 500);
  });

  test.each([
    ['a bug', new TypeError('secret is undefined')],
    ['a definition', new DefinitionError('inventory/no-policy', 'secret wave')],
    ['no error at all', 'secret text'],
    ['nothing', null],
  ])('%s is 500 and tells nothing but where to look', async (_what, trouble) => {
    app.gate.trouble = trouble;

    const { status, text, body } = await call(`${app.url}/v1/runs/run-1`);

    expect(status).toBe(500);
    expect(ProblemView.parse(body)).toMatchObject({ code: 'internal/unexpected' });
    expect(text).not.toMatch(/secret|\bat .*\.ts/);
    const requestId = /requestId ([0-9a-f-]{36})/.exec(text)?.[1];
    const line = app.lines.map((each) => JSON.parse(each)).find(({ msg }) => msg === 'failed');
    expect(line).toMatchObject({ level: 'error', requestId, route: '/v1/runs/{id}' });
  });
});

test.each(['/nowhere', '/v1', '/V1/runs', '/v1/runs/run-1/more', '/favicon.ico'])(
  '%s is 404',
  async (path) => {
    expect(await call(`${app.url}${path}`)).toMatchObject({
      status: 404,
      body: { code: 'route/unknown', detail: expect.stringContaining(path) },
    });
  },
);

test.each([
  ['PUT', '/v1/verdicts', 'POST, GET, HEAD'],
  ['DELETE', '/v1/runs/run-1', 'GET, HEAD'],
  ['OPTIONS', '/v1/verdicts/strict', 'POST'],
  ['PUT', '/', 'GET, HEAD'],
  ['POST', '/runbooks/CoreDnsLatencyHigh.json', 'GET, HEAD'],
])('%s %s is 405 and says what is allowed', async (method, path, allow) => {
  const { status, headers, body } = await call(`${app.url}${path}`, { method });

  expect(status).toBe(405);
  expect(headers.get('allow')).toBe(allow);
  expect(body).toMatchObject({ code: 'route/wrong-method' });
});

test('a path with a stray percent sign is 400', async () => {
  expect(await call(`${app.url}/v1/runs/%E0%A4%A`)).toMatchObject({
    status: 400,
    body: { code: 'input/malformed-request' },
  });
});

test('a browser that asks for a page gets a page, with the same status', async () => {
  const headers = { accept: 'text/html,application/xhtml+xml,*/*;q=0.8' };

  const { status, headers: answered, text } = await call(`${app.url}/<b>no</b>`, { headers });

  expect(status).toBe(404);
  expect(answered.get('content-type')).toBe('text/html; charset=utf-8');
  expect(text).toContain('<h1>404 Not Found</h1>');
  expect(text).not.toContain('<b>no</b>');
});

test('every answer carries the headers that keep browsers safe, and none says what serves it', async () => {
  for (const path of ['/', '/v1/runs', '/nowhere', '/healthz']) {
    const { status, headers } = await call(`${app.url}${path}`);

    expect(headers.get('content-security-policy')).toMatch(
      /^default-src 'none'; style-src 'self'; script-src 'self'; form-action 'self'; base-uri 'none'; frame-ancestors 'none'$/,
    );
    expect(headers.get('x-content-type-options')).toBe('nosniff');
    expect(headers.get('referrer-policy')).toBe('same-origin');
    expect(headers.get('cache-control')).toBe(status === 200 ? 'private, no-cache' : 'no-store');
    expect(headers.has('x-powered-by')).toBe(false);
  }
});

test('what has not changed since is not sent again', async () => {
  const first = await call(`${app.url}/v1/runs/run-1`);
  const etag = first.headers.get('etag') ?? '';

  const again = await call(`${app.url}/v1/runs/run-1`, { headers: { 'if-none-match': etag } });
  app.gate.state = 'halted';
  const changed = await call(`${app.url}/v1/runs/run-1`, { headers: { 'if-none-match': etag } });

  expect([again.status, again.text]).toEqual([304, '']);
  expect([changed.status, changed.body?.['state']]).toEqual([200, 'halted']);
});

test('a HEAD request is answered as GET is, without the body', async () => {
  const { status, headers, text } = await call(`${app.url}/v1/runs/run-1/verdict.txt`, { method: 'HEAD' });

  expect([status, text, headers.get('content-type')]).toEqual([200, '', 'text/plain; charset=utf-8']);
});
