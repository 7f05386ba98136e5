import { beforeAll, describe, expect, test } from 'vitest';
import { defineBundle } from '../../src/catalogue/bundle.ts';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import type { ExporterName } from '../../src/catalogue/exporters.ts';
import type { SignalDiagnosis } from '../../src/probe/diagnose.ts';
import type { ProbeReport } from '../../src/probe/report.ts';
import { recordedSeries } from '../../src/render/prometheus/recorded.ts';
import { backfill, type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { describeWith } from '../support/tool.ts';
import { type PastTarget, pastOf } from './support/history.ts';
import { OLD_KARPENTER, oldApiserver, PAGES } from './support/pages.ts';
import { reportFrom, signalOf } from './support/real-store.ts';

/** Targets of a cluster with a quarter of an hour behind them, some of them changed; null leaves one out. */
function past(cluster: string, changes: Partial<Record<ExporterName, Partial<PastTarget> | null>> = {}) {
  return (Object.keys(PAGES) as ExporterName[]).flatMap((job): PastTarget[] => {
    const change = changes[job];
    if (change === null) return [];
    return [{ job, labels: { cluster }, page: PAGES[job], everySeconds: 30, ...change }];
  });
}

/** Whether a signal must have a reading; undefined where a label that is missing makes its number a wrong one. */
function mustRead(signal: SignalDiagnosis | undefined): boolean | undefined {
  // The one node of the sample is on its way out, and such nodes are left out.
  if (signal === undefined || signal.id === 'node-readiness') return undefined;
  if (signal.state === 'delivered') return true;
  // Minutes of scrapes are the exposure of events, whatever their counter is called.
  if (signal.id === 'karpenter-errors') return undefined;
  const missing = signal.problems.filter(({ makes }) => makes === 'missing');
  return missing.some(({ code }) => /^(exporter|metric|rules)\//.test(code)) ? false : undefined;
}

describeWith(['prometheus', 'promtool'], 'a probe of a Prometheus with a past', () => {
  const resources = suiteResources();
  let prometheus: Prometheus;
  let report: ProbeReport;

  beforeAll(async () => {
    const targets = [
      ...past('whole'),
      ...past('old', { apiserver: { page: oldApiserver() }, karpenter: { page: OLD_KARPENTER } }),
      ...past('half', { coredns: null, 'kube-proxy': null, 'aws-node': null, 'kube-state-metrics': null }),
      ...past('slow', { coredns: { everySeconds: 120 }, kubelet: { everySeconds: 60 } }),
      { job: 'kube-proxy', labels: { cluster: 'half' }, everySeconds: 30 },
    ];
    using blocks = await backfill({ text: pastOf(targets, { endMs: Date.now(), minutes: 16 }) });
    prometheus = resources.use(await startPrometheus({ blocks: blocks.path }));
    report = await reportFrom(prometheus.url);
  });

  describe('how often it is scraped', () => {
    test('more than a minute apart nothing can be counted', () => {
      expect(signalOf(report, 'slow', 'dns-errors')).toMatchObject({
        state: 'missing',
        problems: [
          {
            code: 'scrape/too-slow',
            what: expect.stringContaining('the job coredns is scraped every 120 s'),
          },
        ],
      });
      // Nothing is counted here.
      expect(signalOf(report, 'slow', 'dns-targets').state).toBe('delivered');
    });

    test('slower than the rules count by is a setting', () => {
      expect(signalOf(report, 'slow', 'kubelet-runtime-errors')).toMatchObject({
        state: 'partly',
        stateWithSettings: 'delivered',
        problems: [
          { code: 'scrape/slower-than-set', setting: { path: 'bundle.scrapeInterval', value: '60s' } },
        ],
      });
      expect(report.settings).toEqual([{ path: 'bundle.scrapeInterval', value: '60s' }]);
    });

    test('as often as it should be is no problem', () => {
      const codes = report.clusters.flatMap(({ name, signals }) =>
        signals.flatMap(({ problems }) => problems.map(({ code }) => `${name} ${code}`)),
      );
      expect(codes.filter((code) => code.includes('scrape/') && !code.startsWith('slow'))).toEqual([]);
    });
  });

  test('what it calls delivered has a reading by the rules’ own expressions, what it calls missing has none', async () => {
    const wrong: string[] = [];
    let compared = 0;
    for (const { kind, signal, expr } of recordedSeries(defineBundle(CATALOGUE))) {
      if (kind === 'events' || kind === 'bad') continue;
      const read = new Set((await prometheus.query(expr)).map(({ metric }) => metric['cluster']));
      for (const { name, signals } of report.clusters) {
        const expected = mustRead(signals.find(({ id }) => id === signal));
        if (expected === undefined) continue;
        compared += 1;
        if (read.has(name ?? '') !== expected) wrong.push(`${signal} of ${name}`);
      }
    }
    expect(wrong).toEqual([]);
    expect(compared).toBeGreaterThan(100);
  });
});
