import { describe, expect, test } from 'vitest';
import { parse } from 'yaml';
import { type Bundle, defineBundle } from '../../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../../src/catalogue/catalogue.ts';
import { defineSignal } from '../../../src/catalogue/define-signal.ts';
import type { AnySignal } from '../../../src/catalogue/signal.ts';
import { gauge } from '../../../src/promql/vector.ts';
import { recordedSeries } from '../../../src/render/prometheus/recorded.ts';
import { renderRules, ruleGroups, toYaml } from '../../../src/render/prometheus/render-rules.ts';
import type { Rule } from '../../../src/render/prometheus/rule.ts';
import { alert, events, latency, presence, ratio, state, value } from '../../catalogue/small-signals.ts';
import { checkRules, installedPromtools, testRules } from '../../support/promtool.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { describeWith } from '../../support/tool.ts';

const bundle = defineBundle(CATALOGUE);
const rulesOf = (of: Bundle): readonly Rule[] =>
  [...ruleGroups(of).values()].flat().flatMap(({ rules }) => rules);
const alertOf = (signal: AnySignal, given: Parameters<typeof defineBundle>[1] = {}) => {
  const found = rulesOf(defineBundle([signal], given)).find((rule) => 'alert' in rule);
  if (found === undefined || !('alert' in found)) throw new Error('no alert was rendered');
  return found;
};

