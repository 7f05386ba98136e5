import type { Commit } from './argo-cd.ts';
import type { ToldRun } from './ask-demo-gate.ts';
import { DEMO_WAVES, type DemoWave } from './fleet.ts';
import { areAll, type Claim, type Stage, untilRuns } from './stage.ts';
import { length } from './words.ts';

/** Tells of each wave when all its clusters have go, until the last of these waves has. */
export async function tellWaves(
  stage: Stage,
  commit: Commit,
  waves: readonly DemoWave[] = DEMO_WAVES,
): Promise<readonly ToldRun[]> {
  const left = [...waves];
  return untilRuns(stage, commit, (runs) => {
    const stopped = runs.find(({ state }) => state === 'halted' || state === 'inconclusive');
    if (stopped) {
      stage.tell(`${stopped.cluster} is ${stopped.state}: ${stopped.reasons[0]?.text ?? ''}`);
      return true;
    }
    for (let next = left[0]; next && areAll(runs, next.clusters, 'go'); next = left[0]) {
      left.shift();
      stage.tell(waveLine(next, runs));
    }
    return left.length === 0;
  });
}

function waveLine({ name, clusters }: DemoWave, runs: readonly ToldRun[]): string {
  const soaks = clusters.flatMap((cluster) => {
    const run = runs.find((candidate) => candidate.cluster === cluster);
    return run === undefined ? [] : [soakSeconds(run)];
  });
  const [least, most] = [Math.min(...soaks), Math.max(...soaks)];
  const soaked =
    Math.floor(least / 60) === Math.floor(most / 60) ? length(most) : `${length(least)} to ${length(most)}`;
  return `${name.padEnd(7)} GO on ${clusters.length} of ${clusters.length}, soaked ${soaked}`;
}

/** Seconds from settling to the verdict, without the time in which nothing could be read. */
function soakSeconds({ settledAt, decidedAt, blindSeconds }: ToldRun): number {
  return (Date.parse(decidedAt ?? '') - Date.parse(settledAt ?? '')) / 1000 - blindSeconds;
}

/** Whether no cluster of a later wave was synced before every cluster of the waves before it had go. */
export function wavesKeptApart({ argo }: Stage, { digest }: Commit, runs: readonly ToldRun[]): Claim {
  const goAt = new Map(
    runs.map(({ cluster, state, decidedAt }) => [
      cluster,
      state === 'go' ? Date.parse(decidedAt ?? '') : Number.POSITIVE_INFINITY,
    ]),
  );
  const waveOf = (cluster: string) => DEMO_WAVES.findIndex(({ clusters }) => clusters.includes(cluster));
  const synced = argo.syncs.filter((sync) => sync.digest === digest);
  const early = synced.filter(({ cluster, at }) =>
    DEMO_WAVES.slice(0, waveOf(cluster))
      .flatMap(({ clusters }) => clusters)
      .some((before) => (goAt.get(before) ?? Number.POSITIVE_INFINITY) > at),
  );
  const held = argo.hooks.filter((hook) => hook.digest === digest && hook.exitCode === 43).length;
  const text =
    early.length === 0
      ? `no wave was synced before its turn: ${held} asks were held, ${synced.length} syncs let through`
      : `${early.length} of ${synced.length} syncs came before their turn: ${early.map(({ cluster }) => cluster).join(', ')}`;
  return { text, holds: early.length === 0 };
}
