import { type JWTPayload, SignJWT, UnsecuredJWT } from 'jose';
import { beforeAll, beforeEach, describe, expect, test } from 'vitest';
import { isTidegateError } from '../../src/domain/errors.ts';
import type { KnownCaller } from '../../src/identity/caller.ts';
import { createVerifyJwt, isJwt, type TrustedIssuer, type VerifyJwt } from '../../src/identity/jwt.ts';
import { createKeySet } from '../../src/identity/key-set.ts';
import { type Issuer, type SigningKey, signingKey, startIssuer, UNKNOWN_DEMAND } from '../support/issuer.ts';
import { suiteResources } from '../support/resources.ts';

const NOW = Date.UTC(2026, 10, 24, 12);
const SECONDS = NOW / 1000;
const HOOK = 'system:serviceaccount:platform:tidegate-hook';
const CI = 'repo:example/platform:ref:refs/heads/main';

const resources = suiteResources();
let key: SigningKey;
let [prod, spare, ci]: Issuer[] = [];
let verify: VerifyJwt;

beforeAll(async () => {
  key = await signingKey('first');
  prod = resources.use(await startIssuer([key.jwk]));
  // Two clusters that were made from one copy: the same key, and still two issuers.
  spare = resources.use(await startIssuer([key.jwk]));
  ci = resources.use(await startIssuer([key.jwk]));
});

beforeEach(() => {
  const trusted = (issuer: Issuer, more: Partial<TrustedIssuer>): TrustedIssuer => ({
    issuer: issuer.url,
    kind: 'hook',
    audience: 'tidegate',
    subjects: [HOOK],
    maxLifetimeSeconds: 3600,
    keys: createKeySet({ issuer: issuer.url }, { now: () => NOW }),
    ...more,
  });
  for (const issuer of issuers()) issuer.asked.length = 0;
  const [one, two, three] = issuers();
  if (!one || !two || !three) throw new Error('an issuer of this test did not start');
  verify = createVerifyJwt(
    [
      trusted(one, { clusters: ['prod-1'] }),
      trusted(two, { clusters: ['prod-2'] }),
      trusted(three, {
        kind: 'ci',
        subjects: ['repo:example/*:ref:refs/heads/main'],
        apps: ['platform-bom'],
      }),
    ],
    () => NOW,
  );
});

const issuers = () => [prod, spare, ci].filter((issuer) => issuer !== undefined);
const asked = () => issuers().flatMap((issuer) => issuer.asked);

/** Claims of a token that the kubelet fetched five minutes ago. */
const claims = (more: JWTPayload = {}): JWTPayload => ({
  sub: HOOK,
  aud: 'tidegate',
  iat: SECONDS - 300,
  nbf: SECONDS - 300,
  exp: SECONDS + 3307,
  ...more,
});

const signed = (more: JWTPayload = {}, header: Readonly<Record<string, unknown>> = {}) =>
  (prod as Issuer).sign(key, claims(more), header);

async function outcome(token: string): Promise<string> {
  expect(isJwt(token)).toBe(true);
  try {
    const caller = await verify(token);
    return caller.name;
  } catch (error) {
    if (!isTidegateError(error)) throw error;
    expect(error.message).not.toContain(token);
    return error.code;
  }
}

describe('a token of a hook', () => {
  test('speaks for the cluster of its issuer, and may do what a hook may', async () => {
    const caller: KnownCaller = await verify(await signed());

    expect(caller).toEqual({
      name: `prod-1:${HOOK}`,
      rights: new Set(['hook', 'sync', 'probe', 'read']),
      scope: { clusters: ['prod-1'] },
      shared: false,
    });
  });

  test('of one cluster does not speak for another, not even with the same key', async () => {
    const other = await (spare as Issuer).sign(key, claims());
    expect((await verify(other)).scope).toEqual({ clusters: ['prod-2'] });
    // What it says of its cluster is not believed.
    const boasting = await signed({ cluster: 'prod-2', 'kubernetes.io': { namespace: 'prod-2' } });
    expect((await verify(boasting)).scope).toEqual({ clusters: ['prod-1'] });
  });

  test.each<[string, JWTPayload, string]>([
    ['expired', { iat: SECONDS - 3000, exp: SECONDS - 31 }, 'identity/expired'],
    ['within the leeway of 30 s', { iat: SECONDS - 3000, exp: SECONDS - 29 }, `prod-1:${HOOK}`],
    ['not valid yet', { nbf: SECONDS + 31 }, 'identity/not-yet-valid'],
    ['of a node whose clock is 25 s ahead', { iat: SECONDS + 25, nbf: SECONDS + 25 }, `prod-1:${HOOK}`],
    ['issued in the future', { iat: SECONDS + 31, nbf: SECONDS - 1 }, 'identity/not-yet-valid'],
    ['of the longest life that the kubelet asks for', { exp: SECONDS - 300 + 3607 }, `prod-1:${HOOK}`],
    ['that lives longer', { exp: SECONDS - 300 + 3631 }, 'identity/lifetime'],
    ['for another audience', { aud: 'https://kubernetes.default.svc' }, 'identity/audience'],
    ['for a second audience, too', { aud: ['tidegate', 'vault'] }, 'identity/audience'],
    ['for nobody', { aud: [] }, 'identity/audience'],
    ['of another ServiceAccount', { sub: 'system:serviceaccount:platform:default' }, 'identity/subject'],
    ['of another namespace', { sub: 'system:serviceaccount:shop:tidegate-hook' }, 'identity/subject'],
    [
      'of an issuer we do not know',
      { iss: 'https://oidc.eks.eu-west-1.amazonaws.com/id/OTHER' },
      'identity/issuer',
    ],
  ])('%s', async (_what, more, expected) => {
    expect(await outcome(await signed(more))).toBe(expected);
  });

  test.each(['exp', 'iat', 'sub', 'aud'])('without %s is refused', async (claim) => {
    expect(await outcome(await signed({ [claim]: undefined }))).toMatch(/^identity\/(malformed|audience)$/);
  });
});

