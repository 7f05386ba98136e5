import type { PlannedWave, Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import type { WaveTargets } from './wave-order.ts';

/** The waves as a rollout that begins now plans with them. */
export function planOf(waves: readonly WaveTargets[]): readonly PlannedWave[] {
  return waves.map(({ name, clusters }) => ({ name, clusters: clusters.length }));
}

/**
 * The plan that a rollout goes by: the one that a person acknowledged last, else the one that it began with; undefined
 * before its first run.
 *
 * @param runs all runs of the digest, the newest first
 */
export function rolloutPlan(runs: readonly Run[]): readonly PlannedWave[] | undefined {
  const planned = runs.filter(({ plan }) => plan !== undefined);
  const acknowledged = planned
    .filter(({ planAcknowledgedAt }) => planAcknowledgedAt !== undefined)
    .toSorted((a, b) => (b.planAcknowledgedAt ?? 0) - (a.planAcknowledgedAt ?? 0));
  return (acknowledged[0] ?? planned.at(-1))?.plan;
}

/**
 * What of the plan no longer holds: the order of the waves, or an earlier wave that has lost all its clusters. Waves that
 * were added behind the last one change nothing, and neither does what changes after every planned cluster has go.
 *
 * @param wave the one that is asked for: what comes behind it may lose its clusters
 */
export function planChanges(
  plan: readonly PlannedWave[] | undefined,
  waves: readonly WaveTargets[],
  { wave, going }: { readonly wave: string; readonly going: number },
): readonly Reason[] {
  if (plan === undefined) return [];
  const planned = plan.reduce((sum, { clusters }) => sum + clusters, 0);
  if (going >= planned) return [];
  if (plan.some(({ name }, at) => waves[at]?.name !== name)) {
    const order = (of: readonly { readonly name: string }[]) => of.map(({ name }) => name).join(', ');
    return [
      {
        code: 'config/waves-changed',
        text: `The order of the waves changed during this rollout, from ${order(plan)} to ${order(waves)}; a person has to acknowledge that.`,
      },
    ];
  }
  const own = waves.findIndex(({ name }) => name === wave);
  const emptied = plan.filter(
    ({ clusters }, at) => (own < 0 || at < own) && clusters > 0 && waves[at]?.clusters.length === 0,
  );
  return emptied.map(({ name, clusters }) => ({
    code: 'wave/emptied',
    text: `Wave ${name} had ${clusters === 1 ? '1 cluster' : `${clusters} clusters`} when this rollout began and has none now: nothing there proves the change; a person has to acknowledge that.`,
  }));
}
