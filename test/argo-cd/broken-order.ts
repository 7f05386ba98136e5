import type { ToldRun } from '../scenarios/fleet-world.ts';
import type { Applied } from '../support/argo-cd/argo-cd.ts';

/**
 * Where a cluster got a change before every cluster of every wave before had its go, as sentences.
 *
 * @param waves   in the order of the rollout
 * @param applied times at which the change came to clusters
 * @param runs    what the gate tells of the change
 */
export function brokenOrder(
  waves: readonly { readonly name: string; readonly clusters: readonly string[] }[],
  applied: readonly Applied[],
  runs: readonly Pick<ToldRun, 'cluster' | 'state' | 'decidedAt'>[],
): readonly string[] {
  const goAt = (cluster: string) =>
    Math.min(
      ...runs.flatMap((run) =>
        run.cluster === cluster && run.state === 'go' ? Date.parse(run.decidedAt ?? '') : [],
      ),
    );
  return applied.flatMap(({ cluster, wave, revision, at }) => {
    const before = waves.slice(
      0,
      waves.findIndex(({ name }) => name === wave),
    );
    return before.flatMap(({ clusters }) => {
      const early = clusters.filter((one) => !(goAt(one) <= at));
      return early.length > 0 ? [`${revision} came to ${cluster} before ${early.join(', ')} had its go`] : [];
    });
  });
}
