import { describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { diagnose } from '../../src/probe/diagnose.ts';
import { type ClusterFacts, emptyFacts } from '../../src/probe/facts.ts';
import { needsOf } from '../../src/probe/needs.ts';
import { printReport } from '../../src/probe/print-report.ts';
import { reportOf } from '../../src/probe/report.ts';
import { factsOf } from './support/facts-of.ts';
import { PAGES } from './support/pages.ts';

const bundle = defineBundle(CATALOGUE);
const needs = needsOf(bundle);

function report(clusters: readonly ClusterFacts[]) {
  const store = {
    clusters: clusters.flatMap(({ name }) => name ?? []),
    otherLabels: new Map(),
    regions: new Map(),
    doubled: [],
    hasUnlabelled: false,
    isEmpty: false,
  };
  return reportOf({
    url: 'http://prometheus:9090',
    questions: 7,
    survey: { clusterLabel: 'cluster', store, clusters, unlabelledJobs: [] },
    diagnoses: diagnose(clusters, { bundle, needs, values: new Map() }),
    bundle,
    remarks: { warnings: [] },
  });
}

const healthy = factsOf(
  { pages: PAGES },
  needs.flatMap((one) => one.needs),
);

describe('the report', () => {
  test('of a cluster that delivers everything is short and says so', () => {
    const text = printReport(report([healthy]));
    expect(text).toContain('1 cluster, 32 signals, 7 questions asked.');
    expect(text).toContain(
      'Coverage: 32 of 32 (100 %) delivered, 0 partly, 0 missing. Required signals: 11 of 11 (100 %).',
    );
    expect(text).not.toContain('To mend');
    expect(text).not.toContain('Settings');
  });

  test('numbers what is to be done, what brings most required signals first', () => {
    const text = printReport(report([emptyFacts('prod-1')]));
    expect(text).toContain('Coverage: 0 of 32 (0 %) delivered');
    const [, row = ''] = /\n( {2}addon\/karpenter +karpenter-synced \* .*)\n/.exec(text) ?? [];
    const [, number] = /\[(\d+)\]/.exec(row) ?? [];
    expect(text).toMatch(
      new RegExp(
        `\\n {2}\\[${number}\\] scrape port 8080 of the Karpenter pods.*karpenter-synced, karpenter-errors`,
      ),
    );
    expect(text).toMatch(/\n {2}\[1\] install kube-state-metrics/);
  });

  test('99.9 % is not everything', () => {
    const almost = report([
      ...Array.from({ length: 40 }, (_, i) => ({ ...healthy, name: `c${i}` })),
      { ...healthy, name: 'z', isInventoried: false },
    ]);
    expect(printReport(almost)).toContain('(99 %) delivered');
  });

  test('a name that would move the cursor does not', () => {
    const text = printReport(report([{ ...healthy, name: 'prod\u001b[2J\u0007' }]));
    expect(text).toContain('prod?[2J?');
    expect(text).not.toContain('\u001b');
  });

  test('as JSON keeps its shape', () => {
    const json = JSON.parse(JSON.stringify(report([emptyFacts('prod-1')])));
    const keys = (value: object) => Object.keys(value).sort();
    expect(keys(json)).toEqual(['clusters', 'coverage', 'findings', 'settings', 'store']);
    expect(keys(json.store)).toEqual(['clusterLabel', 'clusters', 'questions', 'url']);
    expect(json.coverage).toEqual({
      all: { delivered: 0, partly: 0, missing: 32, total: 32, withSettings: 0 },
      required: { delivered: 0, partly: 0, missing: 11, total: 11, withSettings: 0 },
    });
    expect(keys(json.findings[0])).toEqual(['clusters', 'code', 'mend', 'what']);
    expect(keys(json.clusters[0])).toEqual(['coverage', 'exporters', 'name', 'signals']);
    expect(keys(json.clusters[0].exporters[0])).toEqual([
      'configuredJob',
      'down',
      'exporter',
      'intervalSeconds',
      'is',
      'jobs',
      'targets',
    ]);
    expect(keys(json.clusters[0].signals[0])).toEqual([
      'component',
      'id',
      'problems',
      'required',
      'state',
      'stateWithSettings',
    ]);
    expect(keys(json.clusters[0].signals[0].problems[0])).toEqual(['code', 'makes', 'mend', 'what']);
  });
});
