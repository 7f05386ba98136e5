import type { ToldRun } from './ask-demo-gate.ts';
import { hurtClusters } from './push-fixed.ts';
import { areAll, COMMITS, type Scene, type Stage, untilRuns } from './stage.ts';
import { length } from './words.ts';

/** The halted change is taken back: admitted at once, and judged until it is as good as before. */
export const rollback: Scene = {
  name: 'rollback',
  title: 'The way back: the digest before the bad one is admitted at once',
  async play(stage) {
    const { argo, tell } = stage;
    const hurt = await withBadCommit(stage);
    const { revert } = COMMITS;
    const asked = argo.hooks.length;
    argo.push(revert);
    tell(`Commit ${revert.revision} reverts the bad one; ${hurt.join(', ')} have it and are asked first.`);
    const isBack = (runs: readonly ToldRun[]) => areAll(runs.filter(isRollback), hurt, 'go');
    const runs = (await untilRuns(stage, revert, isBack)).filter(isRollback);
    // Hooks of the bad commit that were under way hear that it is halted.
    const asks = argo.hooks
      .slice(asked)
      .filter(
        ({ cluster, digest, phase }) =>
          digest === revert.digest && phase === 'pre-sync' && hurt.includes(cluster),
      );
    const held = asks.filter(({ exitCode }) => exitCode !== 0);
    const soaks = runs.map(({ settledAt, decidedAt }) => secondsBetween(settledAt, decidedAt));
    tell(
      `back on ${hurt.length} clusters, as good as before the change after a recovery soak of ${length(Math.max(...soaks))}.`,
    );
    return {
      claims: [
        {
          text: `no wave, no budget and no red alert kept the way back closed: ${asks.length} asks, ${held.length} held`,
          holds: asks.length >= hurt.length && held.length === 0,
        },
        {
          text: `go after a recovery soak on ${runs.length} of ${hurt.length}`,
          holds: runs.length === hurt.length,
        },
      ],
      facts: { clusters: hurt, asks: asks.length, held: held.length, recoverySeconds: Math.max(...soaks) },
    };
  },
};

/** Clusters with the bad commit; played alone, the scene brings it there first. */
async function withBadCommit(stage: Stage): Promise<readonly string[]> {
  if (hurtClusters(stage).length > 0) return hurtClusters(stage);
  const { harmless, badDns } = COMMITS;
  stage.argo.push(harmless);
  await untilRuns(stage, harmless, (runs) => areAll(runs, STAGING, 'go'));
  stage.argo.push(badDns);
  await untilRuns(stage, badDns, (runs) => runs.some(({ state }) => state === 'halted'));
  return hurtClusters(stage);
}

const STAGING = ['staging-eu-1', 'staging-us-1'];

function isRollback({ intent }: ToldRun): boolean {
  return intent === 'rollback';
}

function secondsBetween(from: string | undefined, to: string | undefined): number {
  return (Date.parse(to ?? '') - Date.parse(from ?? '')) / 1000;
}
