import { execFileSync } from 'node:child_process';
import { expect, test } from 'vitest';
import { createMetrics, METRICS } from '../../src/telemetry/metrics.ts';
import { describeWith, toolPath } from '../support/tool.ts';

test('every metric has a name that says what it is and in which unit', () => {
  for (const { name, type } of Object.values(METRICS)) {
    expect(name).toMatch(/^tidegate_[a-z0-9_]+$/);
    expect(name.endsWith('_total')).toBe(type === 'counter');
    if (/duration|timestamp/.test(name)) expect(name).toMatch(/_seconds$/);
  }
});

test('what was counted is on the page, and a second gate counts on its own', async () => {
  const metrics = createMetrics({ version: '1.2.3' });
  metrics.verdicts.inc({ app: 'platform-bom', verdict: 'halt' });
  metrics.lookDuration.observe(0.2);
  metrics.auditHead.set(41);

  const page = await metrics.exposition();

  expect(page).toContain('tidegate_build_info{version="1.2.3"} 1');
  expect(page).toContain('tidegate_verdicts_total{app="platform-bom",verdict="halt"} 1');
  expect(page).toContain('tidegate_look_duration_seconds_bucket{le="0.25"} 1');
  expect(page).toContain('tidegate_audit_head_seq 41');
  expect(page).toContain('process_cpu_seconds_total');
  expect(await createMetrics({ version: '1.2.3' }).exposition()).not.toContain('verdict="halt"');
});

describeWith(['promtool'], 'the exposition', () => {
  test('is one that Prometheus reads and finds well named', async () => {
    const metrics = createMetrics({ version: '1.2.3' });
    metrics.verdicts.inc({ app: 'a "quoted"\nname', verdict: 'go' });
    metrics.requests.inc({ method: 'GET', route: '/v1/runs/{id}', status: '200' });
    const ours = (await metrics.exposition())
      .split('\n\n')
      .filter((family) => family.includes('tidegate_'))
      .join('\n');

    const complaints = execFileSync(toolPath('promtool'), ['check', 'metrics'], {
      input: `${ours}\n`,
      encoding: 'utf8',
    });

    expect(complaints).toBe('');
  });
});
