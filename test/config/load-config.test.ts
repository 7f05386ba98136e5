import { expect, test } from 'vitest';
import { createInventory } from '../../src/config/inventory.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { ConfigError } from '../../src/domain/errors.ts';
import { TempDir } from '../support/temp-dir.ts';
import { GOOD_CONFIG, parse, problemsOf } from './config-text.ts';

test('a file is read, with defaults filled in and paths relative to its folder', () => {
  using dir = new TempDir();
  const path = dir.write(
    'tidegate.yaml',
    `${GOOD_CONFIG}\ngate: {store: {sqlite: state/ledger.sqlite}}`.replace(
      "url: 'http://prometheus:9090/'",
      'url: http://prometheus:9090, auth: {bearerFile: token}',
    ),
  );

  const config = loadConfig(path, {});

  expect(config.gate).toEqual({
    url: 'http://127.0.0.1:8080',
    listen: { host: '127.0.0.1', port: 8080 },
    store: { sqlite: `${dir.path}/state/ledger.sqlite` },
    keepEvidence: '30d',
    frameAncestors: [],
    readers: 'identified',
  });
  expect(config.sources).toEqual([
    {
      name: 'fleet',
      kind: 'prometheus',
      url: 'http://prometheus:9090',
      auth: { bearerFile: `${dir.path}/token` },
      clusterLabel: 'cluster',
      scrapeInterval: '30s',
      timeout: '10s',
      settleDelay: '45s',
    },
  ]);
  expect(config.apps[0]).toMatchObject({ mode: 'enforce', owners: [], targets: { labels: {} } });
});

test('runbook links lead to the gate itself, unless somebody else serves the pages', () => {
  const gate = 'gate: {url: https://gate.example.org/}';

  expect(parse(`${GOOD_CONFIG}\n${gate}`).bundle.urls.runbooks).toBe('https://gate.example.org/runbooks');
  expect(
    parse(`${GOOD_CONFIG}\n${gate}\nbundle: {urls: {runbooks: https://wiki/r}, limits: {CoreDnsPanics: 2}}`)
      .bundle,
  ).toEqual({ urls: { runbooks: 'https://wiki/r' }, limits: { CoreDnsPanics: 2 } });
});

test('a policy takes from its preset what it leaves out', () => {
  const text = `${GOOD_CONFIG}  night: {from: quick, maxSettle: 8h}\n  plain: {minSoak: 20m}`;

  const { policies } = parse(text);

  expect(policies['strict']).toMatchObject({ minSoak: '15m', maxSoak: '3h', alphaRollout: 0.01 });
  expect(policies['night']).toMatchObject({ minSoak: '5m', maxSettle: '8h' });
  expect(policies['plain']).toMatchObject({ minSoak: '20m', maxSoak: '1h' });
  expect(Object.keys(policies)).toEqual(['quick', 'standard', 'strict', 'night', 'plain']);
});

test('five mistakes are five problems, each with its path', () => {
  const text = GOOD_CONFIG.replace('{name: prod-2, wave: prod,', '{name: prod-2, wave: prodd,')
    .replace('strict: {maxSoak: 3h', 'strict: {maxSoak: 3hours')
    .replace('{name: sandbox, policy: quick}', '{name: sandbox, policy: quick, maxParalel: 2}')
    .replace('{name: live-only,', '{name: tidegate,')
    .replace('{name: prod-1,', '{name: sandbox-1,');

  const problems = problemsOf(text);

  expect(problems).toHaveLength(5);
  expect(problems).toEqual(
    expect.arrayContaining([
      { path: 'fleet.clusters[2].wave', message: '"prodd" is not a wave; waves are sandbox, prod' },
      {
        path: 'waves[0].maxParalel',
        message: 'is not known here; known are name, policy, maxParallel, quorum',
      },
      {
        path: 'policies.strict.maxSoak',
        message:
          '"3hours" is not a duration up to 30d: a whole number and one of s, m, h, d, such as 90s or 15m',
      },
      { path: 'apps[1].name', message: 'the gate never gates itself; remove the app tidegate' },
      {
        path: 'fleet.clusters[1].name',
        message: '"sandbox-1" is the cluster of fleet.clusters[0] already',
      },
    ]),
  );
});

test('numbers with which an alert would never fire, or always, are refused', () => {
  const problems = problemsOf(
    `${GOOD_CONFIG}\nbundle: {settings: {coredns.minReplicas: -2}, limits: {CoreDnsPanics: -1, CoreDnsLatencyHigh: 0}}`,
  );

  expect(problems).toEqual([
    { path: 'bundle.settings["coredns.minReplicas"]', message: '-2 is not a number above 0' },
    { path: 'bundle.limits.CoreDnsPanics', message: '-1 is not a number of 0 or more' },
  ]);
});

