import type { Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { isTargetOf } from './app-targets.ts';
import type { App, Inventory } from './ports.ts';
import { stateSince } from './rollout-cluster.ts';
import { planChanges, rolloutPlan } from './rollout-plan.ts';
import { convicts, opensLaterWaves } from './run-times.ts';
import { isStarved } from './superseding.ts';
import { newestByCluster, targetsByWave } from './wave-order.ts';

/** What notes on a rollout are derived from. */
export interface NoteFacts {
  readonly app: App;
  /** All runs of the digest, the newest first. */
  readonly runs: readonly Run[];
  readonly inventory: Pick<Inventory, 'waves' | 'cluster' | 'waveRules'>;
}

/** What stands against a rollout as a whole, beside a freeze of its own, and what a person should know of it. */
export function rolloutNotes(facts: NoteFacts): readonly Reason[] {
  return [...planNotes(facts), ...starvedNotes(facts)];
}

/** Whether it is halted on as many clusters as the policy of their wave allows, or on one that left: a person thaws it. */
export function frozenOf({
  app,
  runs,
  inventory,
}: NoteFacts): { readonly since: number; readonly why: Reason } | undefined {
  const convicted = [...newestByCluster(runs).values()].filter(convicts);
  const most = Math.min(
    ...convicted.map(({ cluster, wave }) =>
      isTargetOf(app, cluster)
        ? inventory.waveRules(inventory.cluster(cluster)?.wave ?? wave ?? '').maxHalted
        : 1,
    ),
  );
  if (convicted.length === 0 || convicted.length < most) return undefined;
  const names = convicted.map(({ cluster, id }) => `${cluster} (run ${id})`);
  const text = `Halted on ${names.join(', ')}: it goes nowhere until a person acknowledges, retries or overrides that.`;
  return {
    since: Math.max(...convicted.map(stateSince)),
    why: { code: 'rollout/frozen', text },
  };
}

function planNotes({ app, runs, inventory }: NoteFacts): readonly Reason[] {
  const waves = targetsByWave(app, inventory);
  const going = [...newestByCluster(runs).values()].filter(opensLaterWaves).length;
  return planChanges(rolloutPlan(runs), waves, { wave: waves.at(-1)?.name ?? '', going });
}

function starvedNotes({ runs }: NoteFacts): readonly Reason[] {
  const starved = [...newestByCluster(runs).values()].filter(isStarved);
  if (starved.length === 0) return [];
  const names = starved.map(({ cluster, overtook }) => `${cluster} (${overtook} in a row)`);
  const text = `Changes come faster than they can be judged: runs ended without a verdict on ${names.join(', ')}.`;
  return [{ code: 'rollout/starved', text }];
}
