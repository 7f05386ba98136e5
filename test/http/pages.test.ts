import { beforeEach, describe, expect, test } from 'vitest';
import type { CataloguedSignal } from '../../src/domain/catalogued.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { suiteResources } from '../support/resources.ts';
import { ROLLOUT, RUN } from './fake-gate.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
const AT = NOW - 30 * MINUTE_MS;
const SIGNAL: CataloguedSignal = {
  id: 'dns-errors',
  component: 'dns',
  title: 'DNS errors',
  why: 'Names fail.',
  objective: 'dns-availability: 99.9 % good over 30 days',
  slo: 'dns-availability',
  check: 'compared with before the sync; harm halts',
  isAsked: true,
  alerts: [],
  requires: ['coredns'],
  boardUrl: 'http://grafana/d/dns',
  hasAlarm: false,
};
const CATALOGUE = [
  SIGNAL,
  { ...SIGNAL, id: 'node-disk', slo: 'disk', requires: ['node-exporter'] },
  { ...SIGNAL, id: 'only-alerts', slo: 'other', isAsked: false },
];

/** A part that never answers. */
const never = () => new Promise<never>(() => undefined);

let app: TestApp;

beforeEach(async () => {
  app = resources.use(await startApp({ catalogue: CATALOGUE }));
});

test('the catalogue tells of each alert when it fires and why its numbers are what they are', async () => {
  const alert = {
    name: 'DnsWrong',
    severity: 'warning',
    firesWhen: 'more than 1 % fail over 5m, for 10m',
    because: 'The <b>mixin</b> warns there, too.',
    halts: true,
  };
  await using catalogued = await startApp({ catalogue: [{ ...SIGNAL, alerts: [alert] }] });
  const { text } = await call(`${catalogued.url}/catalogue`);

  expect(text).toContain(
    '(warning, can halt): more than 1 % fail over 5m, for 10m. <span class="small">The &lt;b&gt;mixin&lt;/b&gt; warns there, too.</span>',
  );
});

describe('the page of a cluster', () => {
  test('tells what stands against a change, what is waived, and how much of the error budgets is left', async () => {
    app.gate.standingIs = {
      budgets: { is: 'value', value: [{ labels: { slo: 'dns-availability' }, value: -0.123 }] },
      blockers: [{ code: 'budget/exhausted', text: 'The <b>budget</b> is spent.', whoCanAct: 'the owners' }],
      notes: [],
      waivers: [{ finding: 'policy/<x>', owner: 'ada', reason: 'known & mended', expires: NOW + MINUTE_MS }],
    };
    const { text } = await call(`${app.url}/clusters/prod-1`);

    expect(text).toContain('The &lt;b&gt;budget&lt;/b&gt; is spent. <code>budget/exhausted</code>');
    expect(text).toContain('Who can act: the owners.');
    expect(text).toContain('<code>policy/&lt;x&gt;</code>');
    expect(text).toContain('<a href="/catalogue#dns-errors">dns-availability: 99.9 % good over 30 days</a>');
    expect(text).toContain('-12.3 % <span class="state spent">spent</span>');
  });

  test('tells which signals it delivers, and what would bring the others', async () => {
    const { text } = await call(`${app.url}/clusters/prod-1`);

    expect(text).toContain('1 of 2 signals that the gate asks for');
    expect(text).toMatch(/node-disk<\/a><\/td><td>node-exporter/);
    expect(text).not.toContain('catalogue#only-alerts');
  });

  test('leads to its boards, its runbooks, what the inventory names, and the EKS console', async () => {
    const { text } = await call(`${app.url}/clusters/prod-1`);

    expect(text).toContain('href="/runbooks?cluster=prod-1"');
    expect(text).toContain('<a href="http://grafana/d/dns?var-cluster=prod-1">board CoreDNS</a>');
    expect(text).toContain('href="https://argocd/applications/bom-prod-1"');
    expect(text).toContain(
      'href="https://eu-west-1.console.aws.amazon.com/eks/clusters/prod-1?region=eu-west-1"',
    );
  });

  test.each([
    ['cn-north-1', 'https://cn-north-1.console.amazonaws.cn/eks/clusters/prod-1?region=cn-north-1'],
    ['us-gov-west-1', 'https://us-gov-west-1.console.amazonaws-us-gov.com/eks/clusters/prod-1?'],
    ['basement', undefined],
  ])('in %s knows the console there, if there is one', async (region, url) => {
    const cluster = { name: 'prod-1', wave: 'prod', class: 'x', region, source: 'm', labels: {}, links: {} };
    const own = resources.use(await startApp({ cluster: () => cluster }));
    const { text } = await call(`${own.url}/clusters/prod-1`);

    if (url === undefined) expect(text).not.toContain('EKS console');
    else expect(text).toContain(url);
  });

  test('names the freezes that stop it, and none of other places', async () => {
    const freeze = { stopsRollbacks: false, actor: 'ada', at: AT, expiresAt: NOW + MINUTE_MS } as const;
    app.gate.frozen = [
      { ...freeze, id: 'a', scope: 'wave', name: 'prod', reason: 'holidays' },
      { ...freeze, id: 'b', scope: 'cluster', name: 'prod-2', reason: 'elsewhere' },
    ];
    const { text } = await call(`${app.url}/clusters/prod-1`);

    expect(text).toContain('holidays');
    expect(text).not.toContain('elsewhere');
  });

  test('says what could not be read when the metric store fails', async () => {
    app.gate.standingIs = {
      ...app.gate.standingIs,
      budgets: { is: 'unknown', cause: 'HTTP 503 from the store' },
    };
    const { status, text } = await call(`${app.url}/clusters/prod-1`);

    expect(status).toBe(200);
    expect(text).toContain('HTTP 503 from the store');
  });
});

