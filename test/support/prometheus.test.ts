import { expect, test } from 'vitest';
import { MetricsPage } from './metrics-page.ts';
import { backfill, startPrometheus } from './prometheus.ts';
import { TempDir } from './temp-dir.ts';
import { describeWith } from './tool.ts';
import { waitFor } from './wait-for.ts';

const rule = (expression: string) => `groups: [{name: g, rules: [{record: doubled, expr: ${expression}}]}]`;

describeWith(['prometheus', 'promtool'], 'Prometheus for tests', () => {
  test('scrapes a page under the labels of its target, and sees it go down', async () => {
    await using page = await MetricsPage.start('level 7\n');
    const scrape = [
      { job: 'synthetic', targets: [{ address: page.address, labels: { cluster: 'prod-1' } }] },
    ];
    await using prometheus = await startPrometheus({ scrape });
    const levelIs = (value: number) => async () =>
      (await prometheus.query('level{cluster="prod-1", job="synthetic"}')).some(
        (sample) => sample.value === value,
      );

    await waitFor('the level is 7', levelIs(7));
    page.text = 'level 8\n';
    await page.nextScrape();
    await waitFor('the level is 8', levelIs(8));
    page.status = 503;
    await waitFor('the target is down', async () => (await prometheus.query('up == 0')).length === 1);
  });

  test('evaluates rules, and reads them again on reload', async () => {
    using dir = new TempDir();
    const file = dir.write('rules.yml', rule('vector(1) * 2'));
    await using prometheus = await startPrometheus({ rules: [file] });
    const doubledIs = (value: number) => async () =>
      (await prometheus.query('doubled')).some((sample) => sample.value === value);

    await waitFor('the rule gives 2', doubledIs(2));
    dir.write('rules.yml', rule('vector(3) * 2'));
    await prometheus.reload();
    await waitFor('the rule gives 6', doubledIs(6));
    dir.write('rules.yml', rule('rate(foo)'));
    await expect(prometheus.reload()).rejects.toThrow(/refuses its new configuration/);
  });

  test('answers from back-filled history', async () => {
    const start = 1_700_000_000;
    const samples = Array.from({ length: 240 }, (_, i) => `bad_total{cluster="a"} ${i} ${start + 30 * i}`);
    const text = `# TYPE bad counter\n${samples.join('\n')}\n# EOF\n`;
    using blocks = await backfill({ text });
    await using prometheus = await startPrometheus({ blocks: blocks.path });

    const [sample] = await prometheus.query('increase(bad_total[10m10s])', start + 30 * 200 + 5);
    expect(sample?.metric).toEqual({ cluster: 'a' });
    expect(sample?.value).toBeCloseTo(20.33, 1);
  });

  test('refuses a history that is not OpenMetrics', async () => {
    await expect(backfill({ text: 'bad_total 1 1700000000\n' })).rejects.toThrow(
      /promtool makes no blocks of .*EOF/s,
    );
  });

  test('what it does not start with is an error with its words', async () => {
    using dir = new TempDir();
    const broken = dir.write('broken.yml', rule('rate(foo)'));
    await expect(startPrometheus({ rules: [broken] })).rejects.toThrow(/ended before .*broken\.yml/s);
  });
});
