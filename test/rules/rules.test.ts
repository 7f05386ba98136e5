import { join } from 'node:path';
import { beforeAll, describe, expect, test } from 'vitest';
import type { Rule } from '../../src/render/prometheus/rule.ts';
import { outsideCases } from '../support/outside-cases.ts';
import { checkRules, installedPromtools } from '../support/promtool.ts';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import {
  ALERTS,
  BUNDLE,
  groupsNamedIn,
  type RuleCase,
  readCases,
  testedGroups,
  writeCase,
} from './rule-cases.ts';
import { explain, runCases } from './run-cases.ts';

const own = readCases(import.meta.dirname);
const folder = outsideCases();
const outside = folder === undefined ? [] : readCases(join(folder, 'rules'));

test('every alert has a test file, and every test file an alert', () => {
  expect(own.map(({ name }) => name)).toEqual(ALERTS.map(({ name }) => name).sort());
});

describe('what an alert tells the person it wakes', () => {
  const rules = BUNDLE.signals
    .flatMap((signal) => testedGroups(signal))
    .flatMap((group) => group.rules)
    .filter((rule): rule is Extract<Rule, { alert: string }> => 'alert' in rule);

  test.each(rules)('$alert', ({ alert, annotations, labels }) => {
    expect(annotations['summary']).toMatch(/^[A-Za-z][^{}]+\.$/);
    expect(annotations['description']).toContain(' on cluster {{ $labels.cluster }}');
    const cluster = '{{ $labels.cluster | urlquery }}';
    expect(annotations['runbook_url']).toBe(`http://127.0.0.1:8080/runbooks/${alert}?cluster=${cluster}`);
    expect(annotations['dashboard_url']).toMatch(
      /^http:\/\/127\.0\.0\.1:3000\/d\/tidegate-[a-z-]+\?var-cluster=\{\{ \$labels\.cluster \| urlquery \}\}$/,
    );
    expect(labels).not.toHaveProperty('cluster');
  });
});

describeWith(['promtool'], 'alert rules', () => {
  describe.each(installedPromtools())('%s', (promtool) => {
    const dir = suiteResources().use(new TempDir());
    let passed: ReadonlyMap<string, boolean>;
    const paths = new Map<RuleCase, string>();

    beforeAll(async () => {
      for (const [folder, cases] of [['own', own] as const, ['outside', outside] as const]) {
        for (const one of cases) {
          paths.set(one, writeCase(dir, `${folder}/${one.name}`, one, groupsNamedIn(one.text)));
        }
      }
      passed = await runCases([...paths.values()], promtool);
    }, 240_000);

    const passes = async (one: RuleCase) => {
      const path = paths.get(one) ?? '';
      if (!passed.get(path)) throw new Error(await explain(path, promtool));
    };

    test.each(own)('$name fires, stays silent and resolves as its file says', passes);

    if (outside.length > 0) test.each(outside)('$name of TIDEGATE_CASES', passes);

    test('accepts every rule, and finds none twice', async () => {
      const files = BUNDLE.signals.map((signal) =>
        dir.write(`check/${signal.id}.yaml`, JSON.stringify({ groups: testedGroups(signal) })),
      );
      expect(await checkRules(files, promtool)).toMatchObject({ ok: true });
    });
  });
});
