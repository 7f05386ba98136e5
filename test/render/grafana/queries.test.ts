import { describe, expect, test } from 'vitest';
import { stringify } from 'yaml';
import { checkRules, installedPromtools } from '../../support/promtool.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { describeWith } from '../../support/tool.ts';
import { boardsOf, bundleWith, expanded, parseable, queriesOf } from './boards.ts';
import { type Matcher, type Selector, selectorsOf, syntaxErrors } from './promql-tree.ts';

const queries = boardsOf(bundleWith()).flatMap(queriesOf);

/** Counters whose names do not say so; the VPC CNI and the API server have old ones. */
const UNNAMED_COUNTERS = ['awscni_no_available_ip_addresses'];
const isCounter = (metric: string) =>
  /_(total|count|sum|bucket)$/.test(metric) || UNNAMED_COUNTERS.includes(metric);

/** Functions of ranges that count what a counter counted. */
const OF_COUNTERS = ['rate', 'irate', 'increase'];

/** Where a query has something that a check finds, with what it finds. */
function findings(check: (expr: string) => readonly unknown[]): readonly string[] {
  return queries.flatMap(({ where, expr }) =>
    check(expr).map((found) => `${where}: ${JSON.stringify(found)}`),
  );
}

describe('every query of every board', () => {
  test('is there at all', () => {
    expect(queries.length).toBeGreaterThan(80);
  });

  test('parses', () => {
    expect(findings((expr) => syntaxErrors(expanded(expr)))).toEqual([]);
  });

  const chosenBy = (by: string) => (selector: Selector) =>
    selector.matchers.some(
      ({ label, operator, value }) => label === by && operator === '=~' && value === '$cluster',
    );
  /** Nobody chooses a cluster to see the gate that happens to run in it. */
  const isAboutGate = ({ metric, matchers }: Selector) =>
    /^tidegate_(?!cluster_info)/.test(metric) ||
    matchers.some(({ label, value }) => label === 'component' && value === 'gate');
  const isAboutTarget = ({ metric }: Selector) =>
    ['tidegate_verdict_timestamp_seconds', 'tidegate_halted_runs'].includes(metric);

  test('reads only the chosen clusters', () => {
    const others = (expr: string) => selectorsOf(parseable(expr)).filter((one) => !isAboutGate(one));
    expect(findings((expr) => others(expr).filter((one) => !chosenBy('cluster')(one)))).toEqual([]);
  });

  test('reads what the gate tells of changes by the clusters they go to, and of itself wherever it runs', () => {
    const found = queries.flatMap(({ expr }) => selectorsOf(parseable(expr))).filter(isAboutGate);
    const targets = found.filter(isAboutTarget);
    expect(targets.length).toBeGreaterThan(boardsOf(bundleWith()).length);
    expect(targets.filter((one) => !chosenBy('target_cluster')(one))).toEqual([]);
    expect(found.filter(chosenBy('cluster'))).toEqual([]);
  });

  test('matches variables only as expressions, because several values can be chosen', () => {
    const isExact = ({ operator, value }: Matcher) => value.includes('$') && !['=~', '!~'].includes(operator);
    expect(
      findings((expr) => selectorsOf(parseable(expr)).flatMap(({ matchers }) => matchers.filter(isExact))),
    ).toEqual([]);
  });

  test('rates counters and nothing else', () => {
    const isWrong = ({ metric, inFunction = '' }: Selector) =>
      isCounter(metric) !== OF_COUNTERS.includes(inFunction);
    expect(findings((expr) => selectorsOf(expanded(expr)).filter(isWrong))).toEqual([]);
  });

  test('turns no share into a percentage', () => {
    expect(findings((expr) => expr.match(/\b100 \*|\* 100\b/g) ?? [])).toEqual([]);
  });
});

describeWith(['promtool'], 'every query of every board has types that fit', () => {
  test.each(installedPromtools())('by %s', async (promtool) => {
    using dir = new TempDir();
    const rules = queries.map(({ expr }, at) => ({ record: `board:query:n${at}`, expr: expanded(expr) }));
    const file = dir.write('queries.rules.yml', stringify({ groups: [{ name: 'boards', rules }] }));
    expect(await checkRules([file], promtool)).toMatchObject({
      ok: true,
      output: expect.stringContaining(`${queries.length} rules found`),
    });
  });
});
