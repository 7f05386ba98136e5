/** A wave as far as the chance of a false halt is concerned. */
export interface WaveSize {
  readonly name: string;
  /** How many clusters of the app are in it. */
  readonly clusters: number;
}

/** Share of a wave of several clusters that is left for the test that pools their evidence. */
const POOLED = 0.5;

/**
 * The share of a rollout's chance of a false halt that one cluster may spend: the first wave half of it, the second a
 * quarter, and so on, the last the rest. Inside a wave of several clusters half is left for the pooled test and half is
 * split evenly. Waves without clusters take nothing. All clusters and all pooled tests together spend exactly 1.
 *
 * @param waves in the order of the rollout
 * @param wave the cluster's own, which has at least one cluster
 * @returns 0..1, 0 only for a wave that is not there
 */
export function alphaShare(waves: readonly WaveSize[], wave: string): number {
  const { share, clusters } = shareOf(waves, wave);
  return clusters > 1 ? (share * (1 - POOLED)) / clusters : share;
}

/** The share that is left for the test that pools a wave: 0 for a wave of one cluster, which has nothing to pool. */
export function pooledShare(waves: readonly WaveSize[], wave: string): number {
  const { share, clusters } = shareOf(waves, wave);
  return clusters > 1 ? share * POOLED : 0;
}

function shareOf(
  waves: readonly WaveSize[],
  wave: string,
): { readonly share: number; readonly clusters: number } {
  const taken = waves.filter(({ clusters }) => clusters > 0);
  const at = taken.findIndex(({ name }) => name === wave);
  const own = taken[at];
  if (own === undefined) return { share: 0, clusters: 0 };
  const isLast = at === taken.length - 1;
  return { share: 0.5 ** (isLast ? at : at + 1), clusters: own.clusters };
}
