import type { RandomFor } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { NOISES, TRAFFICS } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { continueFrom, createPast, type Past } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { playWave } from './wave-play.ts';
import { type KnownClass, type OpenedRun, openRun } from './whole-judge.ts';

export const WAVE_TABLE = 'waves';

const CONTROLS = 8;
const SOAK_MINUTES = 60;
/** Chance of a false halt of a whole wave: one cluster gets all of it, of more the pool gets half and the rest is split. */
const WAVE_ALPHA = 0.01;

const WAVES = [1, 4, 10, 20, 100] as const;
const WAVE_NOISES = ['iid', 'burst', 'ar1'] as const;
const TIMES = [1, 1.3, 1.5, 2, 4] as const;

const FLEETS = 24;
const HARMLESS_SOAKS = 12;
const HARMFUL_SOAKS = 4;

/** The row that an aim is about: enough waves to tell 50 % from 45 %. */
export const AIMED_WAVE = { clusters: 10, noise: 'iid', times: 1.3 } as const;
const AIMED_SOAKS = 18;

interface WaveJob {
  readonly clusters: number;
  readonly noise: (typeof WAVE_NOISES)[number];
}

/** A row of the table. */
export function waveRow(clusters: number, noise: string, times: number): string {
  return `wave of ${clusters}, ${noise} x${times}`;
}

/** Rows of a true effect. */
export function waveRows(times: (typeof TIMES)[number]): readonly string[] {
  return WAVES.flatMap((clusters) => WAVE_NOISES.map((noise) => waveRow(clusters, noise, times)));
}

/** Waves of clusters with half an error a minute each, that get the change together and pool what they show. */
export const waveSection: Section = {
  jobs: (size) =>
    WAVES.flatMap((clusters) =>
      WAVE_NOISES.flatMap((noise) =>
        Array.from({ length: partOf(clusters > 20 ? FLEETS / 3 : FLEETS, size) }, (_, at) => ({
          what: `${clusters} clusters, ${noise}`,
          at,
          given: { clusters, noise } satisfies WaveJob,
        })),
      ),
    ),
  run: (job, randomFor) => {
    const { clusters, noise } = job.given as WaveJob;
    const tallies: Tallies = new Map();
    const name = ['waves', clusters, noise, job.at] as const;
    const spec = { noise: NOISES[noise], traffic: TRAFFICS.low, clusters: clusters + CONTROLS };
    const past = createPast(spec, randomFor(...name));
    const rows = new Map([['errors', past.rows]]);
    const known: KnownClass = {
      checks: [ratioCheck('errors', 1, false)],
      policy: policyOf(SOAK_MINUTES, SOAK_MINUTES, clusters === 1 ? WAVE_ALPHA : WAVE_ALPHA / 2 / clusters),
      past: rows,
      learned: learnPast(rows, new Map()),
    };
    const controls = Array.from({ length: CONTROLS }, (_, at) => clusters + at);
    const runs = Array.from({ length: clusters }, (_, at) => openRun(known, at, controls));
    for (const times of TIMES) {
      const soaks = soaksOf({ clusters, noise, times });
      for (let soak = 0; soak < soaks; soak++) {
        judgeWave(past, runs, { times, row: waveRow(clusters, noise, times) }, tallies, () =>
          randomFor(...name, times, soak),
        );
      }
    }
    return tallies;
  },
};

function soaksOf({ clusters, noise, times }: WaveJob & { readonly times: number }): number {
  if (times === 1) return HARMLESS_SOAKS;
  const isAimed =
    clusters === AIMED_WAVE.clusters && noise === AIMED_WAVE.noise && times === AIMED_WAVE.times;
  return isAimed ? AIMED_SOAKS : HARMFUL_SOAKS;
}

function judgeWave(
  past: Past,
  runs: readonly OpenedRun[],
  { times, row }: { readonly times: number; readonly row: string },
  tallies: Tallies,
  randomFor: RandomFor,
): void {
  const factor = (cluster: number) => (cluster < runs.length ? times : 1);
  const since = continueFrom(past, SOAK_MINUTES, factor, randomFor());
  const { single, pooled } = playWave(runs, since, SOAK_MINUTES, WAVE_ALPHA / 2);
  const first = Math.min(single ?? Number.POSITIVE_INFINITY, pooled ?? Number.POSITIVE_INFINITY);
  count(tallies, tallyKey(WAVE_TABLE, row, 'any cluster alone'), { halt: single });
  if (runs.length > 1) count(tallies, tallyKey(WAVE_TABLE, row, 'pooled'), { halt: pooled });
  count(tallies, tallyKey(WAVE_TABLE, row, 'the wave'), { halt: Number.isFinite(first) ? first : undefined });
}
