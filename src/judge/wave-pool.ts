import { rateOf } from './baseline.ts';
import type { JudgePlan, SeriesPlan } from './judge-plan.ts';
import type { CountState, JudgeState } from './judge-state.ts';
import { type LearnedCounts, windowLength } from './learning/learned-class.ts';
import { placeboFor } from './learning/placebo-for.ts';
import { POOLED_BARS } from './learning/score-bars.ts';
import { WORSE } from './mixture.ts';
import type { SeriesState } from './series-state.ts';
import { PLACEBO_NEEDS, placeboChance } from './statistics/placebo.ts';
import { addToPool } from './statistics/pooled.ts';
import { LEAST_CAUSES, scoreOf } from './statistics/score.ts';
import { trackEstimate, trackLength, trackLogE } from './statistics/track-state.ts';
import type { WaveEvidence, WaveSeries } from './wave-evidence.ts';

/** What one run shows of a series, for the pool of its wave. */
export interface SharedTrack {
  readonly signal: string;
  readonly key: string;
  readonly learned: LearnedCounts;
  /** How many controls it is compared with, 3 or more. */
  readonly controls: number;
  /** Where its test lies in the numbers of its run. */
  readonly numbers: Float64Array;
  readonly at: number;
  /** Events since the sync, and how many were to be expected. */
  readonly events: number;
  readonly expected: number;
}

/** A run of a wave. */
export interface WaveMember {
  readonly cluster: string;
  /** Minutes since its sync. */
  readonly minutes: number;
  readonly tracks: readonly SharedTrack[];
}

const LENGTH = trackLength(WORSE.effects.length);

/** What a run shows that its wave may pool: the series that are compared with controls. */
export function shareTracks(
  { checks }: JudgePlan,
  { checks: states, numbers }: JudgeState,
): readonly SharedTrack[] {
  return checks.flatMap((check, index) => {
    if (check.kind !== 'counts' || !check.check.halts || check.trackWeight === 0) return [];
    const { series } = states[index] as CountState;
    return check.series.flatMap((plan, at) => {
      const { track } = plan;
      if (track === undefined || track.isLone) return [];
      return [
        {
          signal: check.check.signal,
          key: plan.series.key,
          learned: track.learned,
          controls: track.before.controls,
          numbers,
          at: track.at,
          ...countsOf(plan, series[at] as SeriesState),
        },
      ];
    });
  });
}

/**
 * The evidence of the runs of a wave, pooled as of now: a bad change has the same effect everywhere, so what is too small
 * to be seen on one cluster adds up. It keeps nothing between looks, so a restart changes nothing.
 *
 * @param members the open runs of the wave, one a cluster
 * @returns undefined while there is no series that two of them share
 */
export function poolWave(
  members: readonly WaveMember[],
  { alpha, maxSoakMinutes }: { readonly alpha: number; readonly maxSoakMinutes: number },
): WaveEvidence | undefined {
  const sorted = members.toSorted((a, b) => (a.cluster < b.cluster ? -1 : 1));
  const keys = new Set(sorted.flatMap(({ tracks }) => tracks.map(({ key }) => key)));
  const pools = [...keys].sort().flatMap((key) => poolSeries(key, sorted, maxSoakMinutes) ?? []);
  const clusters = [...new Set(pools.flatMap((pool) => pool.clusters))].sort();
  if (pools.length === 0) return undefined;
  const controls = Math.min(...pools.map((pool) => pool.controls));
  return { clusters, alpha, controls, series: pools.map(({ series }) => series) };
}

interface Pool {
  readonly clusters: readonly string[];
  readonly controls: number;
  readonly series: WaveSeries;
}

function poolSeries(key: string, members: readonly WaveMember[], maxSoakMinutes: number): Pool | undefined {
  const all = members.flatMap(({ cluster, minutes, tracks }) =>
    tracks.filter((track) => track.key === key).map((track) => ({ cluster, minutes, track })),
  );
  const [first] = all;
  const learned = first?.track.learned.pooled.findLast(({ clusters }) => clusters <= all.length);
  if (first === undefined || learned === undefined) return undefined;
  // Quiet groups are known in some sizes; a larger wave pools as many as fill the largest.
  const taken = all.slice(0, learned.clusters);
  const pool = { numbers: new Float64Array(LENGTH), at: 0 };
  for (const { track } of taken) addToPool(track.numbers, track.at, pool);
  const length = windowLength(maxSoakMinutes);
  // The bar falls with time: the youngest run's is the highest.
  const minutes = Math.min(...taken.map((each) => each.minutes));
  const logE = trackLogE(pool.numbers, 0, WORSE);
  const score = scoreOf(logE, trackEstimate(pool.numbers, 0), minutes, POOLED_BARS[length]);
  const { scores, everyMinutes } = learned;
  const quiet = placeboFor({ scores, everyMinutes, needs: PLACEBO_NEEDS.counts }, { minutes: length });
  const { p, windows, reached, extrapolated, convicts } = placeboChance(quiet, score);
  const total = (pick: (track: SharedTrack) => number) =>
    taken.reduce((sum, { track }) => sum + pick(track), 0);
  const events = total((track) => track.events);
  return {
    clusters: taken.map(({ cluster }) => cluster),
    controls: Math.min(...taken.map(({ track }) => track.controls)),
    series: {
      signal: first.track.signal,
      key,
      // Too few quiet groups convict nobody, and neither does a single event.
      p: convicts && events >= LEAST_CAUSES ? p : 1,
      windows,
      reached,
      extrapolated,
      events,
      expected: total(({ expected }) => expected),
    },
  };
}

function countsOf({ baseline }: SeriesPlan, { all }: SeriesState): { events: number; expected: number } {
  return { events: all.events, expected: baseline ? rateOf(baseline) * all.exposure : 0 };
}
