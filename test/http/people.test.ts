import { createHash } from 'node:crypto';
import { writeFileSync } from 'node:fs';
import { join } from 'node:path';
import { beforeEach, describe, expect, test } from 'vitest';
import { createLiveIdentity } from '../../src/cli/live-identity.ts';
import type { Config } from '../../src/config/config.ts';
import { createLiveInventory, type LiveInventory } from '../../src/config/live-inventory.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';
import { GOOD_CONFIG, parse } from '../config/config-text.ts';
import { signingKey } from '../support/issuer.ts';
import { type OidcProvider, startOidcProvider } from '../support/oidc-provider.ts';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { RUN } from './fake-gate.ts';
import { call, NOW, startApp, type TestApp } from './start-app.ts';

const GATE = 'http://gate.example.org';
const CALLBACK = `${GATE}/sign-in/oidc/callback`;
const HOUR = 3_600_000;
const OVERRIDE = `/act/override?run=${RUN.id}`;
const SECRET = 'the-secret-of-this-client';
const PROXY_SECRET = 'the-secret-of-this-proxy';

const resources = suiteResources();
let provider: OidcProvider;
let folder: string;
let live: LiveInventory;
let app: TestApp;
let now: number;

/** A gate where people sign in, and come through Argo CD; `more` adds to the section. */
function configWith(
  groups = '{platform: [read, override], sre: [read, freeze]}',
  clientId = 'tidegate',
): Config {
  return parse(`${GOOD_CONFIG}
gate: {url: '${GATE}'}
identity:
  tokens: [{name: bob, kind: person, sha256: ${createHash('sha256').update('bobs-token').digest('hex')}}]
  people:
    groups: ${groups}
    oidc:
      issuer: '${provider.url}'
      clientId: ${clientId}
      clientSecretFile: ${join(folder, 'client-secret')}
      sessionKeyFile: ${join(folder, 'session-key')}
    argocdProxy: {trusted: ['127.0.0.0/8', '::ffff:127.0.0.1'], secretFile: '${join(folder, 'proxy-secret')}'}
`);
}

async function startOwnApp(): Promise<TestApp> {
  const log = { warn: () => undefined };
  const metrics = createMetrics({ version: 'test' });
  return startApp({ publicUrl: GATE, ...createLiveIdentity({ live, now: () => now, metrics, log }) });
}

beforeEach(async () => {
  now = NOW;
  folder = resources.use(new TempDir()).path;
  writeFileSync(join(folder, 'client-secret'), `${SECRET}\n`);
  writeFileSync(join(folder, 'session-key'), 'x'.repeat(48));
  writeFileSync(join(folder, 'proxy-secret'), PROXY_SECRET);
  provider = resources.use(
    await startOidcProvider({ clientId: 'tidegate', clientSecret: SECRET, redirectUri: CALLBACK }),
  );
  live = createLiveInventory(configWith());
  app = resources.use(await startOwnApp());
});

const browse = (path: string, cookie = '', at = app) =>
  call(`${at.url}${path}`, { headers: { accept: 'text/html', cookie }, redirect: 'manual' });

const cookieOf = (answer: { readonly headers: Headers }) =>
  answer.headers.get('set-cookie')?.split(';')[0] ?? '';

/** Goes to the provider and comes back with its answer, not yet shown to the gate. */
async function goToProvider(to = '/rollouts') {
  const begun = await browse(`/sign-in/oidc?to=${encodeURIComponent(to)}`);
  expect(begun.status).toBe(303);
  const asked = begun.headers.get('location') ?? '';
  const answered = await fetch(asked, { redirect: 'manual' });
  expect(provider.complaints).toEqual([]);
  const back = new URL(answered.headers.get('location') ?? '');
  expect(`${back.origin}${back.pathname}`).toBe(CALLBACK);
  return { login: cookieOf(begun), back, begun };
}

