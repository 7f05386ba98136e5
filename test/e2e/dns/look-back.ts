import { seriesKey } from '../../../src/domain/check.ts';
import type { Evidence } from '../../../src/domain/evidence.ts';
import type { Answer } from '../../../src/gate/use-cases.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import type { ClusterPlan } from './clusters.ts';
import { compareCounts, type EvidenceMinute } from './compare-counts.ts';
import type { FleetCluster } from './fleet.ts';
import { followHalt } from './halt.ts';
import type { HookRun } from './hook.ts';
import type { ClusterOutcome } from './outcome.ts';

/** One cluster's rollout at one gate, when its hooks have ended; times are epoch milliseconds. */
export interface EndedRollout {
  readonly cluster: FleetCluster;
  readonly gateUrl: string;
  readonly pre: HookRun;
  readonly post: HookRun;
  readonly syncedAt: number;
  /** When this cluster was changed. */
  readonly appliedAt: number;
}

/** Reads what the gate made of a rollout, and compares its counts with CoreDNS's own. */
export async function lookBack(prometheus: Prometheus, ended: EndedRollout): Promise<ClusterOutcome> {
  const { cluster, gateUrl, pre, post, syncedAt, appliedAt } = ended;
  const { plan, own } = cluster;
  const { answer } = post;
  if (answer === undefined) return { cluster: plan.name, pre, post, counts: [] };
  const { decidedAt, verdict } = answer;
  const judged = harmEvidence(plan, answer);
  const compared = {
    cluster: plan.name,
    own,
    minutes: within(await minutesOf(gateUrl, answer.runId), judged?.window),
    ...(plan.resets && { countsFrom: appliedAt }),
  };
  const counts = plan.series.map((series) => compareCounts(prometheus, { ...compared, series }));
  return {
    cluster: plan.name,
    pre,
    post,
    counts: await Promise.all(counts),
    ...(judged?.since && { told: { ...judged.since, series: seriesKey(judged.signal, judged.edge) } }),
    ...(decidedAt !== undefined && { decidedAfterSeconds: (Date.parse(decidedAt) - syncedAt) / 1000 }),
    ...(verdict === 'halt' && { halt: await followHalt(gateUrl, answer) }),
  };
}

/** The counts that a cluster was halted for; any bound of a histogram may be the one that convicts first. */
function harmEvidence({ harm }: ClusterPlan, { verdict, reasons }: Answer): Evidence | undefined {
  if (harm === undefined || verdict !== 'halt') return undefined;
  return reasons
    .flatMap(({ evidence }) => evidence ?? [])
    .find(({ signal, since, window }) => signal === harm.signal && since && window);
}

/** The minutes that a reason is about: all, where it names none. */
function within(minutes: readonly EvidenceMinute[], window: Evidence['window']): readonly EvidenceMinute[] {
  if (window === undefined) return minutes;
  return minutes.filter(({ minute }) => window.from <= Date.parse(minute) && Date.parse(minute) <= window.to);
}

async function minutesOf(gateUrl: string, runId: string): Promise<readonly EvidenceMinute[]> {
  const response = await fetch(`${gateUrl}/v1/runs/${runId}/evidence`);
  if (!response.ok) throw new Error(`the evidence of run ${runId} is answered with ${response.status}`);
  return ((await response.json()) as { minutes: readonly EvidenceMinute[] }).minutes;
}
