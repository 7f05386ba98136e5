import type { Cluster, Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import { isTargetOf } from './app-targets.ts';
import { type Freeze, freezeReason, freezesOn } from './freezes.ts';
import type { App, WaveRules } from './ports.ts';
import { planChanges, rolloutPlan } from './rollout-plan.ts';
import { convicts, isWatched, opensLaterWaves } from './run-times.ts';
import {
  type EarlierWave,
  newestByCluster,
  skippedWaves,
  type WaveTargets,
  waveReason,
  wavesBefore,
  wavesNotReady,
} from './wave-order.ts';

/** What tells whose turn it is in a rollout. */
export interface TurnFacts {
  readonly app: App;
  readonly cluster: Cluster;
  /** All runs of the digest, the newest first. */
  readonly runs: readonly Run[];
  /** The app's targets now, by wave. */
  readonly waves: readonly WaveTargets[];
  readonly rulesOf: (wave: string) => WaveRules;
  /** Those in force now. */
  readonly freezes: readonly Freeze[];
  /** Newest runs of other digests of the app on clusters of earlier waves, whose sync nobody admitted. */
  readonly uninvited: readonly Run[];
  /** Clusters on which a change of the app is under way now; only asked for where the wave has `maxParallel`. */
  readonly underWay: readonly string[];
  /** Why the inventory can't be read; absent while it can. */
  readonly unreadable?: string;
}

/** Whether it is a cluster's turn. */
export interface Turn {
  /** All that stands against it; empty is yes. */
  readonly against: readonly Reason[];
  /** Why it is; to be said when nothing stands against it. */
  readonly because: Reason;
  /** Earlier waves that have no target of the app. */
  readonly skippedWaves: readonly string[];
  /** Clusters of earlier waves whose go the gate itself decided. */
  readonly proved: number;
}

type TurnRule = (facts: TurnFacts, earlier: readonly EarlierWave[]) => readonly Reason[];

/** Everything that can stand against a turn, in the order in which a person should read it. */
const TURN_RULES: readonly TurnRule[] = [
  frozenPlace,
  readableInventory,
  unchangedPlan,
  ({ cluster }, earlier) => wavesNotReady(cluster, earlier),
  noneUninvited,
  frozenRollout,
  roomInWave,
];

/** Whether it is the turn of a cluster; pure. */
export function turnOf(facts: TurnFacts): Turn {
  const earlier = earlierWavesOf(facts);
  const before = earlier.flatMap(({ clusters }) => clusters);
  const proved = before.filter(
    ({ run }) => run !== undefined && opensLaterWaves(run) && !run.ungated && run.decidedBy === undefined,
  );
  return {
    against: TURN_RULES.flatMap((rule) => rule(facts, earlier)),
    because: waveReason(facts.cluster, earlier),
    skippedWaves: skippedWaves(earlier),
    proved: proved.length,
  };
}

/** The waves before a cluster's, as a rollout waits for them. */
export function earlierWavesOf({
  app,
  cluster,
  runs,
  waves,
  rulesOf,
  freezes,
}: Pick<TurnFacts, 'app' | 'runs' | 'waves' | 'rulesOf' | 'freezes'> & {
  readonly cluster: Pick<Cluster, 'wave'>;
}): readonly EarlierWave[] {
  const newest = newestByCluster(runs);
  const openedAt = waveOpenedAt(runs, cluster.wave);
  const askedBy = new Set(
    runs.filter(({ askedAt }) => openedAt !== undefined && askedAt <= openedAt).map((run) => run.cluster),
  );
  return wavesBefore(waves, cluster.wave).map(({ name, clusters }) => ({
    name,
    quorum: rulesOf(name).quorum,
    clusters: clusters.map((one) => {
      const run = newest.get(one);
      const place = { app: app.name, cluster: { name: one, wave: name } };
      return {
        name: one,
        ...(run && { run }),
        ...(freezesOn(freezes, place).length > 0 && { isFrozen: true }),
        ...(openedAt !== undefined && !askedBy.has(one) && { isLate: true }),
      };
    }),
  }));
}

/** When the first cluster of a wave was let go by the rules; undefined while none was. */
function waveOpenedAt(runs: readonly Run[], wave: string): number | undefined {
  const opened = runs.flatMap((run) =>
    run.wave === wave && run.intent === 'change' && !run.ungated && run.decidedBy === undefined
      ? (run.admittedAt ?? [])
      : [],
  );
  return opened.length === 0 ? undefined : Math.min(...opened);
}

function frozenPlace({ app, cluster, freezes }: TurnFacts): readonly Reason[] {
  return freezesOn(freezes, { app: app.name, cluster }).map(freezeReason);
}

function readableInventory({ unreadable }: TurnFacts): readonly Reason[] {
  if (unreadable === undefined) return [];
  const text = `The inventory can't be read, so nobody knows which clusters come first: ${unreadable}`;
  return [{ code: 'inventory/unreadable', text }];
}

/** Rule 21 and `maxHalted`: a digest that was convicted often enough goes nowhere until a person has seen it. */
function frozenRollout({ app, cluster, runs, rulesOf }: TurnFacts): readonly Reason[] {
  const convicted = [...newestByCluster(runs).values()].filter(
    (run) => convicts(run) && run.cluster !== cluster.name,
  );
  const { maxHalted } = rulesOf(cluster.wave);
  const left = convicted.filter(({ cluster: name }) => !isTargetOf(app, name));
  if (convicted.length === 0 || (convicted.length < maxHalted && left.length === 0)) return [];
  const names = convicted.map(({ cluster: name, id }) =>
    isTargetOf(app, name) ? `${name} (run ${id})` : `${name}, which left since (run ${id})`,
  );
  const text = `This digest was halted on ${names.join(', ')}; ${maxHalted} freezes its rollout until a person acknowledges, retries or overrides it.`;
  return [{ code: 'rollout/frozen', text }];
}

function unchangedPlan({ cluster, runs, waves }: TurnFacts): readonly Reason[] {
  const going = [...newestByCluster(runs).values()].filter(opensLaterWaves).length;
  return planChanges(rolloutPlan(runs), waves, { wave: cluster.wave, going });
}

function noneUninvited({ uninvited }: TurnFacts): readonly Reason[] {
  return uninvited.map(({ cluster, digest, id }) => ({
    code: 'wave/ungated',
    text: `${cluster}, which comes before, runs ${digest}, which nobody admitted there; a person has to acknowledge that (tidegate acknowledge ${id}).`,
    word: { say: 'acknowledge', on: id },
  }));
}

function roomInWave({ cluster, waves, rulesOf, underWay }: TurnFacts): readonly Reason[] {
  const { maxParallel } = rulesOf(cluster.wave);
  if (maxParallel === undefined) return [];
  const own = waves.find(({ name }) => name === cluster.wave)?.clusters ?? [];
  const busy = underWay.filter((name) => name !== cluster.name && own.includes(name));
  const most = parallelLimit(maxParallel, own.length);
  if (busy.length < most) return [];
  const text = `Wave ${cluster.wave} lets ${most} of its ${own.length} clusters change at a time, and ${busy.join(', ')} ${busy.length === 1 ? 'is' : 'are'} under way.`;
  return [{ code: 'wave/max-parallel', text }];
}

/** How many clusters of a wave may change at a time; of a share at least one. */
function parallelLimit(maxParallel: NonNullable<WaveRules['maxParallel']>, size: number): number {
  return 'count' in maxParallel ? maxParallel.count : Math.max(1, Math.floor(size * maxParallel.share));
}

/** Clusters on which one of these runs is under way. */
export function clustersUnderWay(runs: readonly Run[]): readonly string[] {
  return runs.filter(isWatched).map(({ cluster }) => cluster);
}
