import { join } from 'node:path';
import { describe, expect, test } from 'vitest';
import { groupsOf } from '../../src/render/prometheus/render-rules.ts';
import type { RuleGroup } from '../../src/render/prometheus/rule.ts';
import { installedPromtools, type Promtool, testRules } from '../support/promtool.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { BUNDLE, readCases, writeCase } from './rule-cases.ts';

const cases = new Map(readCases(join(import.meta.dirname, 'slo')).map((one) => [one.name, one]));

/** The groups of the SLO, without the one that records its minutes: those are given. */
function sloGroups(pattern: RegExp): readonly RuleGroup[] {
  const signal = BUNDLE.signals.find(({ id }) => id === 'dns-errors');
  if (signal === undefined) throw new Error('the catalogue has no dns-errors');
  return groupsOf(signal, BUNDLE).filter(({ name }) => pattern.test(name));
}

async function run(name: string, groups: readonly RuleGroup[], promtool?: Promtool): Promise<string> {
  using dir = new TempDir();
  const one = cases.get(name);
  if (one === undefined) throw new Error(`there is no ${name}.yaml`);
  const { ok, output } = await testRules([writeCase(dir, name, one, groups)], promtool);
  return ok ? 'SUCCESS' : output;
}

describeWith(['promtool'], 'the windows of an SLO', () => {
  describe.each(installedPromtools())('%s', (promtool) => {
    test('are what their names say, and a burn alert needs both of its own', async () => {
      expect(await run('windows', sloGroups(/^tidegate\/slo\//), promtool)).toBe('SUCCESS');
    }, 60_000);

    test('end at thirty days for the budget that is left', async () => {
      expect(await run('budget', sloGroups(/^tidegate\/slo-budget\//), promtool)).toBe('SUCCESS');
    }, 60_000);
  });

  test.each([
    ['without the long window', / .*ratio_rate3d.*\nand on \(cluster\)/, ''],
    ['without the short window', /\nand on \(cluster\) slo:sli_error:ratio_rate6h.*/, ''],
    [
      'with the short window of any cluster',
      /(?<=\nand on )\(cluster\)(?= slo:sli_error:ratio_rate6h)/,
      '()',
    ],
    ['with a short window of a day', /ratio_rate6h/, 'ratio_rate1d'],
    ['with a long window of a day', /ratio_rate3d/, 'ratio_rate1d'],
  ])(
    'the slowest alert fails the test %s',
    async (_, found, instead) => {
      const wrong = sloGroups(/^tidegate\/slo\//).map((group) => ({
        ...group,
        rules: group.rules.map((rule) =>
          'alert' in rule && rule.alert === 'DnsErrorBudgetBurnTrickle'
            ? { ...rule, expr: ` ${rule.expr}`.replace(found, instead) }
            : rule,
        ),
      }));
      expect(await run('windows', wrong)).toContain('FAILED');
    },
    60_000,
  );
});
