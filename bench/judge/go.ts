import type { RandomFor } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { NOISES } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { continueFrom, createPast, type Past } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { judgeWhole, type KnownClass, type OpenedRun, openRun, promiseOf } from './whole-judge.ts';

export const GO_TABLE = 'go';

const CLUSTERS = 9;
const MIN_SOAK = 10;
const MAX_SOAK = 60;
/** The soak of whoever waits for half an hour whatever is seen. */
const FIXED_SOAK = 30;

const RATES = [0.3, 0.6, 1.2, 10] as const;
const GO_NOISES = ['iid', 'burst', 'ar1'] as const;
/** True effects; `promise` is as many times worse as was promised to be ruled out. */
const TIMES = [1, 2, 3, 4, 'promise'] as const;
type Times = (typeof TIMES)[number];

const FLEETS = 24;
const PER_JOB = 3;

interface GoJob {
  readonly rate: number;
  readonly noise: (typeof GO_NOISES)[number];
  readonly fleets: number;
}

/** A row of the tables about go. */
export function goRow(rate: number, noise: string, times: Times): string {
  return `${rate}/min ${noise} ${times === 'promise' ? 'as bad as promised not' : `x${times}`}`;
}

/** Rows of a true effect. */
export function goRows(times: Times): readonly string[] {
  return RATES.flatMap((rate) => GO_NOISES.map((noise) => goRow(rate, noise, times)));
}

/** Go: what is promised before the soak, how soon it is proved, and how often it is proved and wrong. */
export const goSection: Section = {
  jobs: (size) =>
    RATES.flatMap((rate) =>
      GO_NOISES.flatMap((noise) =>
        Array.from({ length: Math.ceil(partOf(FLEETS, size) / PER_JOB) }, (_, at) => ({
          what: `${rate} errors/min, ${noise}`,
          at,
          given: {
            rate,
            noise,
            fleets: Math.min(PER_JOB, partOf(FLEETS, size) - at * PER_JOB),
          } satisfies GoJob,
        })),
      ),
    ),
  run: (job, randomFor) => {
    const { rate, noise, fleets } = job.given as GoJob;
    const tallies: Tallies = new Map();
    const errorRatio = 0.005;
    const traffic = { requestsPerMinute: rate / errorRatio, errorRatio };
    for (let fleet = 0; fleet < fleets; fleet++) {
      const name = ['go', rate, noise, job.at, fleet] as const;
      const past = createPast({ noise: NOISES[noise], traffic, clusters: CLUSTERS }, randomFor(...name));
      const rows = new Map([['errors', past.rows]]);
      const known: KnownClass = {
        checks: [ratioCheck('errors', 1, true)],
        policy: policyOf(MIN_SOAK, MAX_SOAK),
        past: rows,
        learned: learnPast(rows, new Map()),
      };
      const runs = past.rows.map((_, cluster) => {
        const others = past.rows.map((__, at) => at).filter((at) => at !== cluster);
        return openRun(known, cluster, others);
      });
      for (const times of TIMES) {
        for (const run of runs) {
          const given = { past, run, times, row: goRow(rate, noise, times) };
          judgeGo(given, (...more) => randomFor(...name, ...more), tallies);
        }
      }
    }
    return tallies;
  },
};

interface GoCase {
  readonly past: Past;
  readonly run: OpenedRun;
  readonly times: Times;
  readonly row: string;
}

function judgeGo({ past, run, times, row }: GoCase, randomFor: RandomFor, tallies: Tallies): void {
  const tally = (judge: string, halt: number | undefined) =>
    count(tallies, tallyKey(GO_TABLE, row, judge), { halt });
  const promise = promiseOf(run);
  for (const each of [3, 5, 10]) tally(`promise ${each}x`, promise === each ? 1 : undefined);
  if (times === 'promise' && promise === undefined) return;
  const effect = times === 'promise' ? (promise ?? 1) : times;
  const factor = (at: number) => (at === run.treated ? effect : 1);
  const since = continueFrom(past, MAX_SOAK, factor, randomFor(row, run.treated));
  const { halt, go, proved } = judgeWhole(run, new Map([['errors', since]]));
  tally('proved', proved);
  tally('go', go !== undefined && (halt === undefined || go < halt) ? go : undefined);
  tally('halt', halt !== undefined && (go === undefined || halt <= go) ? halt : undefined);
  tally(`halt within ${FIXED_SOAK} min`, halt !== undefined && halt <= FIXED_SOAK ? halt : undefined);
}