test.each([
  [
    'a quorum over 100 %',
    ['policy: quick', 'policy: quick, quorum: 120%'],
    'waves[0].quorum',
    '"120%" is not a share from 1% to 100%',
  ],
  [
    'no cluster at a time',
    ['policy: quick', 'policy: quick, maxParallel: 0'],
    'waves[0].maxParallel',
    '0 is not a whole number of 1 or more, or a share such as 25%',
  ],
  [
    'a wave that is named twice',
    ['{name: sandbox, policy: quick}', '{name: sandbox, policy: quick}\n  - {name: sandbox, policy: quick}'],
    'waves[1].name',
    '"sandbox" is the wave of waves[0] already',
  ],
  [
    'a rollout that no halt freezes',
    ['{maxSoak: 3h,', '{maxSoak: 3h, maxHalted: 0,'],
    'policies.strict.maxHalted',
    '0 is not a whole number of 1 or more',
  ],
  [
    'a soak that grows with confidence',
    ['{maxSoak: 3h,', '{maxSoak: 3h, shrink: {factor: 1.5, afterGo: 10, floor: 10m},'],
    'policies.strict.shrink.factor',
    '1.5 is not a number above 0 and below 1, such as 0.5',
  ],
  [
    'an unknown source',
    ['source: fleet, labels: {tier: dev}', 'source: other, labels: {tier: dev}'],
    'fleet.clusters[0].source',
    '"other" is not a source; sources are fleet',
  ],
  [
    'an unknown policy',
    ['policy: quick', 'policy: quik'],
    'waves[0].policy',
    '"quik" is not a policy; policies are quick, standard, strict',
  ],
  [
    'a soak that ends before it may',
    ['{maxSoak: 3h,', '{maxSoak: 10m,'],
    'policies.strict.minSoak',
    '15m is longer than maxSoak, which is 10m',
  ],
  [
    'a kind of source that is not there',
    ['kind: prometheus', 'kind: graphite'],
    'sources[0].kind',
    '"graphite" is not prometheus',
  ],
  [
    'a component nobody knows',
    ['dns, nodes', 'dnss, nodes'],
    'apps[0].components[0]',
    '"dnss" is not a component: control-plane, nodes, dns, addons, addon/<name>, workloads, telemetry or gate',
  ],
  [
    'a percentage as alpha',
    ['alphaRollout: 0.01', 'alphaRollout: 5'],
    'policies.strict.alphaRollout',
    '5 is not a chance above 0 and at most 0.5, such as 0.05',
  ],
  [
    'a duration of nothing',
    ['maxSoak: 3h', 'maxSoak: 0m'],
    'policies.strict.maxSoak',
    '"0m" is not a duration up to 30d: a whole number and one of s, m, h, d, such as 90s or 15m',
  ],
  [
    'a missing field',
    ['class: small, ', ''],
    'fleet.clusters[0].class',
    'is missing; expected a name of at most 100 letters, digits, ".", "_" and "-"',
  ],
  [
    'a mode that is not there',
    ['{name: live-only,', '{name: live-only, mode: loose,'],
    'apps[1].mode',
    '"loose" is not one of enforce, observe',
  ],
  [
    'a cluster name with quotes',
    ['{name: prod-2,', `{name: "a'b",`],
    'fleet.clusters[2].name',
    `"a'b" is not a name of at most 100 letters, digits, ".", "_" and "-"`,
  ],
] as const)('%s is told with its path', (_what, [from, to], path, message) => {
  expect(GOOD_CONFIG).toContain(from);

  expect(problemsOf(GOOD_CONFIG.replace(from, to))).toEqual([{ path, message }]);
});

test('names that the catalogue does not have are told with everything else', () => {
  expect(
    problemsOf(
      `${GOOD_CONFIG}\nbundle: {limits: {NoSuch: 1}, for: 7, settings: {foo.bar: 2}, leaveOut: [nope]}`,
    ).map(({ path }) => path),
  ).toEqual(['bundle.for', 'bundle.limits.NoSuch', 'bundle.settings["foo.bar"]', 'bundle.leaveOut']);
});

test('listening for other machines needs a token', () => {
  const text = `${GOOD_CONFIG}\ngate: {listen: '0.0.0.0:8080'}`;
  const sha256 = 'ab'.repeat(32);

  expect(problemsOf(text).map(({ path }) => path)).toEqual(['gate.token']);
  expect(problemsOf(text, { TIDEGATE_TOKEN_SHA256: sha256 })).toEqual([]);
  expect(problemsOf(GOOD_CONFIG, { TIDEGATE_LISTEN: '[::]:8080' }).map(({ path }) => path)).toEqual([
    'gate.token',
  ]);
  expect(problemsOf(`${GOOD_CONFIG}\ngate: {listen: 'localhost:0'}`)).toEqual([]);
  expect(problemsOf(`${GOOD_CONFIG}\ngate: {listen: '0.0.0.0:80', token: {sha256: ${sha256}}}`)).toEqual([]);
});