const comeBack = ({ login, back }: { login: string; back: URL }, at = app) =>
  browse(`${back.pathname}${back.search}`, login, at);

async function signIn(): Promise<string> {
  const ended = await comeBack(await goToProvider());
  expect(ended.status).toBe(200);
  return cookieOf(ended);
}

describe('a person who signs in at the provider', () => {
  test('is led there and back, and has the rights of its groups', async () => {
    const asked = await browse('/rollouts');
    expect(asked).toMatchObject({ status: 401, text: expect.stringContaining(`Sign in at 127.0.0.1:`) });

    const there = await goToProvider();
    expect(there.begun.headers.get('set-cookie')).toMatch(
      /; Path=\/sign-in\/oidc; HttpOnly; SameSite=Lax; Max-Age=600$/,
    );
    const ended = await comeBack(there);
    expect(ended.headers.get('set-cookie')).toMatch(
      /^tidegate_session=ey.*; Path=\/; HttpOnly; SameSite=Strict; Max-Age=43200$/,
    );
    expect(ended.text).toContain('<meta http-equiv="refresh" content="0;url=/rollouts">');

    const session = cookieOf(ended);
    expect((await browse('/rollouts', session)).status).toBe(200);
    expect((await browse('/act/freeze', session)).status).toBe(403);
    const own = await browse('/sign-in', session);
    expect(own.text).toContain('<strong>oidc:alex@example.org</strong>');
    expect(own.text).toContain('<code>read</code>, <code>override</code>');
  });

  test('decides by a form in its own name', async () => {
    const cookie = await signIn();
    const form = await browse(OVERRIDE, cookie);
    const seal = /name="seal" value="([^"]+)"/.exec(form.text)?.[1] ?? '';
    const typed = { run: RUN.id, verdict: 'halt', reason: 'users report it', step: 'do' };
    const send = (fields: Record<string, string>) =>
      call(`${app.url}/act/override`, {
        method: 'POST',
        headers: { 'content-type': 'application/x-www-form-urlencoded', origin: app.url, cookie },
        body: new URLSearchParams(fields),
        redirect: 'manual',
      });

    expect((await send({ ...typed, seal: 'guessed' })).status).toBe(403);
    expect((await send({ ...typed, seal })).status).toBe(303);
    expect(app.gate.words).toMatchObject([{ actor: 'oidc:alex@example.org', verdict: 'halt' }]);
  });

  test('is known to every replica, for a working day', async () => {
    const session = await signIn();
    const replica = resources.use(await startOwnApp());

    now += 12 * HOUR - 1000;
    expect((await browse('/rollouts', session, replica)).status).toBe(200);
    now += 1000;
    expect((await browse('/rollouts', session, replica)).status).toBe(401);
  });

  test('may begin at one replica and end at another', async () => {
    const replica = resources.use(await startOwnApp());
    expect((await comeBack(await goToProvider(), replica)).status).toBe(200);
  });

  test('has what the configuration in force gives to its groups', async () => {
    const session = await signIn();
    live.replace(configWith('{platform: [freeze], "*": [read]}'));
    expect((await browse('/act/freeze', session)).status).toBe(200);
    expect((await browse(OVERRIDE, session)).status).toBe(403);
    // Another client, another session key: whoever was signed in is not any more.
    live.replace(configWith('{platform: [read]}', 'another'));
    expect((await browse('/rollouts', session)).status).toBe(401);
  });

  test('leaves by the button', async () => {
    const session = await signIn();
    expect((await browse('/sign-in', session)).text).toContain(
      '<form method="post" action="/sign-out"><button>Sign out',
    );
    const left = await call(`${app.url}/sign-out`, {
      method: 'POST',
      headers: { 'content-type': 'application/x-www-form-urlencoded', origin: app.url, cookie: session },
      body: '',
      redirect: 'manual',
    });
    expect(left.headers.get('set-cookie')).toMatch(/^tidegate_session=; .*Max-Age=0$/);
  });

  test('works with a provider that takes the secret in the body only', async () => {
    provider.wantsPost = true;
    expect(await signIn()).toContain('tidegate_session=');
  });

  test('may use a session as a cookie only, and a token as before', async () => {
    const [, session = ''] = (await signIn()).split('=');
    expect(
      (await call(`${app.url}/v1/runs`, { headers: { authorization: `Bearer ${session}` } })).status,
    ).toBe(401);
    expect(
      (await call(`${app.url}/v1/runs`, { headers: { authorization: 'Bearer bobs-token' } })).status,
    ).toBe(200);
  });
});

