import { createHash } from 'node:crypto';
import { beforeEach, describe, expect, test } from 'vitest';
import type { Run } from '../../src/domain/run.ts';
import { createIdentity } from '../../src/identity/identity.ts';
import { suiteResources } from '../support/resources.ts';
import { RUN } from './fake-gate.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const SECRET = 'tidegate_canary-secret';
const PAYLOAD = { name: 'shop', namespace: 'prod', phase: 'Progressing', checksum: '85d557f47b' };

const resources = suiteResources();
let app: TestApp;
let observed: boolean;

beforeEach(async () => {
  observed = false;
  const sha256 = createHash('sha256').update(SECRET).digest('hex');
  app = resources.use(
    await startApp({
      app: (name) => ({
        name,
        components: ['dns'],
        clusters: ['prod-1'],
        owners: [],
        mode: observed ? 'observe' : 'enforce',
      }),
      identify: createIdentity({
        tokens: [
          { name: 'canary', kind: 'capability', sha256, clusters: ['prod-1'], apps: ['platform-bom'] },
        ],
        readers: 'identified',
        publicUrl: 'http://127.0.0.1',
        now: () => NOW,
      }),
    }),
  );
});

const send = (hook: string, body: unknown = PAYLOAD, secret = SECRET) =>
  call(`${app.url}/v1/callers/flagger/${secret}?hook=${hook}`, { json: body });

describe.each([
  ['confirm-rollout', 'PreSync', { go: 200, hold: 409, halt: 409, inconclusive: 409 }],
  ['pre-rollout', 'PreSync', { go: 200, hold: 409, halt: 409, inconclusive: 409 }],
  ['rollout', 'PostSync', { go: 200, hold: 200, halt: 409, inconclusive: 409 }],
  ['confirm-traffic-increase', 'PostSync', { go: 200, hold: 409, halt: 409, inconclusive: 409 }],
  ['confirm-promotion', 'PostSync', { go: 200, hold: 409, halt: 409, inconclusive: 409 }],
  ['post-rollout', 'PostSync', { go: 200, hold: 200, halt: 200, inconclusive: 200 }],
] as const)('%s asks as %s', (hook, phase, statuses) => {
  test.each(Object.entries(statuses))('%s is %d, with the reason in the text', async (verdict, status) => {
    app.gate.verdict = verdict as keyof typeof statuses;

    const answer = await send(hook);

    expect(answer.status).toBe(status);
    expect(answer.headers.get('content-type')).toBe('text/plain; charset=utf-8');
    expect(answer.text).toMatch(new RegExp(`^${verdict} \\(run/soaking\\): .* Who can act: .* http://`));
    expect(app.gate.asked).toEqual([
      {
        app: 'platform-bom',
        cluster: 'prod-1',
        revision: PAYLOAD.checksum,
        digest: PAYLOAD.checksum,
        phase,
        by: 'canary',
      },
    ]);
  });
});

test('a canary that Flagger gave up is reported as a sync that failed', async () => {
  await send('post-rollout', { ...PAYLOAD, phase: 'Failed' });

  expect(app.gate.asked).toMatchObject([{ phase: 'SyncFail' }]);
});

test('metadata of the Canary names the change better than the checksum', async () => {
  await send('confirm-rollout', {
    ...PAYLOAD,
    metadata: { revision: 'v2.1.0', digest: 'sha256:ab', more: 'x' },
  });

  expect(app.gate.asked).toMatchObject([{ revision: 'v2.1.0', digest: 'sha256:ab' }]);
});

test('a payload that names no change is refused with what to do', async () => {
  const { checksum: _, ...payload } = PAYLOAD;

  const answer = await send('confirm-rollout', payload);

  expect(answer.status).toBe(422);
  expect(answer.text).toContain('metadata.revision');
});

describe('rollback is the other way round', () => {
  const halted: Run = {
    ...RUN,
    state: 'halted',
    verdict: 'halt',
    reasons: [{ code: 'regression/dns-latency', text: 'DNS got slower.' }],
  };

  test.each<[string, readonly Run[], number, RegExp]>([
    ['a halt rolls back', [halted], 200, /^Roll back: DNS got slower\.$/],
    [
      'a go that was revoked does, too',
      [{ ...RUN, state: 'go', verdict: 'go', revokedAt: NOW }],
      200,
      /^Roll back/,
    ],
    ['a soak does not', [RUN], 409, /^No reason to roll back: The gate is gathering evidence\.$/],
    ['what nobody asked for does not', [], 409, /nobody asked for this change yet/],
  ])('%s', async (_name, ledger, status, said) => {
    app.gate.ledger = ledger;

    const answer = await send('rollback');

    expect(answer.status).toBe(status);
    expect(answer.text).toMatch(said);
    // Reading opens nothing, whatever the phase of the canary.
    expect(app.gate.asked).toEqual([]);
    expect(app.gate.filters).toEqual([
      { app: 'platform-bom', cluster: 'prod-1', digest: PAYLOAD.checksum, limit: 1 },
    ]);
  });

  test('in observe mode nothing is rolled back, and the text says what would have been', async () => {
    observed = true;
    app.gate.ledger = [halted];

    const answer = await send('rollback');

    expect(answer.status).toBe(409);
    expect(answer.text).toMatch(/observe mode\. Enforced it would be: DNS got slower\./);
  });
});

test('an event makes the gate look, and is not asked for a checksum', async () => {
  const metadata = {
    eventMessage: 'New revision detected!',
    eventType: 'Normal',
    timestamp: '1578607635167',
  };

  const answer = await send('event', { name: 'shop', namespace: 'prod', phase: 'Progressing', metadata });

  expect(answer.status).toBe(202);
  expect(app.gate.nudged).toEqual([['prod-1']]);
});

test('a capability may be given less: one that only asks reports nothing', async () => {
  const sha256 = createHash('sha256').update('asks-only').digest('hex');
  await using narrow = await startApp({
    identify: createIdentity({
      tokens: [
        {
          name: 'c',
          kind: 'capability',
          rights: ['hook'],
          sha256,
          clusters: ['prod-1'],
          apps: ['platform-bom'],
        },
      ],
      readers: 'identified',
      publicUrl: 'http://127.0.0.1',
      now: () => NOW,
    }),
  });
  const statusOf = async (hook: string) =>
    (await call(`${narrow.url}/v1/callers/flagger/asks-only?hook=${hook}`, { json: PAYLOAD })).status;

  expect(await statusOf('confirm-rollout')).toBe(409);
  expect(await statusOf('confirm-promotion')).toBe(403);
  expect(narrow.gate.asked).toHaveLength(1);
});

test('a hook that Flagger does not have is refused', async () => {
  expect((await send('confirm-everything')).status).toBe(422);
  expect((await call(`${app.url}/v1/callers/flagger/${SECRET}`, { json: PAYLOAD })).status).toBe(422);
});

test('who guesses an address is turned away and audited, and no secret stands in log or audit', async () => {
  const answer = await send('rollback', PAYLOAD, 'guessed-secret');
  await send('rollback');

  expect(answer.status).toBe(401);
  expect(app.gate.recorded).toMatchObject([
    { kind: 'refused', data: { code: 'identity/refused', path: '/v1/callers/flagger/{capability}' } },
  ]);
  const told =
    JSON.stringify([app.gate.recorded, app.lines]) + answer.text + (await app.metrics.exposition());
  expect(told).not.toMatch(/guessed-secret|canary-secret/);
});
