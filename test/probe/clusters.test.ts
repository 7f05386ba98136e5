import { beforeAll, expect, test } from 'vitest';
import type { ExporterName } from '../../src/catalogue/exporters.ts';
import type { ProbeReport } from '../../src/probe/report.ts';
import { startCoreDns } from '../support/coredns.ts';
import { startNodeExporter } from '../support/node-exporter.ts';
import type { Prometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { describeWith } from '../support/tool.ts';
import { OLD_KARPENTER, oldApiserver, PAGES } from './support/pages.ts';
import { clusterOf, reportFrom, runProbe, signalOf, startStore, type Target } from './support/real-store.ts';

/** All targets of a cluster, some of them changed; null leaves one out. */
function clusterTargets(
  cluster: string,
  changes: Partial<Record<ExporterName, Partial<Target> | null>> = {},
): readonly Target[] {
  return (Object.keys(PAGES) as ExporterName[]).flatMap((exporter) => {
    const change = changes[exporter];
    if (change === null) return [];
    return [{ job: exporter, serves: PAGES[exporter], ...change, labels: { cluster, ...change?.labels } }];
  });
}

const without = (page: string, pattern: RegExp) => page.replaceAll(pattern, '');

describeWith(
  ['prometheus', 'coredns', 'node_exporter'],
  'a probe of a Prometheus with several clusters',
  () => {
    const resources = suiteResources();
    let prometheus: Prometheus;
    let report: ProbeReport;

    beforeAll(async () => {
      const dns = resources.use(await startCoreDns({ 'orders.test': 'healthy' }));
      await dns.resolver().resolve4('a.orders.test');
      const node = resources.use(await startNodeExporter());
      prometheus = resources.use(
        await startStore([
          ...clusterTargets('real', {
            coredns: { serves: { address: dns.metricsAddress } },
            'node-exporter': { serves: { address: node.address } },
          }),
          ...clusterTargets('other-jobs', {
            coredns: { job: 'kube-dns' },
            apiserver: { job: 'kube-apiserver' },
            'node-exporter': { job: 'node' },
          }),
          ...clusterTargets('old', {
            apiserver: { serves: oldApiserver() },
            karpenter: { serves: OLD_KARPENTER },
          }),
          ...clusterTargets('shut', {
            'kube-proxy': { serves: 'down' },
            'ebs-csi-controller': null,
            // Prometheus itself renames labels of the page that the target has too.
            'kube-state-metrics': { labels: { namespace: 'monitoring' } },
            coredns: { job: 'kubernetes-pods' },
            'aws-node': { job: 'kubernetes-pods' },
          }),
          { job: 'kube-etcd', serves: 'down', labels: { cluster: 'shut' } },
          ...clusterTargets('trimmed', {
            apiserver: { serves: without(PAGES.apiserver, /(?<=apiserver_request_total\{)code="\d+",/g) },
            coredns: {
              serves: without(
                PAGES.coredns
                  .replaceAll(/rcode="SERVFAIL"/g, 'rcode="2"')
                  .replaceAll(/rcode="NOERROR"/g, 'rcode="0"'),
                /^.*(le="0\.256"|coredns_reload_failed_total).*\n/gm,
              ),
            },
          }),
          ...clusterTargets('twice', { apiserver: { labels: { region: 'eu-west-1' } } }),
          { job: 'kubelet', serves: PAGES.kubelet, labels: { cluster: 'twice', region: 'us-east-1' } },
          { job: 'coredns', serves: PAGES.coredns },
        ]),
      );
      report = await reportFrom(prometheus.url);
    });

    const problemsOf = (cluster: string, signal: string) => signalOf(report, cluster, signal).problems;

    test('everything arrives from real servers, but what rules would bring', () => {
      const missing = clusterOf(report, 'real').signals.filter(({ state }) => state !== 'delivered');
      expect(missing.map(({ id, problems }) => [id, problems.map(({ code }) => code)])).toEqual([
        ['cluster-telemetry', ['rules/absent']],
      ]);
      expect(clusterOf(report, 'real').coverage).toMatchObject({
        all: { delivered: 31, missing: 1, total: 32 },
        required: { delivered: 11, total: 11 },
      });
    });

    test('an exporter under another job is found, and the setting is proposed for all clusters together', () => {
      expect(signalOf(report, 'other-jobs', 'dns-errors')).toMatchObject({
        state: 'partly',
        stateWithSettings: 'delivered',
        problems: [
          {
            code: 'job/other-name',
            what: 'CoreDNS is scraped under the job kube-dns, not coredns',
            setting: { path: 'bundle.jobs.coredns', value: 'coredns|kube-dns' },
          },
        ],
      });
      expect(signalOf(report, 'other-jobs', 'api-errors').stateWithSettings).toBe('delivered');
      expect(report.settings).toContainEqual({
        path: 'bundle.jobs.apiserver',
        value: 'apiserver|kube-apiserver',
      });
      expect(report.settings).toContainEqual({
        path: 'bundle.jobs.node-exporter',
        value: 'node|node-exporter',
      });
    });

    test('names of older versions are recognised, also where a counter waits for its first event', () => {
      expect(problemsOf('old', 'api-mutating-latency')).toMatchObject([
        {
          code: 'metric/old-name',
          makes: 'missing',
          what: expect.stringMatching(/apiserver_request_slo_duration_seconds_count.*Kubernetes 1\.25/),
        },
      ]);
      expect(problemsOf('old', 'storage-size')).toMatchObject([{ code: 'metric/old-name' }]);
      expect(problemsOf('old', 'karpenter-errors')).toMatchObject([
        { code: 'metric/old-name', what: expect.stringContaining('Karpenter before 1.0') },
      ]);
      expect(signalOf(report, 'old', 'karpenter-synced').state).toBe('delivered');
    });

    test('a target that does not answer and an exporter that is not scraped each come with what brings them', () => {
      expect(problemsOf('shut', 'kube-proxy-rules')).toMatchObject([
        { code: 'exporter/down', mend: expect.stringContaining('metricsBindAddress: 0.0.0.0:10249') },
      ]);
      expect(problemsOf('shut', 'ebs-csi-errors')).toMatchObject([
        { code: 'exporter/not-scraped', mend: expect.stringContaining('controller.enableMetrics: true') },
      ]);
    });

    test('labels that the scrape pushed aside are no missing Deployments', () => {
      expect(problemsOf('shut', 'addon-deployments')).toMatchObject([
        {
          code: 'label/pushed-aside',
          what: expect.stringContaining('namespace of kube-state-metrics arrives as exported_namespace'),
          mend: expect.stringContaining('honor_labels: true'),
        },
      ]);
    });

    test('a job that carries several exporters can’t tell that one of them is gone', () => {
      expect(problemsOf('shut', 'dns-targets')).toMatchObject([
        {
          code: 'job/other-name',
          what: 'CoreDNS is scraped under the job kubernetes-pods, not coredns, together with aws-node',
          mend: expect.stringContaining('target_label: job, replacement: coredns'),
        },
      ]);
      expect(signalOf(report, 'shut', 'dns-targets').stateWithSettings).toBe('partly');
    });

    test('a label that was dropped, values that look otherwise, a bound and a metric that are gone', () => {
      expect(problemsOf('trimmed', 'api-errors')).toMatchObject([
        { code: 'label/absent', makes: 'missing', what: 'apiserver_request_total has no label code' },
      ]);
      expect(problemsOf('trimmed', 'dns-errors')).toMatchObject([
        { code: 'label/values', what: expect.stringMatching(/rcode=~"NOERROR\|.*; rcode in trimmed: 0, 2$/) },
      ]);
      expect(problemsOf('trimmed', 'dns-latency')).toMatchObject([
        {
          code: 'bucket/bounds',
          makes: 'partly',
          what: expect.stringMatching(/no bucket bound 0\.256; bounds.*0\.128, 0\.512/),
        },
      ]);
      expect(problemsOf('trimmed', 'dns-reload-failures')).toMatchObject([
        { code: 'metric/absent', mend: expect.stringContaining('plugin "reload"') },
      ]);
    });

    test('the store as a whole: rules, one name in two regions, series without a cluster, a job that can’t work on EKS', () => {
      expect(report.findings.map(({ code, clusters }) => [code, clusters])).toEqual([
        ['cluster-label/partly', []],
        ['cluster/two-regions', ['twice']],
        ['rules/absent', []],
        ['job/unreachable', ['shut']],
      ]);
      const [unlabelled, regions] = report.findings;
      expect(unlabelled?.what).toContain('of the jobs coredns;');
      expect(regions?.what).toContain('eu-west-1 and us-east-1');
    });

    test('one cluster alone is fewer questions; an unknown one is named with those that there are', async () => {
      const one = await reportFrom(prometheus.url, ['--cluster', 'real']);
      expect(one.clusters.map(({ name }) => name)).toEqual(['real']);
      expect(one.store).toMatchObject({ clusters: 6, questions: 7 });
      const { code, stderr } = await runProbe(prometheus.url, ['--cluster', 'prod-9']);
      expect({ code, stderr }).toEqual({
        code: 1,
        stderr: expect.stringMatching(
          /cluster="prod-9"; it has series of old, other-jobs, real, shut, trimmed, twice/,
        ),
      });
    });

    test('people read the summary first, then the usual clusters, then what differs', async () => {
      const { code, stdout } = await runProbe(prometheus.url);
      expect(code).toBe(0);
      expect(stdout).toMatch(
        /^http:\S+: 6 clusters, 32 signals, 9 questions asked\.\nCoverage: \d+ of 192 \(\d+ %\) delivered/,
      );
      const sections = stdout.split('\n\n').map((section) => section.split('\n')[0]);
      expect(sections.slice(1, 4)).toEqual([
        'The store',
        expect.stringMatching(/^clusters +delivered/),
        'real, twice',
      ]);
      expect(sections).toContain('old: unlike real, twice');
      expect(stdout).toMatch(
        /Settings for tidegate\.yaml\n {2}bundle:\n {4}jobs:\n {6}apiserver: "apiserver\|kube-apiserver"/,
      );
    });
  },
);