describe('a sign-in is refused and audited', () => {
  const refused = async (answer: Awaited<ReturnType<typeof browse>>) => {
    expect(answer.status).toBe(401);
    expect(answer.headers.has('set-cookie')).toBe(false);
    expect(answer.text).toContain('begin again');
    expect(app.gate.recorded).toMatchObject([{ kind: 'refused', data: { code: 'identity/sign-in' } }]);
  };

  test('without the cookie of the browser that began it', async () => {
    await refused(await comeBack({ ...(await goToProvider()), login: '' }));
  });

  test('with the cookie of another sign-in: its state is another', async () => {
    const { login } = await goToProvider();
    await refused(await comeBack({ ...(await goToProvider()), login }));
  });

  test('when another state comes back', async () => {
    const there = await goToProvider();
    there.back.searchParams.set('state', 'guessed');
    await refused(await comeBack(there));
  });

  test('with a code that was taken once', async () => {
    const there = await goToProvider();
    expect((await comeBack(there)).status).toBe(200);
    await refused(await comeBack(there));
  });

  test('with a code that was stolen from another sign-in: its verifier is another', async () => {
    const [mine, other] = [await goToProvider(), await goToProvider()];
    mine.back.searchParams.set('code', other.back.searchParams.get('code') ?? '');
    await refused(await comeBack(mine));
    expect(provider.complaints).toEqual([expect.stringContaining('code_verifier is')]);
  });

  test('when it took longer than ten minutes', async () => {
    const there = await goToProvider();
    now += 600_000;
    await refused(await comeBack(there));
  });

  test('when the provider refuses', async () => {
    const there = await goToProvider();
    const back = new URL(`${CALLBACK}?error=access_denied&state=${there.back.searchParams.get('state')}`);
    await refused(await comeBack({ ...there, back }));
  });

  test.each([
    ['another nonce', { nonce: 'replayed' }],
    ['another audience', { aud: 'another-client' }],
    ['another issuer', { iss: 'https://evil.example' }],
    ['a time that is over', { exp: 1_000_000 }],
    ['an address that is not verified', { email_verified: false }],
  ])('for an ID token with %s', async (_what, forged) => {
    provider.forged = forged;
    await refused(await comeBack(await goToProvider()));
  });

  test('for an ID token that the provider did not sign', async () => {
    provider.signsWith = await signingKey('provider');
    await refused(await comeBack(await goToProvider()));
  });

  test.each([[{ email: undefined }], [{ email: ' ' }], [{ email: 'a\nb' }], [{ email: ['a'] }]])(
    'for a name that can not stand in a log: %j',
    async (forged) => {
      provider.forged = forged as never;
      const answer = await comeBack(await goToProvider());
      expect(answer.status).toBe(403);
      expect(app.gate.recorded).toMatchObject([{ data: { code: 'identity/name' } }]);
    },
  );
});

test('a session that somebody made up is none', async () => {
  const session = await signIn();
  const { login } = await goToProvider();
  for (const cookie of [
    `${session.slice(0, -4)}AAAA`,
    'tidegate_session=eyJhbGciOiJub25lIn0.e30.',
    login.replace('tidegate_login', 'tidegate_session'),
  ]) {
    expect((await browse('/rollouts', cookie)).status).toBe(401);
  }
  writeFileSync(join(folder, 'session-key'), 'another-key-that-is-long-enough');
  expect((await browse('/rollouts', session)).status).toBe(401);
});