describe('a metric store that never answers', () => {
  test('costs the page of a cluster no more than 3 s, and it says so', async () => {
    app.gate.standing = never;
    const begun = performance.now();
    const { status, text } = await call(`${app.url}/clusters/prod-1`);

    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(status).toBe(200);
    expect(text).toContain('no answer within 2 s');
    expect(text).toContain('What changed in the last 24 hours');
  });

  test('costs a runbook no more than 3 s, and its steps are there', async () => {
    const own = resources.use(await startApp({ liveValues: never }));
    own.gate.changes = never;
    const begun = performance.now();
    const { text } = await call(`${own.url}/runbooks/CoreDnsLatencyHigh?cluster=prod-1`);

    expect(performance.now() - begun).toBeLessThan(3_000);
    expect(text.match(/no answer within 2 s/g)).toHaveLength(2);
    expect(text).toContain('1. Are the pods running?');
  });
});

describe('the page of a run', () => {
  const minutes = (chances: readonly number[], { halts = true, other = 0.5 } = {}) =>
    chances.map((chance, at) => ({
      minute: AT + at * MINUTE_MS,
      chances: [
        { signal: 'api-errors', chance: other, halts: true },
        { signal: 'dns-errors', chance, halts },
      ],
    }));

  test('tells what was promised before the soak, and how far it has come', async () => {
    const { text } = await call(`${app.url}/runs/run-1`);

    expect(text).toContain('0 of 1 required checks have their evidence');
    expect(text).toContain('<td>not 3x worse</td>');
  });

  test('says how many clusters it is compared with', async () => {
    expect((await call(`${app.url}/runs/run-1`)).text).toContain('Compared with the time before: no three');
    app.gate.evidenceIs = { controls: ['a', 'b', 'c'] };
    expect((await call(`${app.url}/runs/run-1`)).text).toContain('and with 3 clusters of the class');
  });

  test('draws the chance of a false alarm of the check that came closest, with the line at which it halts', async () => {
    app.gate.overTime = { is: 'judged', minutes: minutes([1, 0.2, 0.001]) };
    const { text } = await call(`${app.url}/runs/run-1`);

    expect(text).toContain('dns-errors: the chance of a false alarm');
    expect(text).toContain('halts at 1 in 20');
    expect(text).toContain('At its worst it was 1 in 1,000.');
    expect(text).toMatch(/<svg[^>]*aria-label="dns-errors: the chance of a false alarm"/);
  });

  test.each([
    ['a check that only holds says so', minutes([1, 0.2], { halts: false }), 'can only make the soak longer'],
    ['a single minute is no line', minutes([1]), 'from the second minute'],
    ['nothing beyond chance is no line', minutes([1, 1], { other: 1 }), 'In no minute did any check'],
  ])('%s', async (_, judged, said) => {
    app.gate.overTime = { is: 'judged', minutes: judged };
    expect((await call(`${app.url}/runs/run-1`)).text).toContain(said);
  });

  test('says when its minutes were deleted, or can no longer be judged', async () => {
    app.gate.overTime = { is: 'forgotten' };
    expect((await call(`${app.url}/runs/run-1`)).text).toContain('is no longer kept');
    app.gate.evidenceIs = { retiredAt: '2026-10-01T00:00:00Z' };
    expect((await call(`${app.url}/runs/run-1`)).text).toContain(
      'were deleted on <time datetime="2026-10-01T00:00:00Z"',
    );
  });
});

test('the page of a rollout shows how far each soak has come, and why it is shorter', async () => {
  const soak = {
    elapsedMs: 5 * MINUTE_MS,
    minSoakMs: 10 * MINUTE_MS,
    maxSoakMs: 60 * MINUTE_MS,
    shortened: { fromMs: 15 * MINUTE_MS, goes: 3 },
  };
  const cluster = { name: 'prod-1', state: 'soaking', verdict: 'hold', runId: RUN.id, soak } as const;
  const [wave] = ROLLOUT.waves;
  if (wave === undefined) throw new Error('the rollout of these tests has a wave');
  app.gate.rolloutIs = { waves: [{ ...wave, clusters: [cluster], next: ['tidegate retry a', 'kubectl b'] }] };
  const { text } = await call(`${app.url}/rollouts/platform-bom/sha256:ab`);
  const { body } = await call(`${app.url}/v1/rollouts/platform-bom/sha256:ab`);

  expect(text).toContain('Soaked 5 min of 10 min at least and 1 h at most.');
  expect(text).toContain('10 min instead of 15 min, because 3 clusters of earlier waves had go');
  expect(text).toContain('<pre><code>tidegate retry a</code></pre><pre><code>kubectl b</code></pre>');
  expect(text).not.toContain('style=');
  expect(body).toMatchObject({
    waves: [{ clusters: [{ soak: { elapsedSeconds: 300, shortened: { fromSeconds: 900, goes: 3 } } }] }],
  });
});
