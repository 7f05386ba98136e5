import { createHash } from 'node:crypto';
import { describe, expect, test } from 'vitest';
import { createIdentity } from '../../src/identity/identity.ts';
import { ADA } from '../gate/support/callers.ts';
import { World } from '../gate/support/world.ts';
import { RUN } from './fake-gate.ts';
import { startApp } from './start-app.ts';

const JSON_TYPE = { 'content-type': 'application/json' };

function post(url: string, path: string, body: unknown, headers: Record<string, string> = {}) {
  return fetch(new URL(path, url), {
    method: 'POST',
    headers: { ...JSON_TYPE, ...headers },
    body: JSON.stringify(body),
  });
}

const FREEZE = { scope: 'wave', name: 'prod', expiresAt: '2026-11-24T18:00:00Z', reason: 'a bank holiday' };

describe('freezes over HTTP', () => {
  test('are ordered, listed and thawed', async () => {
    await using app = await startApp();

    const made = await post(app.url, '/v1/freezes', { ...FREEZE, actor: 'ada' });
    expect(made.status).toBe(201);
    expect(await made.json()).toMatchObject({
      id: 'fr-1',
      ...FREEZE,
      expiresAt: '2026-11-24T18:00:00.000Z',
      actor: 'ada',
    });
    const list = (await (await fetch(new URL('/v1/freezes', app.url))).json()) as { freezes: unknown[] };
    expect(list.freezes).toHaveLength(1);
    const thawed = await fetch(new URL('/v1/freezes/fr-1?reason=it+is+over', app.url), { method: 'DELETE' });
    expect(thawed.status).toBe(200);
    expect(app.gate.words).toEqual([{ id: 'fr-1', actor: 'loopback', reason: 'it is over' }]);
    const again = await fetch(new URL('/v1/freezes/fr-1?reason=x', app.url), { method: 'DELETE' });
    expect([again.status, await again.json()]).toMatchObject([404, { code: 'freeze/unknown' }]);
  });

  test.each<[string, Record<string, unknown>, string, string]>([
    ['no reason', { reason: undefined }, 'reason', 'is missing'],
    ['an empty reason', { reason: '   ' }, 'reason', 'a sentence that says why'],
    ['a reason of 10,000 characters', { reason: 'x'.repeat(10_000) }, 'reason', 'at most 2000 characters'],
    ['a time without its zone', { expiresAt: '2026-11-24T18:00:00' }, 'expiresAt', 'a time with its zone'],
    ['a time that is none', { expiresAt: 'tomorrow' }, 'expiresAt', 'a time with its zone'],
    ['a scope that is none', { scope: 'galaxy' }, 'scope', 'fleet'],
    ['a field that nobody knows', { untill: 'x' }, 'untill', 'is not known here'],
  ])('%s is refused with its field', async (_what, change, field, said) => {
    await using app = await startApp();

    const response = await post(app.url, '/v1/freezes', { ...FREEZE, ...change });

    expect(response.status).toBe(422);
    expect(response.headers.get('content-type')).toContain('application/problem+json');
    const problem = (await response.json()) as { field: string; detail: string; code: string };
    expect(problem).toMatchObject({ field, code: expect.stringMatching(/^input\//) });
    expect(problem.detail).toContain(said);
    expect(app.gate.frozen).toEqual([]);
  });

  test('an end in the past is refused with its field by the gate itself', async () => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });

    const response = await post(app.url, '/v1/freezes', {
      ...FREEZE,
      scope: 'fleet',
      name: undefined,
      expiresAt: '2020-01-01T00:00:00Z',
    });

    expect([response.status, await response.json()]).toMatchObject([
      422,
      { code: 'freeze/expired', field: 'expiresAt', detail: expect.stringContaining('which is over') },
    ]);
  });

  test('who is bound to a cluster freezes that cluster and nothing beyond it', async () => {
    const sha256 = createHash('sha256').update('a-bound-token').digest('hex');
    await using app = await startApp({
      identify: createIdentity({
        tokens: [{ name: 'ada', kind: 'person', sha256, clusters: ['prod-1'] }],
        readers: 'identified',
        publicUrl: 'http://127.0.0.1',
        now: () => 0,
      }),
    });
    const order = (scope: string, name?: string) =>
      post(app.url, '/v1/freezes', { ...FREEZE, scope, name }, { authorization: 'Bearer a-bound-token' });

    expect((await order('cluster', 'prod-1')).status).toBe(201);
    for (const [scope, name] of [
      ['cluster', 'prod-2'],
      ['wave', 'prod'],
      ['fleet'],
      ['app', 'bom'],
    ] as const) {
      const response = await order(scope, name);
      expect([response.status, await response.json()]).toMatchObject([403, { code: 'identity/scope' }]);
    }
  });
});

