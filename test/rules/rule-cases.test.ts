import { readFileSync } from 'node:fs';
import { expect, test } from 'vitest';
import { parse } from 'yaml';
import { TempDir } from '../support/temp-dir.ts';
import { groupsNamedIn, writeCase } from './rule-cases.ts';

const TESTS = 'tests: [{promql_expr_test: [{expr: count(ALERTS)}]}]';

test.each([
  ['names none', TESTS],
  ['names rules that are not beside it', `rule_files: [some.rules.yaml]\n${TESTS}`],
])('a test file that %s reads the rendered rules', (_what, text) => {
  using dir = new TempDir();
  const path = writeCase(dir, 'one', { name: 'one', folder: dir.path, text }, groupsNamedIn('CoreDnsPanics'));

  expect(parse(readFileSync(path, 'utf8')).rule_files).toEqual([`${dir.path}/one.rules.yaml`]);
});

test('a test file without a document is named', () => {
  using dir = new TempDir();
  const empty = { name: 'empty', folder: dir.path, text: '' };

  expect(() => writeCase(dir, 'empty', empty, [])).toThrow(`${dir.path}/empty: is no promtool test file`);
});
