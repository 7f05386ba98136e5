import { describe, expect, test } from 'vitest';
import { checkRules, installedPromtools, testRules } from './promtool.ts';
import { TempDir } from './temp-dir.ts';
import { describeWith } from './tool.ts';

const rules = 'groups: [{name: g, rules: [{alert: Down, expr: up == 0, for: 1m}]}]\n';

const testOf = (firesAt: string) => `
rule_files: [rules.yml]
evaluation_interval: 30s
tests:
  - interval: 30s
    input_series: [{series: 'up{cluster="a"}', values: '0x10'}]
    alert_rule_test:
      - {eval_time: ${firesAt}, alertname: Down, exp_alerts: [{exp_labels: {cluster: a}}]}
`;

describeWith(['promtool'], 'promtool', () => {
  describe.each(installedPromtools())('%s', (promtool) => {
    test('accepts good rules and good tests', async () => {
      using dir = new TempDir();
      const file = dir.write('rules.yml', rules);
      expect(await checkRules([file], promtool)).toMatchObject({
        ok: true,
        output: expect.stringContaining('SUCCESS: 1 rules found'),
      });
      expect(await testRules([dir.write('rules.test.yml', testOf('2m'))], promtool)).toMatchObject({
        ok: true,
      });
    });

    test('refuses an expression of the wrong type', async () => {
      using dir = new TempDir();
      const file = dir.write('rules.yml', rules.replace('up == 0', 'rate(up)'));
      expect(await checkRules([file], promtool)).toMatchObject({
        ok: false,
        output: expect.stringContaining('expected type range vector'),
      });
    });

    test('refuses a rule that is there twice', async () => {
      using dir = new TempDir();
      const twice = 'groups: [{name: g, rules: [{record: a, expr: up}, {record: a, expr: up}]}]\n';
      expect((await checkRules([dir.write('rules.yml', twice)], promtool)).ok).toBe(false);
    });

    test('tells what a failing test got', async () => {
      using dir = new TempDir();
      dir.write('rules.yml', rules);
      const result = await testRules([dir.write('rules.test.yml', testOf('30s'))], promtool);
      expect(result.ok).toBe(false);
      expect(result.output).toMatch(/alertname: ?Down/);
    });
  });
});
