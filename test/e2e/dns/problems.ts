import { seconds } from '../../../src/domain/duration.ts';
import type { Count } from '../../../src/domain/reading.ts';
import { CLUSTERS, type ClusterPlan, LEFT_OUT, planOf } from './clusters.ts';
import { errorOf } from './compare-counts.ts';
import { type ClusterOutcome, type ScenarioOutcome, signalOf } from './outcome.ts';
import type { Timing } from './timing.ts';

/** What a claim of the scenario is about. */
export type Topic =
  | 'exit-code'
  | 'reason'
  | 'delay'
  | 'counts'
  | 'alert'
  | 'halt'
  | 'gate-metrics'
  | 'left-out';

/** A claim that does not hold. */
export interface Problem {
  readonly topic: Topic;
  /** Absent where it is about no cluster. */
  readonly cluster?: string;
  readonly text: string;
}

/** How far the gate's counts may be from CoreDNS's own. */
export const LARGEST_ERROR = 0.02;

/** A halt that is in the ledger is answered from it; the rest is a busy machine. */
const LARGEST_ANSWER_MS = 1_000;

/** Every claim of the scenario that does not hold; none is what it is run for. */
export function problemsOf(outcome: ScenarioOutcome, timing: Timing): readonly Problem[] {
  return [
    ...CLUSTERS.flatMap((plan): readonly Problem[] => {
      const own = outcome.clusters.find(({ cluster }) => cluster === plan.name);
      return own
        ? clusterProblems(plan, own, timing)
        : [{ topic: 'exit-code', cluster: plan.name, text: 'has no outcome' }];
    }),
    ...alertProblems(outcome),
    ...gateProblems(outcome),
    ...leftOutProblems(outcome, timing),
  ];
}

/** What is claimed of one cluster at one gate. */
export function clusterProblems(
  plan: ClusterPlan,
  outcome: ClusterOutcome,
  timing: Timing,
): readonly Problem[] {
  return [
    ...verdictProblems(plan, outcome, timing),
    ...countProblems(plan, outcome),
    ...haltProblems(plan, outcome),
  ];
}

function verdictProblems(plan: ClusterPlan, outcome: ClusterOutcome, timing: Timing): Problem[] {
  const { pre, post, decidedAfterSeconds } = outcome;
  const wanted = plan.exitCodes.join(' or ');
  const reasons = post.answer?.reasons ?? [];
  const codes = reasons.map(({ code }) => code).join(', ');
  const problems: Problem[] = [];
  const claim = (topic: Topic, holds: boolean, text: string) => {
    if (!holds) problems.push({ topic, cluster: plan.name, text });
  };
  claim('exit-code', pre.exitCode === 0, `PreSync ended with ${pre.exitCode} instead of 0: ${pre.text}`);
  claim(
    'exit-code',
    plan.exitCodes.includes(post.exitCode ?? -1),
    `PostSync ended with ${post.exitCode} instead of ${wanted}: ${post.text}`,
  );
  const { reason, harm } = plan;
  const hasReason = reason === undefined || reasons.some(({ code }) => code.startsWith(reason));
  claim('reason', hasReason, `no reason begins with ${reason}: ${codes}`);
  if (harm === undefined) return problems;
  const [first] = reasons;
  const isNamed = first !== undefined && signalOf(first) === harm.signal;
  claim('reason', isNamed, `the first reason does not name ${harm.signal}: ${codes}`);
  const limit = seconds(timing.haltWithin);
  claim(
    'delay',
    decidedAfterSeconds !== undefined && decidedAfterSeconds <= limit,
    `was decided ${decidedAfterSeconds ?? 'never'} s after the sync, not within ${limit}`,
  );
  return problems;
}

