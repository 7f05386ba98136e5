import { expect, test } from 'vitest';
import { describeWith } from '../support/tool.ts';
import { PAGES } from './support/pages.ts';
import { clusterOf, reportFrom, runProbe, signalOf, startStore, type Target } from './support/real-store.ts';

const few = (labels: Readonly<Record<string, string>>): readonly Target[] =>
  (['coredns', 'kube-state-metrics'] as const).map((job) => ({ job, labels, serves: PAGES[job] }));

describeWith(['prometheus'], 'a probe of a Prometheus whose series have no label cluster', () => {
  test('says how to add it, and judges the store as one cluster without a name', async () => {
    await using prometheus = await startStore(few({}));
    const report = await reportFrom(prometheus.url);
    expect(report.findings[0]).toMatchObject({
      code: 'cluster-label/absent',
      what: expect.stringContaining('no series has the label cluster'),
      mend: expect.stringMatching(/external_labels.*write_relabel_configs.*relabel_configs/),
    });
    expect(report.clusters.map(({ name }) => name)).toEqual([null]);
    expect(signalOf(report, null, 'dns-errors').state).toBe('delivered');
    expect(signalOf(report, null, 'api-errors').problems[0]?.code).toBe('exporter/not-scraped');

    const { code, stdout } = await runProbe(prometheus.url);
    expect(code).toBe(0);
    expect(stdout).toMatch(/^\S+: no cluster label, 32 signals, \d+ questions asked\./);
    expect(stdout).toContain('\n(no cluster label)\n');

    const alone = await runProbe(prometheus.url, ['--cluster', 'prod-1']);
    expect(alone).toMatchObject({ code: 1, stderr: expect.stringContaining('leave --cluster out') });
  });

  test('finds the label that looks like it, and reads it when told so', async () => {
    await using prometheus = await startStore([
      ...few({ k8s_cluster_name: 'prod-1' }),
      ...few({ k8s_cluster_name: 'prod-2' }),
    ]);
    const [finding] = (await reportFrom(prometheus.url)).findings;
    expect(finding?.mend).toContain('probe with --cluster-label k8s_cluster_name');

    const report = await reportFrom(prometheus.url, ['--cluster-label', 'k8s_cluster_name']);
    expect(report.clusters.map(({ name }) => name)).toEqual(['prod-1', 'prod-2']);
    expect(clusterOf(report, 'prod-2').coverage.all.delivered).toBeGreaterThan(10);
    expect(report.findings[0]).toMatchObject({
      code: 'cluster-label/other',
      mend: expect.stringContaining('{source_labels: [k8s_cluster_name], target_label: cluster}'),
    });
  });

  test('a label that does not exist is told from one that is called otherwise', async () => {
    await using prometheus = await startStore(few({ cluster: 'prod-1' }));
    const [finding] = (await reportFrom(prometheus.url, ['--cluster-label', 'clustr'])).findings;
    expect(finding).toMatchObject({
      code: 'cluster-label/absent',
      mend: 'the label cluster is there (prod-1): leave --cluster-label out',
    });
  });

  test('a store without any series is no cluster that lacks everything by chance', async () => {
    await using prometheus = await startStore([]);
    const report = await reportFrom(prometheus.url);
    expect(report.findings[0]?.code).toBe('store/empty');
    expect(report.coverage.all.delivered).toBe(0);
  });
});
