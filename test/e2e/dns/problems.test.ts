import { expect, test } from 'vitest';
import type { Answer } from '../../../src/gate/use-cases.ts';
import { CLUSTERS, type ClusterPlan, LEFT_OUT, planOf } from './clusters.ts';
import type { HookRun } from './hook.ts';
import type { ClusterOutcome, ScenarioOutcome, Told } from './outcome.ts';
import { problemsOf } from './problems.ts';
import { SHORT } from './timing.ts';

const COUNT = { events: 500, exposure: 7_000 };

function hook(phase: HookRun['phase'], exitCode: number, answer?: Partial<Answer>): HookRun {
  return { phase, exitCode, seconds: 80, end: 'said', text: 'said', answer: answer as Answer };
}

/** A cluster on which everything was as it should be. */
function good(plan: ClusterPlan): ClusterOutcome {
  const code = plan.reason ?? 'regression';
  const reason = { code: code as 'structure', text: 'why', evidence: { signal: plan.harm?.signal ?? '' } };
  const runbook = { url: 'http://127.0.0.1/runbooks/X', status: 200, isAboutCluster: true };
  return {
    cluster: plan.name,
    pre: hook('pre-sync', 0),
    post: hook('post-sync', plan.exitCodes[0] ?? 0, { reasons: [reason] }),
    counts: plan.series.map((series) => ({ series, minutes: 2, gate: COUNT, own: COUNT })),
    ...(plan.harm && { told: toldOf(plan), decidedAfterSeconds: 80 }),
    ...(plan.harm && { halt: { again: { verdict: 'halt', ms: 5 }, runbook } }),
  };
}

const asItShouldBe: ScenarioOutcome = {
  timing: 'short',
  startedAt: '2026-01-01T00:00:00.000Z',
  seconds: 340,
  clusters: CLUSTERS.map(good),
  alerts: CLUSTERS.flatMap(({ name, harm }) =>
    harm ? [{ alert: harm.alert, cluster: name, firedAfterSeconds: 100, isRouted: true }] : [],
  ),
  gate: { webhooks: 2, failedWebhooks: 0, isScraped: true, verdicts: 20 },
  leftOut: {
    cluster: LEFT_OUT.cluster,
    pre: hook('pre-sync', 0),
    post: hook('post-sync', 0, { reasons: [{ code: 'evidence/complete', text: 'fine' }] }),
    counts: [],
  },
};

function toldOf({ series }: ClusterPlan): Told {
  return { ...COUNT, series: series[0] ?? '' };
}

/** The outcome with one cluster changed. */
function but(name: string, change: Partial<ClusterOutcome>): ScenarioOutcome {
  const clusters = asItShouldBe.clusters.map((each) =>
    each.cluster === name ? { ...each, ...change } : each,
  );
  return { ...asItShouldBe, clusters };
}

function countsOff(name: string, factor: number): Partial<ClusterOutcome> {
  const gate = { events: COUNT.events * factor, exposure: COUNT.exposure };
  return {
    counts: planOf(name).series.map((series) => ({ series, minutes: 2, gate, own: COUNT })),
    told: { ...gate, series: planOf(name).series[0] ?? '' },
  };
}

test('an outcome as it should be has no problem', () => {
  expect(problemsOf(asItShouldBe, SHORT)).toEqual([]);
});

test.each([
  ['a halt of what is harmless', but('steady', { post: hook('post-sync', 42, {}) }), ['exit-code', 'reason']],
  ['go for what is blind', but('blind', { post: hook('post-sync', 0, {}) }), ['exit-code', 'reason']],
  ['a halt of what is blind', but('blind', { post: hook('post-sync', 42, {}) }), ['exit-code', 'reason']],
  ['a reason about another signal', but('slow', { post: good(planOf('servfail')).post }), ['reason']],
  ['a late halt', but('slow', { decidedAfterSeconds: 900 }), ['delay']],
  ['counts that are 3 % apart', but('servfail', countsOff('servfail', 1.03)), ['counts', 'counts', 'counts']],
  ['counts that are 1 % apart', but('servfail', countsOff('servfail', 1.01)), []],
  ['no minute to compare', but('servfail', { counts: [] }), ['counts', 'counts', 'counts', 'counts']],
  [
    'a reason that tells other counts',
    but('slow', { told: { ...toldOf(planOf('slow')), events: 1 } }),
    ['counts'],
  ],
  ['a runbook that is not there', but('slow', { halt: { again: { verdict: 'halt', ms: 5 } } }), ['halt']],
  ['a halt that is forgotten', but('slow', { halt: { again: { verdict: 'go', ms: 5 } } }), ['halt', 'halt']],
  ['alerts that never fire', { ...asItShouldBe, alerts: [] }, ['alert', 'alert']],
  ['webhooks that get lost', { ...asItShouldBe, gate: { ...asItShouldBe.gate, webhooks: 1 } }, ['alert']],
  [
    'a gate without metrics',
    { ...asItShouldBe, gate: { ...asItShouldBe.gate, verdicts: 0 } },
    ['gate-metrics'],
  ],
  ['a signal that nobody misses', { ...asItShouldBe, leftOut: good(planOf('slow')) }, ['left-out']],
] as const)('%s is told', (_what, outcome, topics) => {
  expect(problemsOf(outcome, SHORT).map(({ topic }) => topic)).toEqual(topics);
});
