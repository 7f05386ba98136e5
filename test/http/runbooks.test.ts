import { beforeEach, describe, expect, test } from 'vitest';
import { NotFoundError, UnavailableError } from '../../src/domain/errors.ts';
import { RunbookView } from '../../src/http/view-schemas.ts';
import { suiteResources } from '../support/resources.ts';
import { call, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
let app: TestApp;
let url: string;

beforeEach(async () => {
  app = resources.use(await startApp());
  url = `${app.url}/runbooks/CoreDnsLatencyHigh`;
});

describe('a runbook page', () => {
  test('tells what changed, then what the signal says now, then what to do', async () => {
    const { status, headers, text } = await call(`${url}?cluster=prod-1`);

    expect(status).toBe(200);
    expect(headers.get('content-type')).toBe('text/html; charset=utf-8');
    const order = [
      '<h1>CoreDnsLatencyHigh on prod-1</h1>',
      'wave prod, class large, eu-west-1',
      'What changed in the last 24 hours',
      '<time datetime="2026-11-23T12:00:00Z">2026-11-23 12:00:00</time></td><td>admission</td><td>hook</td><td>app platform-bom, digest sha256:ab, reasons admission/admitted <a href="/runs/run-1">run</a>',
      '<h2>Now</h2>',
      '<td>slower than 1 s</td><td>3.1 %</td><td>1 %</td><td class="when"><time datetime="2026-11-23T12:29:00Z">',
      '<h2>Meaning</h2>',
    ].map((part) => text.indexOf(part));
    expect(order).not.toContain(-1);
    expect(order).toEqual([...order].sort((a, b) => a - b));
  });

  test('is markdown without scripts, comments, foreign links and a second title', async () => {
    const { text } = await call(`${url}?cluster=prod-1`);

    expect(text).toContain('Names resolve &lt;script&gt;alert(1)&lt;/script&gt; slowly.');
    expect(text).not.toMatch(
      /<script(?! src="\/assets)|javascript:|definition:begin|<h1>CoreDnsLatencyHigh<\/h1>/,
    );
    expect(text).toContain('<td><strong>Severity</strong></td>');
    expect(text).toContain('<details><summary>Expression</summary>');
    expect(text).toContain('<a href="/runbooks/CoreDnsPanics?cluster=prod-1">CoreDnsPanics</a>');
    expect(text).toContain('href="http://grafana/d/x?var-cluster=prod-1"');
    expect(text).toContain('kubectl --context &quot;prod-1&quot; -n &quot;$NAMESPACE&quot; get pods');
  });

  test('without a cluster is the text alone, and says how to get the rest', async () => {
    const { text } = await call(url);

    expect(text).toContain('<h1>CoreDnsLatencyHigh</h1>');
    expect(text).toContain('?cluster=');
    expect(text).not.toContain('What changed');
    expect(text).toContain('--context &quot;$CLUSTER&quot;');
  });

  test.each([
    '<script>alert(1)</script>',
    `"><img src=x onerror=alert(1)>`,
    "a'b\nc",
    '$(reboot)',
    'x'.repeat(500),
  ])('shows a cluster nobody knows as text: %j', async (cluster) => {
    const { status, text } = await call(`${url}?cluster=${encodeURIComponent(cluster)}`);

    expect(status).toBe(200);
    expect(text).toContain('There is no cluster');
    expect(text).not.toMatch(/<script(?! src="\/assets)|<img|--context [^&]*\$\(reboot\)/);
    expect(text).toContain('Meaning');
  });

  test('is there when the ledger is not, and says so', async () => {
    app.gate.trouble = new UnavailableError('store/locked', 'the <database> is locked');

    const { status, text } = await call(`${url}?cluster=prod-1`);

    expect(status).toBe(200);
    expect(text).toContain('the &lt;database&gt; is locked');
    expect(text).toContain('3.1 %');
    expect(text).toContain('Meaning');
    expect(app.lines.join('')).toContain('what changed on a cluster could not be read for a page');
  });

  test.each([
    ['answers that it is not known', async () => ({ is: 'unknown', cause: 'HTTP 503 from fleet' }) as const],
    ['fails', () => Promise.reject(new Error('HTTP 503 from fleet'))],
  ])('is there when the source %s, and says so', async (_how, liveValues) => {
    await using other = await startApp({ liveValues });

    const { status, text } = await call(`${other.url}/runbooks/CoreDnsLatencyHigh?cluster=prod-1`);

    expect(status).toBe(200);
    expect(text).toContain('HTTP 503 from fleet');
    expect(text).toContain('Meaning');
  });

  test('says when nothing changed and when the source has nothing', async () => {
    await using other = await startApp({
      liveValues: async () => ({ is: 'values', title: 'DNS', rows: [] }),
    });
    other.gate.entries = [];

    const { text } = await call(`${other.url}/runbooks/CoreDnsLatencyHigh?cluster=prod-1`);

    expect(text).toContain('Nothing that the gate knows of.');
    expect(text).toContain('DNS: the source has nothing.');
  });

  test('that is not there is 404', async () => {
    for (const path of ['Nowhere', 'Nowhere.json', '..%2Fpackage', 'constructor']) {
      expect(await call(`${app.url}/runbooks/${path}`)).toMatchObject({
        status: 404,
        body: { code: 'runbook/unknown' },
      });
    }
  });
});

describe('the steps for machines', () => {
  test('have the labels filled in, quoted for the shell, and the region of a known cluster', async () => {
    const { status, body } = await call(`${url}.json?cluster=prod-1&namespace=it%27s&alertname=X`);

    expect(status).toBe(200);
    expect(RunbookView.parse(body)).toEqual({
      alert: 'CoreDnsLatencyHigh',
      variables: { CLUSTER: 'prod-1', NAMESPACE: "it's" },
      missing: [],
      steps: [
        {
          id: 'pods',
          title: 'Are the pods running?',
          effect: 'none',
          run: `kubectl --context "prod-1" -n "${`"'it'\\''s'"`}" get pods`,
          expect: 'Every pod is Running.',
        },
      ],
    });
  });

  test('name the variables that still stand in them', async () => {
    expect((await call(`${url}.json`)).body).toMatchObject({
      variables: {},
      missing: ['CLUSTER', 'NAMESPACE'],
      steps: [{ run: 'kubectl --context "$CLUSTER" -n "$NAMESPACE" get pods' }],
    });
  });

  test('take no NUL, which no shell could hold', async () => {
    expect(await call(`${url}.json?namespace=a%00b`)).toMatchObject({
      status: 422,
      body: { field: 'namespace' },
    });
  });
});

test('commands to the gate go to this gate, whatever a link says', async () => {
  const run = 'curl "$TIDEGATE_URL/v1/rollouts?app=$APP"';
  const step = { id: 'rollouts', title: 'Which?', effect: 'none', run, expect: 'One.' } as const;
  const runbook = { alert: 'GateRolloutStalled', steps: [step], body: '' };
  await using other = await startApp({ runbooks: new Map([[runbook.alert, runbook]]) });

  const { body } = await call(
    `${other.url}/runbooks/GateRolloutStalled.json?app=bom&tidegate_url=http://mallory.example`,
  );

  expect(body).toMatchObject({
    missing: [],
    steps: [{ run: 'curl "http://127.0.0.1/v1/rollouts?app=bom"' }],
  });
});

test('the index leads to every page and keeps the cluster', async () => {
  const { text } = await call(`${app.url}/runbooks?cluster=${encodeURIComponent('a"b')}`);

  expect(text).toContain('<a href="/runbooks/CoreDnsLatencyHigh?cluster=a%22b">CoreDnsLatencyHigh</a>');
});

test('a cluster has a page with what it is, what changed and its newest runs', async () => {
  const { status, text } = await call(`${app.url}/clusters/prod-1`);

  expect(status).toBe(200);
  expect(text).toContain('<dd>eu-west-1</dd>');
  expect(text).toContain('href="https://argocd/applications/bom-prod-1"');
  expect(text).toContain('<a href="/runs/run-1">platform-bom</a>');
  expect(app.gate.filters).toContainEqual({ cluster: 'prod-1', limit: 20 });
  expect(await call(`${app.url}/clusters/prod-9`)).toMatchObject({
    status: 404,
    body: { code: 'cluster/unknown' },
  });
});

test('what changed on a cluster that the ledger never heard of is no failure of the page', async () => {
  app.gate.trouble = new NotFoundError('cluster/unknown', 'There is no cluster prod-1.');

  expect((await call(`${url}?cluster=prod-1`)).text).toContain('There is no cluster prod-1.');
});