describe('rule files', () => {
  test('are one for each component, and say that nobody edits them', () => {
    const files = renderRules(bundle);
    const components = new Set(CATALOGUE.map(({ component }) => component.replace('/', '-')));
    expect(files.map(({ path }) => path).sort()).toEqual(
      [...components].map((name) => `alerts/prometheus/${name}.rules.yaml`).sort(),
    );
    for (const { content } of files) expect(content).toMatch(/^# Generated .*do not edit\.\ngroups:\n/);
  });

  test('have groups of their own names, evaluated as often as minutes are counted', () => {
    const groups = [...ruleGroups(bundle).values()].flat();
    expect(new Set(groups.map(({ name }) => name)).size).toBe(groups.length);
    for (const { name, interval } of groups) {
      expect(interval).toBe(name.startsWith('tidegate/slo-budget/') ? '5m' : '1m');
    }
  });

  test('hold what was rendered, whatever the YAML makes of quotes and colons', () => {
    const files = renderRules(bundle);
    const read = files.flatMap(({ content }) => parse(content).groups);
    expect(read).toEqual([...ruleGroups(bundle).values()].flat());
  });

  test('quote what YAML 1.1 would take for a boolean', () => {
    expect(toYaml({ on: 'yes', off: 'no' })).toBe('"on": "yes"\n"off": "no"\n');
  });

  test('keep the cluster in every grouping and every matching', () => {
    for (const { expr } of rulesOf(bundle)) {
      for (const [, labels] of expr.matchAll(/\b(?:by|on) \(([^)]*)\)/g))
        expect(labels).toMatch(/^cluster\b/);
      expect(expr).not.toMatch(/\b(absent|absent_over_time|vector|scalar|without|ignoring)\b\s*\(/);
    }
  });

  test('record everything that is asked live, with the same expression', () => {
    const recorded = rulesOf(bundle).flatMap((rule) =>
      'record' in rule ? [rule.expr.replaceAll('\n', ' ')] : [],
    );
    const live = recordedSeries(bundle);
    const signals = rulesOf(bundle).filter((rule) => 'record' in rule && rule.record.startsWith('tidegate:'));
    expect(live).toHaveLength(signals.length);
    // A rule of events also writes zeros where there was exposure.
    const isRecorded = (expr: string) => recorded.some((text) => text.startsWith(expr));
    expect(live.filter(({ expr }) => !isRecorded(expr))).toEqual([]);
  });
});

describe('parameters', () => {
  test.each([
    ['15s', '[75s]', '> time() - 90'],
    ['30s', '[90s]', '> time() - 120'],
    ['60s', '[2m]', '> time() - 180'],
  ] as const)('a scrape every %s is counted over %s', (scrapeInterval, window, young) => {
    const [exposure] = rulesOf(defineBundle([ratio], { scrapeInterval }));
    expect(exposure?.expr).toContain(`last_over_time(queries_total{job="coredns"}${window})`);
    expect(exposure?.expr).toContain(`process_start_time_seconds{job="coredns"} ${young}`);
  });

  test('jobs of other names, and of two, are matched', () => {
    const expr = (job: string) => rulesOf(defineBundle([ratio], { jobs: { coredns: job } }))[0]?.expr;
    expect(expr('kube-dns')).toContain('queries_total{job="kube-dns"}');
    expect(expr('kube-dns|coredns')).toContain('queries_total{job=~"kube-dns|coredns"}');
  });

  test('links lead where the fleet’s runbooks and boards are', () => {
    const urls = { runbooks: 'https://gate.example/runbooks', grafana: 'https://grafana.example' };
    const links = rulesOf(defineBundle(CATALOGUE, { urls })).flatMap((rule) =>
      'alert' in rule ? [rule.annotations['runbook_url'], rule.annotations['dashboard_url']] : [],
    );
    expect(
      links.filter((link) => !/^https:\/\/(gate\.example\/runbooks|grafana\.example\/d)\//.test(link ?? '')),
    ).toEqual([]);
  });
});

describe('conditions', () => {
  test.each<[string, string, AnySignal]>([
    [
      'a ratio of a whole cluster reads recorded minutes',
      'sum_over_time(tidegate:signal_events:increase1m{signal="some-errors"}[270s]) / on (cluster) (sum_over_time(tidegate:signal_exposure:increase1m{signal="some-errors"}[270s]) > 0) > 0.05',
      defineSignal({ ...ratio, alerts: [alert({ is: 'above', limit: 0.05, over: '5m' })] }),
    ],
    [
      'a latency reads those of its edge',
      'sum_over_time(tidegate:signal_events:increase1m{signal="some-latency",edge="0.1"}[570s]) / on (cluster) (sum_over_time(tidegate:signal_exposure:increase1m{signal="some-latency"}[570s]) > 0) > 0.01',
      defineSignal({ ...latency, alerts: [alert({ is: 'slower', than: 0.1, limit: 0.01, over: '10m' })] }),
    ],
    [
      'events are counted by the minute of exposure',
      'sum_over_time(tidegate:signal_events:increase1m{signal="some-events"}[270s]) / on (cluster) (sum_over_time(tidegate:signal_exposure:increase1m{signal="some-events"}[270s]) > 0) > 2',
      defineSignal({ ...events, alerts: [alert({ is: 'above', limit: 2, over: '5m' })] }),
    ],
    [
      'a share of bad items reads what is recorded',
      'tidegate:signal_bad{signal="some-state"} / on (cluster) (tidegate:signal_among{signal="some-state"} > 0) > 0.1',
      defineSignal<'node'>({ ...state, alerts: [alert({ is: 'above', limit: 0.1 })] }),
    ],
    [
      'any bad item is named',
      '(max by (cluster, node) (node_ready{job="coredns"}) == bool 0) > 0',
      defineSignal<'node'>({ ...state, alerts: [alert({ is: 'any' })] }),
    ],
    [
      'a guard keeps what another vector has, matched by its labels',
      '(max by (cluster, node) (temperature_celsius{job="coredns"}) > 90 and on (cluster, node) max by (cluster, node) (loaded{job="ksm"}))\nunless on (cluster) max by (cluster) (off{job="ksm"})',
      defineSignal<'node'>({
        ...value,
        alerts: [
          {
            ...alert({ is: 'missing' }),
            when: {
              is: 'above',
              limit: 90,
              and: [{ only: gauge('ksm', 'loaded', {}, ['node']) }, { except: gauge('ksm', 'off') }],
            },
          },
        ],
      }),
    ],
    [
      'what is missing is expected and not seen',
      'group by (cluster) (max by (cluster) (node_info{job="coredns"}))\nunless on (cluster) group by (cluster) (up{job="coredns"} == 1)',
      defineSignal({ ...presence, alerts: [alert({ is: 'missing' })] }),
    ],
  ])('%s', (_, expr, signal) => {
    expect(alertOf(signal).expr).toBe(expr);
  });

  test('a limit, a for and a time from a file stand in the rule', () => {
    const signal = defineSignal({ ...events, alerts: [alert({ is: 'above', limit: 2, over: '5m' })] });
    const rule = alertOf(signal, {
      limits: { SomethingWrong: 7 },
      for: { SomethingWrong: '20m' },
      over: { SomethingWrong: '1h' },
    });
    expect(rule).toMatchObject({ for: '20m', expr: expect.stringMatching(/\[3570s\].*\[3570s\].* > 7$/) });
  });
});

describeWith(['promtool'], 'what Prometheus says of it', () => {
  const clusters = ['prod-1', 'prod-2', 'it’s "odd" $1 \\'].map((name) => ({
    name,
    wave: 'production',
    class: 'large',
    region: 'eu-central-1',
  }));

  describe.each(installedPromtools())('%s', (promtool) => {
    test.each([
      ['the default', {}],
      [
        'slow scrapes and jobs of two names',
        { scrapeInterval: '60s', jobs: { coredns: 'kube-dns|coredns' } },
      ],
      ['clusters of one wave, and odd names', { clusters }],
    ] as const)('accepts the rules of a bundle: %s', async (_, given) => {
      using dir = new TempDir();
      const files = renderRules(defineBundle(CATALOGUE, given)).map(({ path, content }) =>
        dir.write(path, content),
      );
      expect(await checkRules(files, promtool)).toMatchObject({ ok: true });
    });

    test('the inventory is one series a cluster, under its own name', async () => {
      using dir = new TempDir();
      const files = renderRules(defineBundle(CATALOGUE, { clusters }));
      const inventory = files.find(({ path }) => path.endsWith('inventory.rules.yaml'));
      const rules = dir.write('inventory.rules.yaml', inventory?.content ?? '');
      const samples = clusters.map(({ name, wave, class: klass, region }) => ({
        labels: `tidegate_cluster_info{cluster=${JSON.stringify(name)},wave="${wave}",class="${klass}",region="${region}"}`,
        value: 1,
      }));
      const test = {
        interval: '1m',
        promql_expr_test: [{ expr: 'tidegate_cluster_info', eval_time: '5m', exp_samples: samples }],
      };
      const file = dir.write('inventory.test.yaml', toYaml({ rule_files: [rules], tests: [test] }));
      const { ok, output } = await testRules([file], promtool);
      expect(ok ? 'SUCCESS' : output).toBe('SUCCESS');
    });
  });
});