test.each(['//evil.example', 'https://evil.example', '/\\evil.example'])(
  'nobody is led to %s',
  async (to) => {
    expect((await comeBack(await goToProvider(to))).text).toContain('content="0;url=/"');
  },
);

test('a provider that is down keeps nobody out who is in, or has a token', async () => {
  const session = await signIn();
  provider.isDown = true;
  live.replace(configWith());

  expect((await browse('/sign-in/oidc')).status).toBe(503);
  expect((await browse('/rollouts', session)).status).toBe(200);
  provider.isDown = false;
  expect((await browse('/sign-in/oidc')).status, 'it is not asked again at once').toBe(503);
  now += 5_000;
  expect((await browse('/sign-in/oidc')).status).toBe(303);
});

describe('through Argo CD', () => {
  const HEADERS = {
    'argocd-username': 'alex',
    'argocd-user-groups': 'football, platform',
    'argocd-application-name': 'argocd:prod-1-platform-bom',
    'x-tidegate-proxy-secret': PROXY_SECRET,
  };
  const override = (headers: Record<string, string>) =>
    call(`${app.url}/v1/runs/${RUN.id}/override`, { json: { verdict: 'halt', reason: 'seen' }, headers });

  test('a person has the rights of its groups, and its own name', async () => {
    expect((await override(HEADERS)).status).toBe(200);
    expect(app.gate.words).toMatchObject([{ actor: 'argocd:alex' }]);
    expect((await override({ ...HEADERS, 'argocd-user-groups': 'football,*' })).status).toBe(403);
  });

  test.each([
    ['a wrong secret', { ...HEADERS, 'x-tidegate-proxy-secret': `${PROXY_SECRET}x` }],
    ['no secret', { ...HEADERS, 'x-tidegate-proxy-secret': '' }],
    ['no application', { ...HEADERS, 'argocd-application-name': undefined }],
  ])('with %s nobody is believed, and that is audited', async (_what, headers) => {
    const sent = Object.fromEntries(Object.entries(headers).filter(([, value]) => value !== undefined));
    const answer = await override(sent as Record<string, string>);

    expect(answer).toMatchObject({ status: 401, body: { code: 'identity/proxy' } });
    expect(app.gate.recorded).toMatchObject([{ kind: 'refused', data: { code: 'identity/proxy' } }]);
  });

  test('from another address nobody is believed', async () => {
    live.replace(parseWithTrusted('10.0.0.0/8'));
    expect((await override(HEADERS)).body).toMatchObject({ code: 'identity/proxy' });
  });

  test('the headers count for nothing where no proxy is configured', async () => {
    const { argocdProxy: _, ...people } = live.config.identity.people ?? { groups: {} };
    live.replace({ ...live.config, identity: { ...live.config.identity, people } });
    expect((await override(HEADERS)).body).toMatchObject({ code: 'identity/missing' });
  });

  function parseWithTrusted(range: string): Config {
    const { people } = live.config.identity;
    if (!people?.argocdProxy) throw new Error('no proxy is configured in this test');
    const argocdProxy = { ...people.argocdProxy, trusted: [range] };
    return { ...live.config, identity: { ...live.config.identity, people: { ...people, argocdProxy } } };
  }
});

test('a gate whose files of secrets are missing or too short does not start', () => {
  writeFileSync(join(folder, 'session-key'), 'short');
  const metrics = createMetrics({ version: 'test' });
  const start = () => createLiveIdentity({ live, now: () => now, metrics, log: { warn: () => undefined } });

  expect(start).toThrow(
    /identity\.people\.oidc\.sessionKeyFile: .*holds 5 characters; expected a secret of 16 or more/,
  );
  writeFileSync(join(folder, 'session-key'), 'x'.repeat(48));
  expect(start).not.toThrow();
});
