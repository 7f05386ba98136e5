import { afterAll, beforeAll, describe, expect, test } from 'vitest';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import { RECORDED } from '../../src/domain/recorded-series.ts';
import { openSqliteStore } from '../../src/store/sqlite/sqlite-store.ts';
import { openMetrics, type TimedSample } from '../sources/fixtures/exposition.ts';
import { newRun } from '../store/ledger-data.ts';
import { startProcess } from '../support/process.ts';
import { backfill, type Prometheus, startPrometheus } from '../support/prometheus.ts';
import { suiteResources } from '../support/resources.ts';
import { TempDir } from '../support/temp-dir.ts';
import { describeWith } from '../support/tool.ts';

const CLI = new URL('../../src/cli/cli.ts', import.meta.url).pathname;

async function tidegate(...args: string[]) {
  await using process = await startProcess(globalThis.process.execPath, { args: [CLI, 'backtest', ...args] });
  const { code } = await process.exited;
  return { code, stdout: process.stdout, stderr: process.stderr };
}

describe('backtest, called wrongly', () => {
  const bare = ['--prometheus', 'http://127.0.0.1:9', '--class-of', 'a=web'];
  test.each([
    ['without a past', [], 'usage/past'],
    ['with two pasts', ['--simulate', ...bare], 'usage/past'],
    ['without classes', ['--prometheus', 'http://127.0.0.1:9'], 'usage/past'],
    [
      'with an unknown policy',
      ['--simulate', '--policy', 'lax'],
      'there are quick, standard, strict [input/policy]',
    ],
    ['with an unknown cluster', ['--simulate', '--cluster', 'mars'], 'there is no cluster mars'],
    ['with a time without a zone', ['--simulate', '--from', '2026-11-03T14:00'], '[input/time]'],
    ['with a sync that is none', ['--simulate', '--sync', 'a'], 'write a cluster and a time'],
    ['with a span in the future', ['--simulate', '--from', '2999-01-01'], '[input/span]'],
  ])('%s says what to write', async (_, args, said) => {
    const { code, stdout, stderr } = await tidegate(...args);
    expect(stderr).toContain(said);
    expect({ code, stdout }).toEqual({ code: 64, stdout: '' });
  });

  test('a store that does not answer is not a quiet one', async () => {
    const { code, stderr } = await tidegate(...bare);
    expect(stderr).toContain('[backtest/unreadable]');
    expect(code).toBe(1);
  });
});

describe('backtest --simulate', () => {
  test('halts the bad sync, lets the harmless one go, and tells both as JSON', async () => {
    const { code, stdout, stderr } = await tidegate(
      '--simulate',
      '--from',
      '7h',
      '--cluster',
      'staging-us-1',
      '--json',
    );
    expect({ code, stderr }).toMatchObject({
      code: 0,
      stderr: expect.stringContaining('1 of 1 clusters judged'),
    });
    const report = JSON.parse(stdout);
    expect(report.syncs).toMatchObject([
      {
        cluster: 'staging-eu-1',
        verdict: 'halt',
        judge: 'controls',
        reasons: [{ code: 'regression/dns-latency' }],
      },
      { cluster: 'staging-us-1', verdict: 'go', policy: 'standard' },
    ]);
    expect(report.clusters).toMatchObject([{ cluster: 'staging-us-1', halt: 0 }]);
    expect(report.clusters[0].windows).toBeGreaterThan(0);
  });
});

