import { beforeAll, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { ExporterName } from '../../src/catalogue/exporters.ts';
import { needsOf } from '../../src/probe/needs.ts';
import { backfill, type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { describeWith } from '../support/tool.ts';
import { type PastTarget, pastOf } from './support/history.ts';
import { PAGES } from './support/pages.ts';
import { clusterOf, reportFrom, runProbe } from './support/real-store.ts';

const READ = new Set(
  needsOf(defineBundle(CATALOGUE)).flatMap(({ needs }) => needs.map(({ metric }) => metric)),
);
const TELLING = /\b(?:le|verb|condition|status)="[^"]*"/g;

/** One series of each name and each value of the labels that signals ask for: few enough for a fleet. */
function thin(page: string): string {
  const byKey = new Map<string, string>();
  for (const line of page.split('\n')) {
    const [name = ''] = line.split(/[{ ]/);
    const isSign = name.endsWith('_info') || name.startsWith('aws_ebs');
    if (READ.has(name) || isSign) byKey.set([name, ...(line.match(TELLING) ?? [])].join(), line);
  }
  return [...byKey.values()].map((line) => `${line}\n`).join('');
}

const THIN = Object.entries(PAGES).map(([job, page]) => [job as ExporterName, thin(page)] as const);
const NAMES = Array.from({ length: 500 }, (_, i) => `prod-${String(i + 1).padStart(3, '0')}`);
const withoutDns = new Set(NAMES.slice(40, 52));
const otherJob = new Set(NAMES.slice(490, 493));

describeWith(['prometheus', 'promtool'], 'a probe of a store of 500 clusters', () => {
  const resources = suiteResources();
  let prometheus: Prometheus;

  beforeAll(async () => {
    const targets = NAMES.flatMap((cluster) =>
      THIN.flatMap(([job, page]): PastTarget[] => {
        if (job === 'coredns' && withoutDns.has(cluster)) return [];
        const name = job === 'kube-proxy' && otherJob.has(cluster) ? 'kubeproxy' : job;
        return [{ job: name, labels: { cluster }, page, everySeconds: 60 }];
      }),
    );
    using blocks = await backfill({ text: pastOf(targets, { endMs: Date.now(), minutes: 1 }) });
    prometheus = resources.use(await startPrometheus({ blocks: blocks.path }));
  });

  test('asks as many questions as there are groups of clusters, whatever the number of signals', async () => {
    const report = await reportFrom(prometheus.url);
    // The clock, the clusters, five for each forty of them.
    expect(report.store).toMatchObject({ clusters: 500, questions: 2 + 5 * Math.ceil(500 / 40) });
    expect(report.clusters).toHaveLength(500);
    expect(clusterOf(report, 'prod-001').coverage.all.delivered).toBe(31);
    expect(clusterOf(report, 'prod-041').coverage.required.missing).toBe(2);
    expect(report.coverage.all).toMatchObject({
      total: 500 * 32,
      // All lack the rules; twelve lack the six signals of CoreDNS, three have kube-proxy under another job.
      delivered: 500 * 31 - 12 * 6 - 3,
      withSettings: 500 * 31 - 12 * 6,
    });
  });

  test('tells people what most are like once, and then who differs in what', async () => {
    const { stdout, stderr } = await runProbe(prometheus.url);
    expect(stderr).toMatch(/40 of 500 clusters read[\s\S]*500 of 500 clusters read/);
    expect(stdout.split('\n').length).toBeLessThan(120);
    expect(stdout).toMatch(/\nprod-001, prod-002, prod-003, prod-004, prod-005 and 480 more\n/);
    const [, differing = ''] = /\n(prod-041, [^\n]* and 7 more: unlike [\s\S]*?)\n\n/.exec(stdout) ?? [];
    expect(differing.split('\n').filter((line) => /^ {2}dns /.test(line))).toHaveLength(6);
    expect(differing).not.toContain('api-errors');
    expect(stdout).toContain('prod-491, prod-492, prod-493: unlike');
    expect(stdout).toMatch(/kube-proxy: "?kube-proxy\|kubeproxy"?/);
  });

  test('looks at one of them with seven questions', async () => {
    const report = await reportFrom(prometheus.url, ['--cluster', 'prod-250']);
    expect(report.store).toMatchObject({ clusters: 500, questions: 7 });
    expect(report.clusters).toHaveLength(1);
  });
});
