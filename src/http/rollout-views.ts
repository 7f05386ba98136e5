import type { Cluster, Run } from '../domain/run.ts';
import type { LearnedSummary } from '../gate/learning/learned-summary.ts';
import { type SoakProgress, stateSince } from '../gate/rollout-cluster.ts';
import type { RolloutWave } from '../gate/rollout-wave.ts';
import type { Rollout } from '../gate/rollouts.ts';

/** A cluster of the inventory with the teams that look after it, where they are known. */
export interface ListedCluster extends Cluster {
  readonly owners?: readonly string[];
}

/** Path of a rollout's page. */
export function rolloutPath({ app, digest }: Pick<Rollout, 'app' | 'digest'>): string {
  return `/rollouts/${encodeURIComponent(app)}/${encodeURIComponent(digest)}`;
}

/** A rollout as it goes over HTTP: times are ISO 8601. */
export function rolloutView(rollout: Rollout, publicUrl: string): Readonly<Record<string, unknown>> {
  const { startedAt, since, waves, ...rest } = rollout;
  return {
    ...rest,
    startedAt: iso(startedAt),
    since: iso(since),
    url: new URL(rolloutPath(rollout), publicUrl).href,
    waves: waves.map(waveView),
  };
}

/**
 * A cluster as it goes over HTTP.
 *
 * @param runs the newest one of each app on it
 */
export function clusterView(
  cluster: ListedCluster,
  runs: readonly Run[],
  publicUrl: string,
): Readonly<Record<string, unknown>> {
  const { name, wave, class: ofClass, region, account, source, labels, links, owners } = cluster;
  return {
    name,
    wave,
    class: ofClass,
    region,
    account,
    source,
    labels,
    links,
    owners,
    lastVerdicts: runs.map(lastVerdict),
    url: new URL(`/clusters/${encodeURIComponent(name)}`, publicUrl).href,
  };
}

function waveView({ since, clusters, ...wave }: RolloutWave): Readonly<Record<string, unknown>> {
  return {
    ...wave,
    since: since === undefined ? undefined : iso(since),
    clusters: clusters.map(({ since: from, soak, ...cluster }) => ({
      ...cluster,
      since: from === undefined ? undefined : iso(from),
      soak: soak && soakView(soak),
    })),
  };
}

function soakView({ elapsedMs, minSoakMs, maxSoakMs, shortened }: SoakProgress) {
  return {
    elapsedSeconds: Math.floor(elapsedMs / 1000),
    minSeconds: minSoakMs / 1000,
    maxSeconds: maxSoakMs / 1000,
    shortened: shortened && { fromSeconds: shortened.fromMs / 1000, goes: shortened.goes },
  };
}

function lastVerdict(run: Run): Readonly<Record<string, unknown>> {
  const { app, digest, id, state, verdict, reasons } = run;
  return { app, digest, runId: id, state, verdict, reason: reasons[0]?.code, since: iso(stateSince(run)) };
}

function iso(ms: number): string {
  return new Date(ms).toISOString();
}

/** What is known of the quiet hours of a cluster's class, as it goes over HTTP. */
export function learnedView(learned: LearnedSummary | undefined, now: number) {
  if (learned === undefined) return undefined;
  const { learnedAt, from, to, ...rest } = learned;
  const iso = (at: number) => new Date(at).toISOString();
  const ageSeconds = Math.round((now - learnedAt) / 1000);
  return { ...rest, learnedAt: iso(learnedAt), ageSeconds, from: iso(from), to: iso(to) };
}
