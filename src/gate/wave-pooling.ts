import { MINUTE_MS } from '../domain/reading.ts';
import type { WaveEvidence } from '../judge/wave-evidence.ts';
import { poolWave, type WaveMember } from '../judge/wave-pool.ts';
import type { GateParts } from './gate-parts.ts';
import type { LedgerRun } from './ports.ts';
import { isWatched } from './run-times.ts';

/** Runs of a wave that are pooled: quiet groups are known of fewer. */
const MOST_MEMBERS = 32;

/**
 * What the open runs of each wave show together, by run: as of the minutes that are stored, so that a look finds the
 * same after a restart. Runs that go back are left out, and so is a wave of one.
 */
export async function poolWaves(
  parts: Pick<GateParts, 'cache' | 'inventory'>,
  runs: readonly LedgerRun[],
  now: number,
): Promise<ReadonlyMap<string, WaveEvidence>> {
  const wave = ({ cluster }: LedgerRun) => parts.inventory.cluster(cluster)?.wave;
  const own = runs.filter((run) => isWatched(run) && run.intent !== 'rollback' && run.policy.poolAlpha);
  const waves = Map.groupBy(own, (run) => JSON.stringify([run.app, run.digest, wave(run)]));
  const evidence = new Map<string, WaveEvidence>();
  for (const members of waves.values()) {
    if (members.length < 2) continue;
    const found = await pool(parts, members, now);
    if (found) for (const { id } of members) evidence.set(id, found);
  }
  return evidence;
}

async function pool(
  { cache }: Pick<GateParts, 'cache'>,
  runs: readonly LedgerRun[],
  now: number,
): Promise<WaveEvidence | undefined> {
  const members: WaveMember[] = [];
  for (const run of byCluster(runs).slice(0, MOST_MEMBERS)) {
    const held = await cache.get(run, now);
    if (held) members.push({ cluster: run.cluster, ...held.judge.share() });
  }
  // Whoever joined late has the smallest share, and the pool takes no more than that.
  const alpha = Math.min(...runs.map(({ policy }) => policy.poolAlpha ?? 0));
  const maxSoakMinutes = Math.max(...runs.map(({ policy }) => policy.maxSoakMs)) / MINUTE_MS;
  return members.length < 2 ? undefined : poolWave(members, { alpha, maxSoakMinutes });
}

function byCluster(runs: readonly LedgerRun[]): readonly LedgerRun[] {
  return runs.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1));
}
