import { beforeEach, describe, expect, test } from 'vitest';
import {
  ClusterDetailView,
  ClusterListView,
  RolloutListView,
  RolloutView,
} from '../../src/http/rollout-schemas.ts';
import { suiteResources } from '../support/resources.ts';
import { RUN } from './fake-gate.ts';
import { call, startApp, type TestApp } from './start-app.ts';

const resources = suiteResources();
const ONE = '/v1/rollouts/platform-bom/sha256%3Aab';
const OBSERVED = {
  name: 'platform-bom',
  components: ['dns'],
  clusters: ['prod-1'],
  mode: 'observe',
  owners: [],
} as const;
let app: TestApp;

beforeEach(async () => {
  app = resources.use(await startApp());
});

describe('rollouts', () => {
  test('are listed with times for people and a link to their page', async () => {
    const { status, body } = await call(`${app.url}/v1/rollouts?app=platform-bom`);

    expect(status).toBe(200);
    expect(body).toMatchObject({ at: '2026-11-23T12:30:00.000Z' });
    expect(RolloutListView.parse(body).rollouts[0]).toMatchObject({
      app: 'platform-bom',
      status: 'open',
      since: '2026-11-23T12:02:00.000Z',
      url: 'http://127.0.0.1/rollouts/platform-bom/sha256%3Aab',
      waves: [
        { name: 'prod', clusters: [{ name: 'prod-1', runId: 'run-1', since: '2026-11-23T12:02:00.000Z' }] },
        { name: 'last', status: 'waiting', clusters: [{ name: 'prod-2', state: 'not-asked' }] },
      ],
    });
  });

  test('are found by app and digest', async () => {
    expect(RolloutView.parse((await call(app.url + ONE)).body)).toMatchObject({ digest: 'sha256:ab' });
  });

  test.each([
    ['/v1/rollouts?app=nothing', 404, 'app/unknown'],
    ['/v1/rollouts/nothing/sha256:ab', 404, 'app/unknown'],
    ['/v1/rollouts/platform-bom/sha256:ff', 404, 'rollout/unknown'],
    ['/rollouts/platform-bom/sha256:ff', 404, 'rollout/unknown'],
    ['/v1/rollouts?status=open', 422, 'input/unknown-field'],
  ])('%s is %d', async (path, status, code) => {
    expect(await call(app.url + path)).toMatchObject({ status, body: { code } });
  });

  test('have pages that lead to runs and clusters, and escape what they show', async () => {
    const list = await call(`${app.url}/rollouts`);
    const page = await call(`${app.url}/rollouts/platform-bom/sha256:ab`);

    expect(list.text).toContain('<a href="/rollouts/platform-bom/sha256%3Aab">platform-bom</a>');
    expect(page.text).toContain('<a href="/runs/run-1"><span class="state soaking">soaking</span></a>');
    expect(page.text).toContain('<a href="/clusters/prod-2">prod-2</a>');
    expect(page.text).toContain('Go on every cluster of prod.');
    expect(page.text).toContain('&lt;b&gt;gathering');
    expect(page.text).not.toContain('Not protected');
  });

  test('say when nothing protects them', async () => {
    app.gate.rolloutIs = {
      mode: 'observe',
      notProtected: 'platform-bom is in observe mode: every answer is go',
    };

    expect((await call(app.url + ONE)).body).toMatchObject({
      mode: 'observe',
      notProtected: expect.stringContaining('observe mode'),
    });
    expect((await call(`${app.url}/rollouts`)).text).toContain('not protected');
    expect((await call(`${app.url}/rollouts/platform-bom/sha256:ab`)).text).toContain(
      '<strong>Not protected</strong>',
    );
  });
});

test('the page of a run leads to its rollout, and says when its app is in observe mode', async () => {
  const observing = resources.use(await startApp({ app: () => OBSERVED }));
  const protectedPage = await call(`${app.url}/runs/run-1`);
  const page = await call(`${observing.url}/runs/run-1`);

  expect(protectedPage.text).toContain('<a href="/rollouts/platform-bom/sha256%3Aab">');
  expect(protectedPage.text).not.toContain('Not protected');
  expect(page.text).toContain('Not protected');
});

describe('clusters', () => {
  test('are listed with what was decided last', async () => {
    const { body } = await call(`${app.url}/v1/clusters`);

    expect(ClusterListView.parse(body).clusters).toMatchObject([
      {
        name: 'prod-1',
        wave: 'prod',
        class: 'large',
        links: { argocd: 'https://argocd/applications/bom-prod-1' },
        lastVerdicts: [{ app: RUN.app, runId: 'run-1', verdict: 'hold', since: '2026-11-23T12:02:00.000Z' }],
        url: 'http://127.0.0.1/clusters/prod-1',
      },
    ]);
    expect(app.gate.filters).toEqual([{ newest: true }]);
  });

  test('tell which signals they delivered before the last change', async () => {
    const { body } = await call(`${app.url}/v1/clusters/prod-1`);

    expect(ClusterDetailView.parse(body)).toMatchObject({
      name: 'prod-1',
      coverage: { runId: 'run-1', signals: ['dns-errors'] },
    });
    expect(app.gate.filters).toEqual([
      { cluster: 'prod-1', newest: true },
      { cluster: 'prod-1', applied: true, limit: 1 },
    ]);
  });

  test('tell how old what is known of their class is, and what was left out of it', async () => {
    const { body } = await call(`${app.url}/v1/clusters/prod-1`);
    const { learned } = ClusterDetailView.parse(body);
    expect(learned).toMatchObject({
      class: 'large',
      learnedAt: '2026-11-23T06:00:00.000Z',
      from: '2026-11-21T06:00:00.000Z',
      clusters: 9,
      windows: { 'dns-errors': { used: 2_304, sync: 12, alert: 3, missing: 40 } },
    });
    expect(learned?.ageSeconds).toBeGreaterThan(0);

    const page = await call(`${app.url}/clusters/prod-1`);
    expect(page.text).toContain('Quiet hours of its class');
    expect(page.text).toMatch(/<td>dns-errors<\/td><td>2304<\/td><td>12<\/td><td>3<\/td><td>40<\/td>/);
  });

  test('that are not of the inventory are 404', async () => {
    expect(await call(`${app.url}/v1/clusters/prod-9`)).toMatchObject({
      status: 404,
      body: { code: 'cluster/unknown' },
    });
  });
});