function countProblems(plan: ClusterPlan, { counts, told }: ClusterOutcome): Problem[] {
  const problem = (text: string): Problem => ({ topic: 'counts', cluster: plan.name, text });
  const minutes = counts.find(({ series }) => series === told?.series)?.gate;
  const isSame = told !== undefined && told.events === minutes?.events && told.exposure === minutes.exposure;
  const differs = `the reason tells of ${countText(told)}, its minutes add up to ${countText(minutes)}`;
  const own = plan.series.flatMap((series) => {
    const compared = counts.find((each) => each.series === series);
    if (compared === undefined || compared.minutes === 0)
      return [problem(`${series}: no minute was compared`)];
    return (['events', 'exposure'] as const).flatMap((what) => {
      const [gate, own] = [compared.gate[what], compared.own[what]];
      if (errorOf(gate, own) <= LARGEST_ERROR) return [];
      const shares = `${(errorOf(gate, own) * 100).toFixed(1)} % apart, ${LARGEST_ERROR * 100} % are allowed`;
      return [problem(`${series}: the gate counted ${gate} ${what}, CoreDNS ${own}: ${shares}`)];
    });
  });
  return plan.harm === undefined || isSame ? own : [problem(differs), ...own];
}

function countText(count: Count | undefined): string {
  return count === undefined ? 'nothing' : `${count.events} of ${count.exposure}`;
}

function haltProblems(plan: ClusterPlan, { halt }: ClusterOutcome): Problem[] {
  if (plan.harm === undefined || halt === undefined) return [];
  const problem = (text: string): Problem => ({ topic: 'halt', cluster: plan.name, text });
  const { again, runbook } = halt;
  return [
    ...(again.verdict === 'halt' ? [] : [problem(`asked again, the gate answers ${again.verdict}`)]),
    ...(again.ms <= LARGEST_ANSWER_MS
      ? []
      : [
          problem(`asked again, the gate needs ${Math.round(again.ms)} ms, ${LARGEST_ANSWER_MS} are allowed`),
        ]),
    ...(runbook === undefined ? [problem('no reason links to a runbook')] : []),
    ...(runbook && runbook.status !== 200
      ? [problem(`${runbook.url} is answered with ${runbook.status}`)]
      : []),
    ...(runbook && runbook.status === 200 && !runbook.isAboutCluster
      ? [problem(`${runbook.url} does not show the cluster and its values`)]
      : []),
  ];
}

function alertProblems({ alerts }: ScenarioOutcome): Problem[] {
  return CLUSTERS.flatMap(({ name, harm }): Problem[] => {
    if (harm === undefined) return [];
    const problem = (text: string): Problem => ({ topic: 'alert', cluster: name, text });
    const alert = alerts.find(({ cluster }) => cluster === name);
    if (alert?.firedAfterSeconds === undefined) return [problem(`${harm.alert} did not fire in time`)];
    return alert.isRouted ? [] : [problem(`Alertmanager does not route ${harm.alert} to the gate`)];
  });
}

function gateProblems({ gate, alerts }: ScenarioOutcome): Problem[] {
  const problem = (topic: Topic, text: string): Problem => ({ topic, text });
  const { webhooks, failedWebhooks, isScraped, verdicts } = gate;
  return [
    ...(webhooks >= alerts.length
      ? []
      : [problem('alert', `${webhooks} webhooks reached the gate, for ${alerts.length} alerts`)]),
    ...(failedWebhooks === 0 ? [] : [problem('alert', `${failedWebhooks} webhooks could not be delivered`)]),
    ...(isScraped ? [] : [problem('gate-metrics', 'Prometheus can not scrape the gate')]),
    ...(verdicts > 0
      ? []
      : [problem('gate-metrics', 'tidegate_verdicts_total was not counted or not scraped')]),
  ];
}

/** The test of the test: what is claimed of the slow cluster must not hold for a gate that can't see slowness. */
function leftOutProblems({ leftOut }: ScenarioOutcome, timing: Timing): Problem[] {
  const found = clusterProblems(planOf(LEFT_OUT.cluster), leftOut, timing);
  if ((['exit-code', 'reason'] as const).every((needed) => found.some(({ topic }) => topic === needed)))
    return [];
  const text = `without ${LEFT_OUT.signal} the claims about ${LEFT_OUT.cluster} hold all the same: they prove nothing`;
  return [{ topic: 'left-out', cluster: LEFT_OUT.cluster, text }];
}
