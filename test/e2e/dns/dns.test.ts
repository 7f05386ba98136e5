import { beforeAll, expect, test } from 'vitest';
import { describeWith } from '../../support/tool.ts';
import type { ScenarioOutcome } from './outcome.ts';
import { type Problem, problemsOf, type Topic } from './problems.ts';
import { reportOf } from './report.ts';
import { runScenario } from './scenario.ts';
import { SHORT } from './timing.ts';
import { TOOLS } from './tools.ts';

/** The scenario takes six minutes on an idle machine, nearly all of it waiting for minutes to pass. */
const TIMEOUT_MS = 9 * 60_000;

describeWith(TOOLS, 'a rollout to four clusters with real DNS, watched by the real thing', () => {
  let problems: readonly Problem[] = [];
  let outcome: ScenarioOutcome | undefined;
  const about = (topic: Topic) => problems.filter((each) => each.topic === topic);
  const verdictOf = (cluster: string) =>
    (['exit-code', 'reason', 'delay'] as const).flatMap(about).filter((each) => each.cluster === cluster);

  beforeAll(async () => {
    const lines: string[] = [];
    const signal = AbortSignal.timeout(TIMEOUT_MS - 20_000);
    try {
      outcome = await runScenario({ timing: SHORT, tell: (line) => lines.push(line), signal });
      problems = problemsOf(outcome, SHORT);
      if (problems.length > 0) console.error([...lines, reportOf(outcome, problems)].join('\n'));
    } catch (error) {
      console.error(lines.join('\n'));
      throw error;
    }
  }, TIMEOUT_MS);

  test('a harmless restart of CoreDNS goes', () => {
    expect(verdictOf('steady')).toEqual([]);
  });

  test('slow answers are halted, and the reason names dns-latency', () => {
    expect(verdictOf('slow')).toEqual([]);
  });

  test('answers with SERVFAIL are halted, and the reason names dns-errors', () => {
    expect(verdictOf('servfail')).toEqual([]);
  });

  test('a cluster whose CoreDNS is not scraped any more neither goes nor is halted', () => {
    expect(verdictOf('blind')).toEqual([]);
    expect(outcome?.clusters.find(({ cluster }) => cluster === 'blind')?.post.exitCode).toBeGreaterThan(42);
  });

  test('the evidence counts what CoreDNS counted, within 2 %', () => {
    expect(about('counts')).toEqual([]);
  });

  test('the alerts fire, and Alertmanager brings them to the gate', () => {
    expect(about('alert')).toEqual([]);
  });

  test('a halt is answered at once when it is asked for again, and leads to a runbook about the cluster', () => {
    expect(about('halt')).toEqual([]);
    expect(outcome?.clusters.filter(({ halt }) => halt !== undefined)).toHaveLength(2);
  });

  test('the gate is scraped by the Prometheus that it reads', () => {
    expect(about('gate-metrics')).toEqual([]);
  });

  test('without dns-latency the claims about the slow cluster fail: they prove something', () => {
    expect(about('left-out')).toEqual([]);
    expect(outcome?.leftOut.post.exitCode).not.toBe(42);
  });
});
