import { expect, test } from 'vitest';
import { GOOD_CONFIG, parse, problemsOf } from './config-text.ts';

const HASH = 'a'.repeat(64);
const withTokens = (...tokens: readonly string[]) =>
  `${GOOD_CONFIG}\nidentity:\n  tokens:\n${tokens.map((token) => `    - {${token}}`).join('\n')}\n`;

test('tokens are scoped, narrowed and expire', () => {
  const text = withTokens(
    `name: prod-hook, kind: hook, sha256: ${HASH}, clusters: [prod-1], apps: [platform-bom], expires: 2027-06-30`,
    `name: night-shift, kind: person, sha256: ${'b'.repeat(64)}, rights: [read, freeze], expires: '2027-06-30T12:00:00+02:00'`,
  );

  expect(parse(text).identity.tokens).toEqual([
    {
      name: 'prod-hook',
      kind: 'hook',
      sha256: HASH,
      clusters: ['prod-1'],
      apps: ['platform-bom'],
      expires: Date.UTC(2027, 5, 30),
    },
    {
      name: 'night-shift',
      kind: 'person',
      sha256: 'b'.repeat(64),
      rights: ['read', 'freeze'],
      expires: Date.UTC(2027, 5, 30, 10),
    },
  ]);
});

test.each([
  [
    `name: a, kind: robot, sha256: ${HASH}`,
    'identity.tokens[0].kind',
    /one of hook, ci, capability, webhook, reader, person/,
  ],
  [`name: a, kind: hook, sha256: plain-text`, 'identity.tokens[0].sha256', /64 lower-case hex digits/],
  [
    `name: a, kind: hook, sha256: ${HASH}, rights: [override]`,
    'identity.tokens[0].rights[0]',
    /more than a token of kind hook may have, which is hook, sync, probe, read/,
  ],
  [`name: a, kind: hook, sha256: ${HASH}, rights: []`, 'identity.tokens[0].rights', /at least one right/],
  [
    `name: a, kind: hook, sha256: ${HASH}, clusters: [prod-9]`,
    'identity.tokens[0].clusters[0]',
    /"prod-9" is none of the clusters, which are sandbox-1, prod-1, prod-2/,
  ],
  [
    `name: a, kind: hook, sha256: ${HASH}, clusters: []`,
    'identity.tokens[0].clusters',
    /at least one cluster/,
  ],
  [
    `name: a, kind: hook, sha256: ${HASH}, apps: [payments]`,
    'identity.tokens[0].apps[0]',
    /none of the apps, which are platform-bom, live-only/,
  ],
  [
    `name: a, kind: capability, sha256: ${HASH}, clusters: [prod-1], expires: 2027-06-30`,
    'identity.tokens[0].apps',
    /must name exactly one/,
  ],
  [
    `name: a, kind: capability, sha256: ${HASH}, clusters: [prod-1, prod-2], apps: [platform-bom], expires: 2027-06-30`,
    'identity.tokens[0].clusters',
    /must name exactly one/,
  ],
  [
    `name: a, kind: capability, sha256: ${HASH}, clusters: [prod-1], apps: [platform-bom]`,
    'identity.tokens[0].expires',
    /is missing: an address gets known in time/,
  ],
  [`name: gate, kind: person, sha256: ${HASH}`, 'identity.tokens[0].name', /the gate's own callers/],
  [`name: a, kind: hook, sha256: ${HASH}, expires: soon`, 'identity.tokens[0].expires', /such as 2027-06-30/],
  [`name: a, kind: hook, token: s3cret, sha256: ${HASH}`, 'identity.tokens[0].token', /is a secret/],
])('%s is refused, with the place and what to do', (token, path, message) => {
  const problems = problemsOf(withTokens(token));

  expect(problems).toContainEqual({ path, message: expect.stringMatching(message) });
  expect(JSON.stringify(problems)).not.toMatch(/s3cret|plain-text/);
});

test('two tokens have two names and two secrets', () => {
  const same = `name: a, kind: hook, sha256: ${HASH}`;

  expect(
    problemsOf(withTokens(same, same))
      .map(({ path }) => path)
      .sort(),
  ).toEqual(['identity.tokens[1].name', 'identity.tokens[1].sha256']);
});

test('a gate that others reach needs a token of any kind', () => {
  const open = `${GOOD_CONFIG}\ngate: {listen: '0.0.0.0:8080'}`;
  const tokens = withTokens(`name: alice, kind: person, sha256: ${HASH}`);

  expect(problemsOf(open)).toMatchObject([{ path: 'gate.token' }]);
  expect(problemsOf(`${tokens}\ngate: {listen: '0.0.0.0:8080'}`)).toEqual([]);
});