describeWith(['prometheus', 'promtool'], 'backtest of a real Prometheus', () => {
  const resources = suiteResources();
  const clusters = ['a', 'b', 'c', 'd'];
  /** Long over, so that every soak is. */
  const end = Math.floor(Date.now() / 3_600_000) * 3_600_000 - 3_600_000;
  const sync = end - 60 * MINUTE_MS;
  const span = ['--from', iso(end - 120 * MINUTE_MS), '--to', iso(end)];
  const classes = clusters.flatMap((name) => ['--class-of', `${name}=web`]);
  let store: Prometheus;

  beforeAll(async () => {
    const blocks = resources.use(await backfill({ text: openMetrics(recorded()) }));
    store = resources.use(await startPrometheus({ blocks: blocks.path }));
  });

  /** A day and two hours of DNS: 5 slow answers of 1,000 a minute, and 200 on `a` for 20 min from the sync on. */
  function recorded(): readonly TimedSample[] {
    const one = (
      name: string,
      cluster: string,
      timeMs: number,
      value: number,
      edge?: string,
    ): TimedSample => ({
      name,
      labels: { cluster, signal: 'dns-latency', ...(edge !== undefined && { edge }) },
      timeMs,
      value,
    });
    const minutes = Array.from({ length: 27 * 60 }, (_, i) => end - (26 * 60 - i) * MINUTE_MS);
    return clusters.flatMap((cluster) =>
      minutes.flatMap((minute) => {
        const isBad = cluster === 'a' && minute > sync && minute <= sync + 20 * MINUTE_MS;
        return [
          one(RECORDED.exposure, cluster, minute, 1_000),
          one(RECORDED.events, cluster, minute, isBad ? 200 : 5, '0.256'),
          one(RECORDED.events, cluster, minute, isBad ? 100 : 1, '1.024'),
        ];
      }),
    );
  }

  test('halts the sync with harm after minutes, and no quiet window', async () => {
    const past = ['--prometheus', store.url, ...classes, '--policy', 'quick', ...span];
    const { code, stdout, stderr } = await tidegate(...past, '--sync', `a=${iso(sync)}`, '--json');
    expect({ code, stderr }).toMatchObject({ code: 0 });
    const { syncs, clusters: quiet } = JSON.parse(stdout);
    expect(syncs).toMatchObject([
      { cluster: 'a', verdict: 'halt', policy: 'quick', judge: 'controls', controls: ['b', 'c', 'd'] },
    ]);
    expect(syncs[0].afterSeconds).toBeLessThanOrEqual(300);
    expect(quiet).toMatchObject(
      clusters.map((cluster) => ({ cluster, halt: 0, windows: cluster === 'a' ? 3 : 4 })),
    );
  });

  test('says that there is no data where there is none', async () => {
    const before = ['--from', '2025-01-01', '--to', '2025-01-02'];
    const { code, stderr } = await tidegate('--prometheus', store.url, ...classes, ...before);
    expect(stderr).toContain('[backtest/no-data]');
    expect(code).toBe(1);
  });

  describe('with a configuration', () => {
    let folder: TempDir;
    let config: string;
    beforeAll(() => {
      folder = new TempDir();
      const fleet = clusters.map(
        (name) => `{name: ${name}, wave: all, class: web, region: eu, source: main}`,
      );
      config = folder.write(
        'tidegate.yaml',
        `gate: {store: {sqlite: ledger.sqlite}}
sources: [{name: main, kind: prometheus, url: "${store.url}"}]
fleet: {clusters: [${fleet.join(', ')}]}
waves: [{name: all, policy: quick}]
apps: [{name: bom, components: [dns]}]
`,
      );
    });
    afterAll(() => folder[Symbol.dispose]());

    test('takes the syncs from its ledger, while the gate has it open, and tells them in words', async () => {
      const ledger = await openSqliteStore(`${folder.path}/ledger.sqlite`);
      const run = newRun({ cluster: 'a', now: sync });
      await ledger.commit({ runs: [{ ...run, state: 'admitted', admittedAt: sync, syncedAt: sync }] });
      const { code, stdout, stderr } = await tidegate('--config', config, ...span, '--cluster', 'b');
      await ledger.close();
      expect({ code, stderr }).toMatchObject({ code: 0 });
      expect(stdout).toContain('would have halted 0 of 4 quiet windows');
      expect(stdout).not.toContain('bom of');

      const own = await tidegate('--config', config, ...span, '--cluster', 'a');
      expect(own.stdout).toMatch(
        /would have halted bom of .* on a after [1-5] min \(quick, with 3 controls\)/,
      );
    });
  });
});

function iso(at: number): string {
  return new Date(at).toISOString();
}
