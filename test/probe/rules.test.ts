import { expect, test } from 'vitest';
import { stringify } from 'yaml';
import { bundleOf } from '../../src/cli/bundle.ts';
import { loadConfig } from '../../src/config/load-config.ts';
import { renderRules } from '../../src/render/prometheus/render-rules.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';
import { waitFor } from '../support/wait-for.ts';
import { PAGES } from './support/pages.ts';
import { clusterOf, reportFrom, startStore } from './support/real-store.ts';

const cluster = (name: string) => ({
  name,
  wave: 'first',
  class: 'small',
  region: 'eu-west-1',
  source: 'metrics',
});

describeWith(['prometheus'], 'a probe of a Prometheus that evaluates our rules', () => {
  test('with the fleet’s configuration every signal arrives, and what is not as the inventory says is told', async () => {
    using dir = new TempDir();
    const file = dir.write(
      'tidegate.yaml',
      stringify({
        sources: [{ name: 'metrics', kind: 'prometheus', url: 'http://127.0.0.1:9090' }],
        fleet: { clusters: [cluster('prod-1'), cluster('prod-2')] },
        waves: [{ name: 'first', policy: 'quick' }],
        bundle: { jobs: { coredns: 'kube-dns' } },
      }),
    );
    // Groups are evaluated by the minute; a test has no minute.
    const rules = renderRules(bundleOf(loadConfig(file, {}))).map(({ path, content }) =>
      dir.write(path, content.replaceAll(/^( *)(- )?interval: .*$/gm, '$1$2interval: 1s')),
    );
    const targets = Object.entries(PAGES).flatMap(([job, serves]) =>
      ['prod-1', 'stranger'].map((name) => ({
        job: job === 'coredns' ? 'kube-dns' : job,
        labels: { cluster: name },
        serves,
      })),
    );
    await using prometheus = await startStore(targets, { rules });
    // Counts need a minute of history, items do not.
    await waitFor('items and presence are recorded', async () => {
      const recorded = await prometheus.query('tidegate:signal_among{cluster="prod-1"}');
      return recorded.length >= 7;
    });

    const report = await reportFrom(prometheus.url, ['--config', file]);
    expect(clusterOf(report, 'prod-1').coverage.all).toMatchObject({ delivered: 32, total: 32 });
    expect(clusterOf(report, 'prod-2').coverage.all).toMatchObject({ delivered: 0, missing: 32 });
    expect(report.settings).toEqual([]);
    const findings = report.findings.map(({ code, clusters }) => [code, clusters]);
    expect(findings).toContainEqual(['cluster/not-in-store', ['prod-2']]);
    expect(findings).toContainEqual(['cluster/not-in-inventory', ['stranger']]);
    expect(findings.map(([code]) => code)).not.toContain('rules/absent');
  });
});
