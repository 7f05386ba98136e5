import { MINUTE_MS } from '../../src/domain/reading.ts';
import { poolWave, shareTracks } from '../../src/judge/wave-pool.ts';
import type { Row } from './streams/count-fleet.ts';
import { beginSoak, type OpenedRun } from './whole-judge.ts';

/** First minutes (from 1) at which a cluster alone, and the pool, is beyond its share. */
export interface WavePlayed {
  readonly single: number | undefined;
  readonly pooled: number | undefined;
}

/**
 * Plays a wave's soaks side by side, as the gate looks at them; a wave of one has nothing to pool.
 *
 * @param runs   opened with the share of the wave's chance that each may spend
 * @param shared the pool's share
 */
export function playWave(
  runs: readonly OpenedRun[],
  rows: readonly Row[],
  minutes: number,
  shared: number,
): WavePlayed {
  const since = new Map([['errors', rows]]);
  const soaks = runs.map((run) => beginSoak(run, since));
  let single: number | undefined;
  let pooled: number | undefined;
  for (let at = 0; at < minutes; at++) {
    for (const soak of soaks) {
      const chance = soak.advance(at);
      // A verdict costs more than a chance, and only a rare one can be a halt.
      if (single === undefined && chance <= soak.plan.facts.policy.alpha && soak.decide(at) === 'halt') {
        single = at + 1;
      }
    }
    if (pooled !== undefined || runs.length === 1) continue;
    const members = soaks.map(({ plan, state }, cluster) => ({
      cluster: String(cluster).padStart(3, '0'),
      minutes: (state.minute - plan.first) / MINUTE_MS + 1,
      tracks: shareTracks(plan, state),
    }));
    const wave = poolWave(members, { alpha: shared, maxSoakMinutes: minutes });
    if (wave?.series.some(({ p }) => p <= wave.alpha)) pooled = at + 1;
  }
  return { single, pooled };
}
