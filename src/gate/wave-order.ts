import type { Cluster, Run } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import type { App, Inventory } from './ports.ts';
import { isRevoked, isUnacknowledged, opensLaterWaves } from './run-times.ts';

/** A wave as far as an app is rolled out to it; without clusters it is skipped. */
export interface WaveTargets {
  readonly name: string;
  readonly clusters: readonly string[];
}

/** A cluster of an earlier wave, and where the digest stands on it; without a run it was never asked there. */
export interface EarlierCluster {
  readonly name: string;
  readonly run?: Run;
  /** A freeze covers it: its go counts once it is thawed. */
  readonly isFrozen?: boolean;
  /** It joined after the later wave was opened: it earns its own go, and the later wave does not wait for it. */
  readonly isLate?: boolean;
}

/** An earlier wave of a rollout. */
export interface EarlierWave {
  readonly name: string;
  readonly clusters: readonly EarlierCluster[];
  /** Share of its clusters that need go, above 0 and at most 1; by default all. */
  readonly quorum?: number;
}

/** How far an earlier wave is. */
export interface WaveProgress {
  readonly isReady: boolean;
  /** Clusters that count, how many of them have go, and how many need it. */
  readonly of: number;
  readonly going: number;
  readonly needed: number;
  readonly missing: readonly EarlierCluster[];
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

/**
 * How far a wave is. What was adopted neither counts nor stands in the way, but a wave in which nothing else is proves
 * nothing. A wave without clusters, or with late ones alone, is waited for by nobody.
 */
export function waveProgress({ clusters, quorum = 1 }: EarlierWave): WaveProgress {
  const awaited = clusters.filter(({ isLate }) => !isLate);
  const own = awaited.filter(({ run }) => run?.state !== 'adopted');
  // Nothing but adopted digests: they are what is missing.
  const counted = own.length > 0 ? own : awaited;
  const missing = counted.filter(
    ({ run, isFrozen }) => isFrozen || run === undefined || !opensLaterWaves(run),
  );
  const going = counted.length - missing.length;
  const needed = Math.ceil(counted.length * quorum);
  return { isReady: going >= needed, of: counted.length, going, needed, missing };
}

/** What is missing in the earlier waves: one reason for each that has too few clusters with a go that counts. */
export function wavesNotReady({ name, wave }: Cluster, earlier: readonly EarlierWave[]): readonly Reason[] {
  return earlier.flatMap((before) => {
    const { isReady, of, needed, missing } = waveProgress(before);
    if (isReady) return [];
    const named = missing.slice(0, NAMED_CLUSTERS).map((one) => `${one.name} ${whereEarlierStands(one)}`);
    const more = missing.length > named.length ? [`${missing.length - named.length} more have no go`] : [];
    const quorum = needed < of ? ` (${needed} need it)` : '';
    const text = `${name} (wave ${wave}) comes after wave ${before.name}, where ${missing.length} of ${of} have no go for this digest${quorum}: ${[...named, ...more].join(', ')}.`;
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
  const waves = ready.map((before) => `${before.name} (${goingText(before)})`);
  const text = `${name} is of wave ${wave}; the waves before it have go for this digest: ${waves.join(', ')}.${note}`;
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
      if (isRevoked(run)) return `had go, which was revoked (${run.reasons[1]?.code ?? 'run/revoked'})`;
      return isUnacknowledged(run)
        ? `has only the go of a sync that nobody admitted, which a person has to acknowledge (tidegate acknowledge ${run.id})`
        : 'has go';
    case 'halted':
    case 'inconclusive':
      return `is ${run.state} (${run.reasons[0]?.code ?? run.verdict})`;
    case 'superseded':
      return 'was superseded by another digest';
    case 'abandoned':
      return 'left the rollout and came back';
    case 'adopted':
      return `had the digest before the gate was there, which proves nothing (tidegate retry ${run.id} soaks it)`;
  }
}

function whereEarlierStands({ run, isFrozen }: EarlierCluster): string {
  const where = whereItStands(run);
  return isFrozen && run?.state === 'go' ? `${where} and is frozen` : where;
}

function goingText(wave: EarlierWave): string {
  const { going, of } = waveProgress(wave);
  return going === of ? clusterCount(of) : `${going} of ${clusterCount(of)}`;
}

function clusterCount(count: number): string {
  return count === 1 ? '1 cluster' : `${count} clusters`;
}
