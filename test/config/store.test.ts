import { expect, test } from 'vitest';
import { GOOD_CONFIG, parse, problemsOf } from './config-text.ts';

const withStore = (store: string) => `${GOOD_CONFIG}\ngate: {store: ${store}}`;

test.each([
  ['{sqlite: state/ledger.sqlite}', { sqlite: '/etc/tidegate/state/ledger.sqlite' }],
  ['{postgres: "postgres://db:5433/gate"}', { postgres: { url: 'postgres://db:5433/gate' } }],
  [
    '{postgres: "postgres://db:5433/gate", connections: 40}',
    { postgres: { url: 'postgres://db:5433/gate' }, connections: 40 },
  ],
  [
    '{postgres: {urlFile: db/url}, connections: 4}',
    { postgres: { urlFile: '/etc/tidegate/db/url' }, connections: 4 },
  ],
  ['{postgres: {urlFile: db/url}}', { postgres: { urlFile: '/etc/tidegate/db/url' } }],
])('the ledger %s is understood', (store, expected) => {
  expect(parse(withStore(store)).gate.store).toEqual(expected);
});

test.each([
  ['{}', 'gate.store', /one of sqlite and postgres/],
  ['{sqlite: a, postgres: {urlFile: b}}', 'gate.store', /one of sqlite and postgres/],
  ['{connections: 8}', 'gate.store', /one of sqlite and postgres/],
  ['{sqlite: a, connections: 8}', 'gate.store.connections', /a file has no connections/],
  ['{postgres: {urlFile: b}, connections: 3}', 'gate.store.connections', /from 4 to 200/],
  ['{postgres: "mysql://db/gate"}', 'gate.store.postgres', /such as postgres:\/\/host:5432/],
  ['{postgres: {url: "postgres://db/gate"}}', 'gate.store.postgres', /urlFile/],
])('the ledger %s is refused', (store, path, message) => {
  expect(problemsOf(withStore(store))).toEqual([{ path, message: expect.stringMatching(message) }]);
});

test('a password in the address is refused, and not repeated', () => {
  const problems = problemsOf(withStore('{postgres: "postgres://gate:hunter2@db/gate"}'));

  expect(problems).toEqual([{ path: 'gate.store.postgres', message: expect.stringContaining('urlFile') }]);
  expect(JSON.stringify(problems)).not.toContain('hunter2');
});

test('evidence is kept as long as somebody says, from two days on', () => {
  expect(parse(`${GOOD_CONFIG}\ngate: {keepEvidence: 365d}`).gate.keepEvidence).toBe('365d');
  expect(problemsOf(`${GOOD_CONFIG}\ngate: {keepEvidence: 47h}`)).toEqual([
    { path: 'gate.keepEvidence', message: expect.stringMatching(/from 2d/) },
  ]);
});
