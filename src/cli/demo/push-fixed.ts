import { DEMO_CLUSTERS } from './fleet.ts';
import { areAll, COMMITS, type Stage, untilRuns } from './stage.ts';

/** Clusters that have the bad commit now. */
export function hurtClusters({ argo }: Pick<Stage, 'argo'>): readonly string[] {
  return DEMO_CLUSTERS.filter((name) => argo.digestOn(name) === COMMITS.badDns.digest);
}

/** Pushes the repaired CoreDNS, after the bad one was taken back; nothing, where it is on its way already. */
export async function pushFixed(stage: Stage): Promise<void> {
  const { argo, tell } = stage;
  const { revert, fixed } = COMMITS;
  if (argo.hooks.some(({ digest }) => digest === fixed.digest)) return;
  const hurt = hurtClusters(stage);
  if (hurt.length > 0) {
    argo.push(revert);
    await untilRuns(stage, revert, (runs) => areAll(runs, hurt, 'go') && hurtClusters(stage).length === 0);
  }
  argo.push(fixed);
  tell(`Commit ${fixed.revision}: CoreDNS 1.12.2, repaired.`);
}
