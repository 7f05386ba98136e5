import { expect, test } from 'vitest';
import type { Run, RunState } from '../../src/domain/run.ts';
import { createGateMetrics } from '../../src/telemetry/gate-metrics.ts';
import { createMetrics } from '../../src/telemetry/metrics.ts';

const run = (state: RunState) => ({ state }) as Run;

test('open runs are those at the start and what became of them', async () => {
  const metrics = createMetrics({ version: '1.0.0' });
  const gate = createGateMetrics(metrics, [run('soaking'), run('soaking'), run('asked')], () => 0);

  gate.changed(run('admitted'), 'asked');
  gate.changed(run('halted'), 'soaking');
  gate.changed(run('asked'));

  const page = await metrics.exposition();
  expect(page).toContain('tidegate_open_runs{state="asked"} 1');
  expect(page).toContain('tidegate_open_runs{state="admitted"} 1');
  expect(page).toContain('tidegate_open_runs{state="settling"} 0');
  expect(page).toContain('tidegate_open_runs{state="soaking"} 1');
  expect(page).not.toContain('state="halted"');
});

test('looks, blindness and the head of the log are told in base units', async () => {
  const metrics = createMetrics({ version: '1.0.0' });
  const gate = createGateMetrics(metrics, [], () => 1_700_000_000_500);

  gate.looked({ durationMs: 400, runs: 3, failed: 0 });
  gate.looked({ durationMs: 400, runs: 3, failed: 1 });
  gate.blind('fleet', 3);
  gate.auditHead({ seq: 12, hash: '00' });
  gate.answered('PreSync', 'hold', 'data/unknown');

  const page = await metrics.exposition();
  expect(page).toContain('tidegate_looks_total{outcome="completed"} 1');
  expect(page).toContain('tidegate_looks_total{outcome="failed"} 1');
  expect(page).toContain('tidegate_look_duration_seconds_sum 0.8');
  expect(page).toContain('tidegate_last_look_timestamp_seconds 1700000000.5');
  expect(page).toContain('tidegate_blind_runs{source="fleet"} 3');
  expect(page).toContain('tidegate_audit_head_seq 12');
  expect(page).toContain('tidegate_answers_total{phase="PreSync",verdict="hold",reason="data/unknown"} 1');
});
