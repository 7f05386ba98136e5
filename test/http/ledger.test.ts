import { beforeEach, describe, expect, test } from 'vitest';
import { AuditView, EvidenceView, RunListView, RunView } from '../../src/http/view-schemas.ts';
import { suiteResources } from '../support/resources.ts';
import { RUN } from './fake-gate.ts';
import { call, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
let app: TestApp;

beforeEach(async () => {
  app = resources.use(await startApp());
});

describe('runs', () => {
  test('are listed by what was asked for, with times and lengths for people', async () => {
    const { status, body } = await call(
      `${app.url}/v1/runs?app=platform-bom&cluster=prod-1&digest=sha256:ab&open=false&limit=7&before=run-9`,
    );

    expect(status).toBe(200);
    expect(app.gate.filters).toEqual([
      { app: 'platform-bom', cluster: 'prod-1', digest: 'sha256:ab', open: false, limit: 7, before: 'run-9' },
    ]);
    expect(RunListView.parse(body).runs[0]).toMatchObject({
      id: 'run-1',
      askedAt: '2026-11-23T12:00:00.000Z',
      policy: { name: 'strict', minSoakSeconds: 900, maxSoakSeconds: 7200, alpha: 0.05 },
    });
  });

  test('are 50 by default, and the last one leads to older ones only when the page is full', async () => {
    expect((await call(`${app.url}/v1/runs`)).body).not.toHaveProperty('before');
    expect((await call(`${app.url}/v1/runs?limit=1`)).body).toHaveProperty('before', 'run-1');
    expect(app.gate.filters).toEqual([{ limit: 50 }, { limit: 1 }]);
  });

  test.each(['open=yes', 'limit=0', 'limit=501', 'limit=x', 'state=go', 'app=a&app=b'])(
    'are not listed by %s',
    async (query) => {
      const field = query.split('=')[0];

      expect(await call(`${app.url}/v1/runs?${query}`)).toMatchObject({ status: 422, body: { field } });
    },
  );

  test('are found by id, with evidence and as one bare word', async () => {
    const run = await call(`${app.url}/v1/runs/run-1`);
    const evidence = await call(`${app.url}/v1/runs/run-1/evidence`);
    const word = await call(`${app.url}/v1/runs/run-1/verdict.txt`);

    expect(RunView.parse(run.body)).toMatchObject({ id: 'run-1', state: 'soaking', verdict: 'hold' });
    expect(EvidenceView.parse(evidence.body)).toMatchObject({
      run: { id: 'run-1' },
      covered: ['dns-errors'],
    });
    expect(word).toMatchObject({ status: 200, text: 'hold' });
    expect(word.headers.get('content-type')).toBe('text/plain; charset=utf-8');
  });

  test('that are not there are 404, whatever they are called', async () => {
    for (const path of [
      'run-2',
      'run-2/evidence',
      'run-2/verdict.txt',
      encodeURIComponent('../../etc/passwd'),
    ]) {
      expect(await call(`${app.url}/v1/runs/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'run/unknown' },
      });
    }
  });

  test('have a page on which nothing is taken for HTML', async () => {
    const { status, headers, text } = await call(`${app.url}/runs/run-1`);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    expect(text).toContain(
      '<h1>platform-bom on <a href="/clusters/prod-1">prod-1</a>: <span class="state hold">hold</span></h1>',
    );
    expect(text).toContain('0 of 600 requests &lt;b&gt;failed&lt;/b&gt;');
    expect(text).toContain('<td>not 3x worse</td>');
  });
});

describe("a person's word", () => {
  test('overrides, in the name of who is given, else of the caller', async () => {
    const url = `${app.url}/v1/runs/run-1/override`;

    const named = await call(url, { json: { verdict: 'halt', reason: ' DNS is down ', actor: 'alex' } });
    await call(url, { json: { verdict: 'go', reason: 'checked by hand' } });

    expect(RunView.parse(named.body)).toMatchObject({ state: 'halted', decidedBy: 'alex' });
    expect(app.gate.words).toEqual([
      { id: RUN.id, verdict: 'halt', reason: 'DNS is down', actor: 'alex' },
      { id: RUN.id, verdict: 'go', reason: 'checked by hand', actor: 'loopback' },
    ]);
  });

  test('asks for another attempt', async () => {
    const { body } = await call(`${app.url}/v1/runs/run-1/retry`, {
      json: { reason: 'fixed the node group' },
    });

    expect(RunView.parse(body)).toMatchObject({ attempt: 2 });
    expect(app.gate.words).toEqual([{ id: RUN.id, reason: 'fixed the node group', actor: 'loopback' }]);
  });

  test.each([
    ['override', { verdict: 'hold', reason: 'x' }, 'verdict'],
    ['override', { verdict: 'go' }, 'reason'],
    ['override', { verdict: 'go', reason: '   ' }, 'reason'],
    ['override', { verdict: 'go', reason: 'x', expires: '1h' }, 'expires'],
    ['retry', { reason: '' }, 'reason'],
  ])('needs a reason and nothing else: %s %j', async (word, json, field) => {
    const answer = await call(`${app.url}/v1/runs/run-1/${word}`, { json });

    expect(answer).toMatchObject({ status: 422, body: { field } });
    expect(app.gate.words).toEqual([]);
  });
});

test('the audit log is read on from where one stopped, with the head beside it', async () => {
  const all = AuditView.parse((await call(`${app.url}/v1/audit`)).body);
  const rest = AuditView.parse((await call(`${app.url}/v1/audit?after=1&limit=5`)).body);

  expect(all).toMatchObject({
    after: 1,
    entries: [{ seq: 1, at: '2026-11-23T12:00:00.000Z', kind: 'admission' }],
  });
  expect(rest).toMatchObject({ after: 1, entries: [], head: { seq: 1, hash: '1'.repeat(64) } });
  expect(await call(`${app.url}/v1/audit?after=-1`)).toMatchObject({ status: 422, body: { field: 'after' } });
});

describe('an Alertmanager webhook', () => {
  const alert = (labels: Record<string, string>) => ({ status: 'firing', labels, fingerprint: 'c58d' });
  const send = (alerts: unknown) =>
    call(`${app.url}/v1/webhooks/alertmanager`, {
      json: { version: '4', status: 'firing', alerts, notification_reason: 'new in 2026' },
    });

  test('makes the gate look at the clusters it names, each once', async () => {
    const answer = await send([
      alert({ alertname: 'A', cluster: 'prod-1' }),
      alert({ alertname: 'B', cluster: 'prod-1' }),
      alert({ alertname: 'A', cluster: 'prod-2' }),
    ]);

    expect(answer).toMatchObject({ status: 202, body: { clusters: ['prod-1', 'prod-2'], unknown: [] } });
    expect(app.gate.nudged).toEqual([['prod-1', 'prod-2']]);
  });

  test('is told which clusters it names that the inventory does not have', async () => {
    const answer = await send([
      alert({ alertname: 'A', cluster: 'prod-1' }),
      alert({ alertname: 'A', cluster: 'arn:aws:eks:eu-central-1:1:cluster/prod-1' }),
    ]);

    expect(answer).toMatchObject({
      status: 202,
      body: { clusters: ['prod-1'], unknown: ['arn:aws:eks:eu-central-1:1:cluster/prod-1'] },
    });
  });

  test('makes it look everywhere when an alert names none', async () => {
    await send([alert({ alertname: 'A', cluster: 'prod-1' }), alert({ alertname: 'Watchdog' })]);

    expect(app.gate.nudged).toEqual([[]]);
  });

  test('without alerts makes it look nowhere', async () => {
    expect(await send([])).toMatchObject({ status: 202 });
    expect(app.gate.nudged).toEqual([]);
  });

  test('that is none is refused', async () => {
    expect(await send('none')).toMatchObject({ status: 422, body: { field: 'alerts' } });
    expect(await send([{ labels: { cluster: 7 } }])).toMatchObject({
      status: 422,
      body: { field: 'alerts[0].labels.cluster' },
    });
  });
});
