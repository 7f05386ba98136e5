import { expect, test } from 'vitest';
import { GOOD_CONFIG, parse, problemsOf } from './config-text.ts';

const EKS = 'https://oidc.eks.eu-west-1.amazonaws.com/id/ABCD';
const HOOK = 'system:serviceaccount:platform:tidegate-hook';
const GITHUB = 'https://token.actions.githubusercontent.com';
const withIdentity = (identity: string, prod1 = '', prod2 = '') =>
  `${GOOD_CONFIG.replace('name: prod-1,', `name: prod-1, ${prod1}`).replace('name: prod-2,', `name: prod-2, ${prod2}`)}\nidentity: {${identity}}\n`;
const hooks = `hooks: {subjects: ['${HOOK}']}`;
const ci = (more: string) => `issuers: [{issuer: '${GITHUB}', ${more}}]`;

test('a cluster has an issuer, alone or with where its keys are', () => {
  const { fleet, identity } = parse(
    withIdentity(
      hooks,
      `issuer: '${EKS}',`,
      `issuer: {issuer: 'https://kubernetes.default.svc', jwksUri: 'https://10.0.0.1:6443/openid/v1/jwks', caFile: ca.pem},`,
    ),
  );

  expect(fleet.clusters.map(({ issuer }) => issuer)).toEqual([
    undefined,
    { issuer: EKS },
    {
      issuer: 'https://kubernetes.default.svc',
      jwksUri: 'https://10.0.0.1:6443/openid/v1/jwks',
      caFile: '/etc/tidegate/ca.pem',
    },
  ]);
  expect(identity.hooks).toEqual({ audience: 'tidegate', subjects: [HOOK], maxLifetime: '1h' });
});

test('a CI system is an issuer with subjects, bound or not', () => {
  const text = withIdentity(
    ci(`subjects: ['repo:example/*:ref:refs/heads/main'], apps: [platform-bom], maxLifetime: 15m`),
  );

  expect(parse(text).identity.issuers).toEqual([
    {
      issuer: GITHUB,
      audience: 'tidegate',
      subjects: ['repo:example/*:ref:refs/heads/main'],
      apps: ['platform-bom'],
      maxLifetime: '15m',
    },
  ]);
});

const CI_PATH = 'identity.issuers[0]';
test.each([
  [
    'an issuer of two clusters',
    withIdentity(hooks, `issuer: '${EKS}',`, `issuer: {issuer: '${EKS}'},`),
    'fleet.clusters[2].issuer',
    /is the issuer of fleet\.clusters\[1\]\.issuer already/,
  ],
  [
    'an issuer of a cluster and of a CI system',
    withIdentity(`${hooks}, ${ci('subjects: [a]')}`, `issuer: '${GITHUB}',`),
    `${CI_PATH}.issuer`,
    /already/,
  ],
  [
    'hooks of whom nothing is said',
    withIdentity('', `issuer: '${EKS}',`),
    'identity.hooks',
    /is missing, and fleet\.clusters\[1\] has an issuer/,
  ],
  [
    'what is no subject',
    withIdentity(`hooks: {subjects: ['a hook']}`),
    'identity.hooks.subjects[0]',
    /such as system:serviceaccount:platform-system:tidegate-hook/,
  ],
  ['nobody', withIdentity('hooks: {subjects: []}'), 'identity.hooks.subjects', /at least one subject/],
  ['http', withIdentity(hooks, `issuer: 'http://oidc.example.org',`), 'fleet.clusters[1].issuer', /https/],
  ['a query', withIdentity(hooks, `issuer: '${EKS}?a=b',`), 'fleet.clusters[1].issuer', /such as https/],
  [
    'keys without encryption',
    withIdentity(ci(`subjects: [a], jwksUri: 'http://10.0.0.1/keys'`)),
    `${CI_PATH}.jwksUri`,
    /an https address/,
  ],
  [
    'the repositories of everybody',
    withIdentity(ci(`subjects: ['repo:*/platform:ref:refs/heads/main']`)),
    `${CI_PATH}.subjects[0]`,
    /would let in whoever the issuer signs for/,
  ],
  ['every subject', withIdentity(ci(`subjects: ['*']`)), `${CI_PATH}.subjects[0]`, /would let in/],
  [
    'an app that is none',
    withIdentity(ci('subjects: [a], apps: [payments]')),
    `${CI_PATH}.apps[0]`,
    /none of the apps/,
  ],
  [
    'a cluster that is none',
    withIdentity(ci('subjects: [a], clusters: [prod-9]')),
    `${CI_PATH}.clusters[0]`,
    /none of the clusters/,
  ],
])('%s: refused, with the place and what to do', (_what, text, path, message) => {
  expect(problemsOf(text)).toContainEqual({ path, message: expect.stringMatching(message) });
});

test('issuers are identities for a gate that others reach', () => {
  expect(problemsOf(`${withIdentity(hooks)}\ngate: {listen: '0.0.0.0:8080'}`)).toEqual([]);
});

const OIDC = `oidc: {issuer: 'https://login.example.org/', clientId: tidegate, clientSecretFile: client-secret, sessionKeyFile: session-key}`;
const PROXY = 'argocdProxy: {trusted: [10.0.0.0/16, "fd00::1"], secretFile: proxy-secret}';

test('people come by a provider, through Argo CD or both, with the rights of their groups', () => {
  const { people } = parse(
    withIdentity(`people: {groups: {sre: [read, freeze], '*': [read]}, ${OIDC}, ${PROXY}}`),
  ).identity;

  expect(people).toEqual({
    groups: { sre: ['read', 'freeze'], '*': ['read'] },
    oidc: {
      issuer: 'https://login.example.org/',
      clientId: 'tidegate',
      clientSecretFile: '/etc/tidegate/client-secret',
      sessionKeyFile: '/etc/tidegate/session-key',
      scopes: ['openid', 'email'],
      nameClaim: 'email',
      groupsClaim: 'groups',
    },
    argocdProxy: { trusted: ['10.0.0.0/16', 'fd00::1'], secretFile: '/etc/tidegate/proxy-secret' },
  });
});

test.each([
  ['groups: {sre: [read]}', 'identity.people', /oidc, argocdProxy or both/],
  [`groups: {sre: [webhook]}, ${OIDC}`, 'identity.people.groups.sre[0]', /"webhook" is not one of/],
  [`groups: {sre: []}, ${OIDC}`, 'identity.people.groups.sre', /at least one right/],
  [
    `groups: {}, argocdProxy: {trusted: ['10.0.0.0/33'], secretFile: a}`,
    'identity.people.argocdProxy.trusted[0]',
    /such as 10\.0\.0\.0\/16/,
  ],
  [
    `groups: {}, argocdProxy: {trusted: [argocd], secretFile: a}`,
    'identity.people.argocdProxy.trusted[0]',
    /an address or a range/,
  ],
  [
    `groups: {}, oidc: {issuer: 'https://login.example.org', clientId: a, clientSecret: s3cret, sessionKeyFile: k}`,
    'identity.people.oidc.clientSecret',
    /is a secret/,
  ],
])('people with {%s} are refused', (people, path, message) => {
  const problems = problemsOf(withIdentity(`people: {${people}}`));

  expect(problems).toContainEqual({ path, message: expect.stringMatching(message) });
  expect(JSON.stringify(problems)).not.toContain('s3cret');
});
