import { followAlert, readGateMetrics, webhooksSoFar } from './alert-path.ts';
import { type ClusterPlan, LEFT_OUT } from './clusters.ts';
import type { LoadCounts } from './dns-load.ts';
import type { FleetCluster } from './fleet.ts';
import { type HookRun, runHook } from './hook.ts';
import { lookBack } from './look-back.ts';
import type { ScenarioOutcome } from './outcome.ts';
import type { Stage } from './scenario.ts';

/** Length of a line that tells what a hook says. */
const LINE_CHARS = 160;

/** A cluster's rollout at one gate. */
interface Rollout {
  readonly cluster: FleetCluster;
  readonly gateUrl: string;
  /** How the story calls it. */
  readonly name: string;
}

/** One sync of the whole fleet: asks the gates, changes every CoreDNS, waits for the verdicts, and looks back. */
export async function rollOut(
  stage: Stage,
): Promise<Pick<ScenarioOutcome, 'clusters' | 'alerts' | 'gate' | 'leftOut'>> {
  const { fleet, monitoring, tell, signal, timing } = stage;
  const { prometheus } = monitoring;
  const rollouts = rolloutsOf(stage);
  const revision = `e2e-${Date.now().toString(36)}`;
  const webhooksBefore = await webhooksSoFar(prometheus);

  tell('PreSync: every cluster asks whether the sync may start.');
  const pres = await Promise.all(rollouts.map((rollout) => preSync(stage, rollout, revision)));
  tell('All are admitted. The sync:');
  const appliedAt = await applyAll(fleet.clusters, tell);
  const syncedAt = Date.now();
  tell('PostSync: every cluster waits for its verdict.');
  const [posts, followed] = await Promise.all([
    Promise.all(rollouts.map((rollout) => postSync(stage, rollout, revision))),
    Promise.all(
      fleet.clusters.map(({ plan }) => followAlert(monitoring, plan, { syncedAt, timing, signal })),
    ),
  ]);
  for (const { plan } of fleet.clusters) tell(clientsText(plan, fleet.load.of(plan.name)));
  tell('All hooks have ended; the counts are compared with what every CoreDNS counted itself.');
  const outcomes = await Promise.all(
    rollouts.map(({ cluster, gateUrl }, at) => {
      const [pre, post] = [pres[at], posts[at]];
      if (pre === undefined || post === undefined) throw new TypeError(`${cluster.plan.name} has no hooks`);
      const applied = appliedAt.get(cluster.plan.name) ?? syncedAt;
      return lookBack(prometheus, { cluster, gateUrl, pre, post, syncedAt, appliedAt: applied });
    }),
  );
  const [leftOut, ...clusters] = outcomes;
  if (leftOut === undefined) throw new TypeError('the second gate has no outcome');
  const alerts = followed.filter((alert) => alert !== undefined);
  const gate = await readGateMetrics(monitoring, { webhooksBefore, expected: alerts.length, signal });
  return { clusters, alerts, leftOut, gate };
}

/** The one at the gate without a signal comes first. */
function rolloutsOf({ fleet, gate, poorerGate }: Stage): readonly Rollout[] {
  const rival = fleet.clusters.find(({ plan }) => plan.name === LEFT_OUT.cluster);
  if (rival === undefined) throw new TypeError(`there is no cluster ${LEFT_OUT.cluster} in the scenario`);
  return [
    {
      cluster: rival,
      gateUrl: poorerGate.url,
      name: `${LEFT_OUT.cluster} without ${LEFT_OUT.signal}`,
    },
    ...fleet.clusters.map((cluster) => ({ cluster, gateUrl: gate.url, name: cluster.plan.name })),
  ];
}

/** The sync: every cluster at once. @returns when each was changed, in epoch milliseconds */
async function applyAll(
  clusters: readonly FleetCluster[],
  tell: Stage['tell'],
): Promise<ReadonlyMap<string, number>> {
  const applied = clusters.map(async ({ plan, dns }): Promise<[string, number]> => {
    await plan.apply(dns);
    tell(`  ${plan.name}: ${plan.change}`);
    return [plan.name, Date.now()];
  });
  return new Map(await Promise.all(applied));
}

async function preSync(stage: Stage, rollout: Rollout, revision: string): Promise<HookRun> {
  const hook = await runHook({ ...call(stage, rollout, revision), phase: 'pre-sync', maxWait: '90s' });
  if (hook.exitCode === 0) return hook;
  throw new Error(`${rollout.name} is not admitted (exit code ${hook.exitCode}): ${hook.text}`);
}

async function postSync(stage: Stage, rollout: Rollout, revision: string): Promise<HookRun> {
  const { timing, tell } = stage;
  const maxWait = rollout.cluster.plan.isBlind ? timing.blindWait : timing.maxWait;
  const hook = await runHook({ ...call(stage, rollout, revision), phase: 'post-sync', maxWait });
  tell(`${rollout.name}: exit code ${hook.exitCode} after ${Math.round(hook.seconds)} s: ${cut(hook.text)}`);
  return hook;
}

function call({ tell, signal }: Stage, { cluster, gateUrl, name }: Rollout, revision: string) {
  const onLine = (line: string) => tell(`${name}: ${cut(line)}`);
  return { gateUrl, cluster: cluster.plan.name, revision, onLine, signal };
}

function clientsText({ name }: ClusterPlan, { sent, answered, servfail }: LoadCounts): string {
  return `Clients of ${name} asked ${sent} times and got ${answered} answers, ${servfail} of them SERVFAIL.`;
}

function cut(text: string): string {
  const line = text.replaceAll(/\s+/g, ' ').trim();
  return line.length <= LINE_CHARS ? line : `${line.slice(0, LINE_CHARS - 1)}…`;
}
