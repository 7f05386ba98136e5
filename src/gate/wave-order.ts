import type { Cluster, Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import type { App, Inventory } from './ports.ts';
import { isUnacknowledged, opensLaterWaves } from './run-times.ts';

/** A wave as far as an app is rolled out to it; without clusters it is skipped. */
export interface WaveTargets {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** An earlier wave, and where the digest stands on each of its clusters; without a run it was never asked there. */
export interface EarlierWave {
  readonly name: string;
  readonly clusters: readonly { readonly name: string; readonly run?: Run }[];
}

/** Clusters that a reason names; of more it tells how many. */
const NAMED_CLUSTERS = 8;

/** An app's targets by wave, in the order of the rollout. */
export function targetsByWave(
  app: App,
  { waves, cluster }: Pick<Inventory, 'waves' | 'cluster'>,
): readonly WaveTargets[] {
  const targets = app.clusters.map((name) => ({ name, wave: cluster(name)?.wave }));
  return waves.map((wave) => ({
    name: wave,
    clusters: targets.filter((target) => target.wave === wave).map(({ name }) => name),
  }));
}

/** The waves that come before one; before a wave that is not in the order come all of them. */
export function wavesBefore(waves: readonly WaveTargets[], wave: string): readonly WaveTargets[] {
  const at = waves.findIndex(({ name }) => name === wave);
  return at < 0 ? waves : waves.slice(0, at);
}

/**
 * The newest run of each cluster.
 *
 * @param runs the newest first
 */
export function newestByCluster<R extends Run>(runs: readonly R[]): ReadonlyMap<string, R> {
  return new Map(runs.toReversed().map((run) => [run.cluster, run]));
}

/** Earlier waves with their runs. */
export function earlierWaves(
  waves: readonly WaveTargets[],
  runs: ReadonlyMap<string, Run>,
): readonly EarlierWave[] {
  const standing = (name: string) => {
    const run = runs.get(name);
    return { name, ...(run && { run }) };
  };
  return waves.map(({ name, clusters }) => ({ name, clusters: clusters.map(standing) }));
}

/** What is missing in the earlier waves: one reason for each that has a cluster without a go that counts. */
export function wavesNotReady({ name, wave }: Cluster, earlier: readonly EarlierWave[]): readonly Reason[] {
  return earlier.flatMap((before) => {
    const missing = before.clusters.filter(({ run }) => run === undefined || !opensLaterWaves(run));
    if (missing.length === 0) return [];
    const named = missing.slice(0, NAMED_CLUSTERS).map((one) => `${one.name} ${whereItStands(one.run)}`);
    const more = missing.length > named.length ? [`${missing.length - named.length} more have no go`] : [];
    const text = `${name} (wave ${wave}) comes after wave ${before.name}, where ${missing.length} of ${before.clusters.length} have no go for this digest: ${[...named, ...more].join(', ')}.`;
    return [{ code: 'wave/not-ready', text }];
  });
}

/** Why it is the cluster's turn; to be said when nothing is missing. */
export function waveReason({ name, wave }: Cluster, earlier: readonly EarlierWave[]): Reason {
  const skipped = skippedWaves(earlier);
  const note =
    skipped.length === 0 ? '' : ` Without a target of this app, and skipped: ${skipped.join(', ')}.`;
  const ready = earlier.filter(({ clusters }) => clusters.length > 0);
  if (ready.length === 0) {
    return { code: 'wave/first', text: `${name} is of wave ${wave}; no cluster comes before it.${note}` };
  }
  const waves = ready.map((before) => `${before.name} (${clusterCount(before.clusters.length)})`);
  const text = `${name} is of wave ${wave}; all before it have go for this digest: ${waves.join(', ')}.${note}`;
  return { code: 'wave/ready', text };
}

/** Names of earlier waves without a target. */
export function skippedWaves(earlier: readonly EarlierWave[]): readonly string[] {
  return earlier.filter(({ clusters }) => clusters.length === 0).map(({ name }) => name);
}

/** Where a digest stands on a cluster: completes "sandbox-1 ...". */
export function whereItStands(run: Run | undefined): string {
  switch (run?.state) {
    case undefined:
      return 'was not asked for';
    case 'asked':
      return `is held (${run.reasons[0]?.code ?? 'asked'})`;
    case 'admitted':
      return 'is admitted and not synced yet';
    case 'settling':
    case 'soaking':
      return `is ${run.state}`;
    case 'go':
      return isUnacknowledged(run)
        ? `has only the go of a sync that nobody admitted, which a person has to acknowledge (POST /v1/runs/${run.id}/override with verdict go and a reason)`
        : 'has go';
    case 'halted':
    case 'inconclusive':
      return `is ${run.state} (${run.reasons[0]?.code ?? run.verdict})`;
    case 'superseded':
      return 'was superseded by another digest';
  }
}

function clusterCount(count: number): string {
  return count === 1 ? '1 cluster' : `${count} clusters`;
}