test('a CI system asks and reads, in its scope', async () => {
  const caller = await verify(await (ci as Issuer).sign(key, claims({ sub: CI })));

  expect(caller).toEqual({
    name: `ci:${CI}`,
    rights: new Set(['hook', 'read']),
    scope: { apps: ['platform-bom'] },
    shared: false,
  });
});

test.each([
  'repo:example/platform:ref:refs/heads/main2',
  'repo:example/platform:pull_request',
  'repo:evil/platform:ref:refs/heads/main',
  'repo:example/x:environment:y:ref:refs/heads/main',
  'repo:example/a/b:ref:refs/heads/main',
  'xrepo:example/platform:ref:refs/heads/main',
  'repo:example/platform:ref:refs/heads/main\n',
  'repo:example/plat\nform:ref:refs/heads/main',
])('the subject %j of a CI system is refused', async (sub) => {
  expect(await outcome(await (ci as Issuer).sign(key, claims({ sub })))).toBe('identity/subject');
});

describe('a forged token', () => {
  test('without a signature is refused before anything is fetched', async () => {
    const none = new UnsecuredJWT({ iss: prod?.url ?? '', ...claims() }).encode();

    expect(await outcome(none)).toBe('identity/algorithm');
    expect(asked()).toEqual([]);
  });

  test('signed with the public key as a shared secret is refused', async () => {
    const forged = await new SignJWT({ iss: prod?.url ?? '', ...claims() })
      .setProtectedHeader({ alg: 'HS256', kid: key.kid })
      .sign(new TextEncoder().encode(JSON.stringify(key.jwk)));

    expect(await outcome(forged)).toBe('identity/algorithm');
  });

  test('signed with another key under the name of the right one is refused', async () => {
    const other = await signingKey(key.kid);
    expect(await outcome(await (prod as Issuer).sign(other, claims()))).toBe('identity/signature');
  });

  test('whose claims were changed is refused', async () => {
    const [header, , signature] = (await signed()).split('.');
    const payload = Buffer.from(JSON.stringify({ iss: prod?.url, ...claims({ exp: SECONDS + 3600 }) }));
    expect(await outcome(`${header}.${payload.toString('base64url')}.${signature}`)).toBe(
      'identity/signature',
    );
  });

  test('can not make us fetch anything: not by its issuer, not by its header', async () => {
    await using evil = await startIssuer([key.jwk]);
    const at = `${evil.url}/keys`;

    expect(await outcome(await signed({ iss: evil.url }))).toBe('identity/issuer');
    expect(await outcome(await signed({ iss: 'http://169.254.169.254/latest/meta-data' }))).toBe(
      'identity/issuer',
    );
    expect(await outcome(await signed({ iss: `${prod?.url}/` }))).toBe('identity/issuer');
    const other = await signingKey('elsewhere');
    const byHeader = { jku: at, x5u: at, jwk: other.jwk, x5c: ['MIIB'] };
    expect(await outcome(await (prod as Issuer).sign(other, claims(), byHeader))).toBe(
      'identity/unknown-key',
    );
    expect(await outcome(await (prod as Issuer).sign({ ...other, kid: key.kid }, claims(), byHeader))).toBe(
      'identity/signature',
    );
    expect(evil.asked).toEqual([]);
  });

  test.each([
    ['../../../etc/passwd', 'identity/unknown-key'],
    ["first' OR '1'='1", 'identity/malformed'],
    ["'; DROP TABLE runs;--", 'identity/malformed'],
    ['__proto__', 'identity/unknown-key'],
    ['constructor', 'identity/unknown-key'],
    ['k'.repeat(257), 'identity/malformed'],
    ['first\u0000', 'identity/malformed'],
    ['', 'identity/malformed'],
    [undefined, 'identity/malformed'],
    [{ kid: 'first' }, 'identity/malformed'],
  ])('with the key id %j is refused: %s', async (kid, expected) => {
    expect(await outcome(await signed({}, { kid }))).toBe(expected);
    expect(asked()).toEqual(
      expected === 'identity/malformed' ? [] : ['/.well-known/openid-configuration', '/keys'],
    );
  });

  test('with demands that we do not know is refused', async () => {
    const demanding = await signed({}, { crit: [UNKNOWN_DEMAND], [UNKNOWN_DEMAND]: 1 });
    expect(await outcome(demanding)).toBe('identity/malformed');
  });

  test.each(['eyJ.e30.', 'ey.ey.ey', `ey${'A'.repeat(9_000)}.ey.ey`])('%.20s is refused', async (token) => {
    expect(await outcome(token)).toMatch(/^identity\/(malformed|algorithm)$/);
    expect(asked()).toEqual([]);
  });
});