test('a run is acknowledged, with who and why', async () => {
  await using app = await startApp();

  const response = await post(app.url, `/v1/runs/${RUN.id}/acknowledge`, { reason: 'a hook was down' });

  expect([response.status, await response.json()]).toMatchObject([
    200,
    { id: RUN.id, acknowledgedBy: 'loopback' },
  ]);
  expect(app.gate.words).toEqual([{ id: RUN.id, actor: 'loopback', reason: 'a hook was down' }]);
});

test('what there is nothing to acknowledge of is a conflict', async () => {
  await using world = await World.open();
  const { runId } = await world.ask('PreSync');
  await using app = await startApp({ gate: world.gate });

  const response = await post(app.url, `/v1/runs/${runId}/acknowledge`, { reason: 'why not' });

  expect([response.status, await response.json()]).toMatchObject([
    409,
    { code: 'run/nothing-to-acknowledge' },
  ]);
});

describe('what the clusters have', () => {
  const place = { app: 'bom', cluster: 'a-1', revision: 'r0', digest: 'd0' };

  test('is adopted, and told by Argo CD', async () => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });

    const adopted = await post(app.url, '/v1/adopt', {
      places: [place],
      reason: 'first install',
      actor: 'ada',
    });
    expect([adopted.status, await adopted.json()]).toMatchObject([
      201,
      { runs: [{ state: 'adopted', digest: 'd0', decidedBy: 'ada' }] },
    ]);
    const deployedAt = new Date(world.clock.now() + 1_000).toISOString();
    const told = await post(app.url, '/v1/callers/argocd-notifications', {
      ...place,
      digest: 'd1',
      deployedAt,
    });
    expect([told.status, await told.json()]).toMatchObject([
      200,
      { isNew: true, run: { ungated: true, digest: 'd1' } },
    ]);
    const again = await post(app.url, '/v1/adopt', { places: [place], reason: 'again' });
    expect([again.status, await again.json()]).toMatchObject([409, { code: 'adopt/known' }]);
  });

  test('has several revisions where it has several sources, and each of them counts', async () => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });
    const tell = async (more: object) => {
      world.clock.advance(60_000);
      const deployedAt = new Date(world.clock.now()).toISOString();
      const news = { app: 'bom', cluster: 'a-1', revision: '', deployedAt, ...more };
      const told = await post(app.url, '/v1/callers/argocd-notifications', news);
      return [told.status, await told.json()];
    };
    const later = new Date(world.clock.now() + 3_600_000).toISOString();

    expect(await tell({ revisions: ['2.4.0', 'c1'] })).toMatchObject([
      200,
      { isNew: true, run: { revision: '2.4.0,c1' } },
    ]);
    expect(await tell({ revisions: ['2.4.0', 'c1'], history: [{ deployedAt: later }] })).toMatchObject([
      200,
      { isNew: false },
    ]);
    expect(await tell({ revisions: ['2.4.0', 'c2'] })).toMatchObject([
      200,
      { isNew: true, run: { revision: '2.4.0,c2' } },
    ]);
    const many = Array.from({ length: 9 }, (_, at) => String(at).repeat(40));
    expect(await tell({ revisions: many })).toMatchObject([
      200,
      { run: { revision: expect.stringMatching(/^sha256:[0-9a-f]{64}$/) } },
    ]);
    expect(await tell({ revisions: [] })).toMatchObject([422, { field: 'revision' }]);
  });

  test.each<[string, unknown, string]>([
    ['no place', [], 'places'],
    ['a place twice', [place, place], 'places[1]'],
    ['a place without its cluster', [{ app: 'bom', revision: 'r0' }], 'places[0].cluster'],
  ])('%s is refused with its field', async (_what, places, field) => {
    await using world = await World.open();
    await using app = await startApp({ gate: world.gate });

    const response = await post(app.url, '/v1/adopt', { places, ...ADA });

    expect([response.status, await response.json()]).toMatchObject([422, { field }]);
  });
});