test.each([
  ['a token in the clear', `${GOOD_CONFIG}\ngate: {token: hunter2}`, 'gate.token'],
  ['a token where its hash belongs', `${GOOD_CONFIG}\ngate: {token: {sha256: hunter2}}`, 'gate.token.sha256'],
  [
    'a password in an address',
    GOOD_CONFIG.replace('http://prometheus', 'http://me:hunter2@prometheus'),
    'sources[0].url',
  ],
  [
    'a bearer token',
    GOOD_CONFIG.replace("9090/'", "9090/', auth: {bearer: hunter2}"),
    'sources[0].auth.bearer',
  ],
])('%s is refused and not repeated', (_what, text, path) => {
  const problems = problemsOf(text);

  expect(problems.map((problem) => problem.path)).toContain(path);
  expect(problems.filter((problem) => problem.path === path)).toHaveLength(1);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('text that is not YAML is told with its line', () => {
  expect(problemsOf('gate: {\nwaves: [')[0]?.path).toMatch(/^\(line \d+\)$/);
  expect(problemsOf('a: *nothing')[0]?.message).toContain('is not');
  expect(problemsOf('- a list')[0]).toEqual({ path: '(file)', message: 'a list is not an object' });
  expect(problemsOf('').map(({ path }) => path)).toEqual(['sources', 'fleet', 'waves']);
});

test('a file that is not there is a ConfigError with the path', () => {
  expect(() => loadConfig('/nowhere/tidegate.yaml', {})).toThrow(ConfigError);
  expect(() => loadConfig('/nowhere/tidegate.yaml', {})).toThrow(
    /\/nowhere\/tidegate\.yaml has 1 problem:\n.*ENOENT/,
  );
});

test('waivers are read with their end, a day to its end', () => {
  const waiver = "finding: policy/x, reason: 'replaced soon', owner: team-shop";
  const text = `${GOOD_CONFIG}\nwaivers:\n  - {${waiver}, expires: 2027-01-31}\n  - {${waiver}, cluster: prod-1, expires: '2027-01-31T18:00:00Z'}`;

  expect(parse(text).waivers).toMatchObject([
    { finding: 'policy/x', owner: 'team-shop', expires: Date.UTC(2027, 0, 31, 23, 59, 59, 999) },
    { cluster: 'prod-1', expires: Date.UTC(2027, 0, 31, 18) },
  ]);
});

test.each([
  ['expires: 2027-02-31', 'waivers[0].expires', 'a day or a time in UTC'],
  ['expires: soon', 'waivers[0].expires', 'a day or a time in UTC'],
  [
    'expires: 2027-01-31, cluster: prod-9',
    'waivers[0].cluster',
    '"prod-9" is not a cluster; clusters are sandbox-1',
  ],
])('a waiver with %s is refused', (fields, path, message) => {
  const text = `${GOOD_CONFIG}\nwaivers: [{finding: policy/x, reason: r, owner: o, ${fields}}]`;

  expect(problemsOf(text)).toEqual([{ path, message: expect.stringContaining(message) }]);
});

test('a waiver needs a reason, an owner and an end', () => {
  const paths = problemsOf(`${GOOD_CONFIG}\nwaivers: [{finding: policy/x, reason: ' '}]`).map(
    ({ path }) => path,
  );

  expect(paths).toEqual(['waivers[0].reason', 'waivers[0].owner', 'waivers[0].expires']);
});

test('waves and policies say how a rollout moves', () => {
  const text = GOOD_CONFIG.replace(
    '{name: prod, policy: strict}',
    '{name: prod, policy: strict, maxParallel: 25%, quorum: 90%}',
  )
    .replace('policy: quick}', 'policy: quick, maxParallel: 2}')
    .replace('{maxSoak: 3h,', '{maxSoak: 3h, maxHalted: 2, shrink: {factor: 0.5, afterGo: 10, floor: 10m},');
  const { waveRules } = createInventory(parse(text));

  expect(waveRules('sandbox')).toEqual({ quorum: 1, maxParallel: { count: 2 }, maxHalted: 1 });
  expect(waveRules('prod')).toEqual({
    quorum: 0.9,
    maxParallel: { share: 0.25 },
    maxHalted: 2,
    shrink: { factor: 0.5, afterGo: 10, floorMs: 600_000 },
  });
});
