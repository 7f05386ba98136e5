import type { LearnedCounts } from '../../src/judge/learning/learned-class.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { NOISES, TRAFFICS } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { kayentaPeeked, type Peer, peekedZTest } from './peers.ts';
import { continueFrom, createPast, PAST_MINUTES, type Row } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { judgeWhole, type KnownClass, openRun } from './whole-judge.ts';

export const CHECKS_TABLE = 'checks';

const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const NUMBERS = [1, 10, 30] as const;
const CHECK_NOISES = ['iid', 'ar1'] as const;
const TIMES = [1, 2, 4] as const;
const FLEETS = 32;
const PEERS: Readonly<Record<string, Peer>> = { 'any z-test': peekedZTest, 'any Kayenta': kayentaPeeked };

/** Rows of a true effect on the first check. */
export function checkRows(harmless: boolean): readonly string[] {
  return NUMBERS.flatMap((number) =>
    CHECK_NOISES.flatMap((noise) =>
      TIMES.filter((times) => (times === 1) === harmless).map((times) => checkRow(number, noise, times)),
    ),
  );
}

function checkRow(number: number, noise: string, times: number): string {
  return `${number} checks, ${noise}, ${times === 1 ? 'none worse' : `one x${times}`}`;
}

interface ChecksJob {
  readonly number: number;
  readonly noise: (typeof CHECK_NOISES)[number];
}

/** One to thirty checks of equal weight on one cluster, at most one of which gets worse. */
export const checkSection: Section = {
  jobs: (size) =>
    NUMBERS.flatMap((number) =>
      CHECK_NOISES.flatMap((noise) =>
        Array.from({ length: partOf(FLEETS, size) }, (_, at) => ({
          what: `${number} checks, ${noise}`,
          at,
          given: { number, noise } satisfies ChecksJob,
        })),
      ),
    ),
  run: (job, randomFor) => {
    const { number, noise } = job.given as ChecksJob;
    const tallies: Tallies = new Map();
    const name = ['checks', number, noise, job.at] as const;
    const keys = Array.from({ length: number }, (_, at) => `errors-${at}`);
    const spec = { noise: NOISES[noise], traffic: TRAFFICS.mid, clusters: CLUSTERS };
    const pasts = new Map(keys.map((key) => [key, createPast(spec, randomFor(...name, key))]));
    const rows = new Map([...pasts].map(([key, past]) => [key, past.rows]));
    const first = rows.get('errors-0') ?? [];
    const base = learnPast(new Map([['errors-0', first]]), new Map());
    const learned = base.counts['errors-0'] as LearnedCounts;
    const known: KnownClass = {
      checks: keys.map((key) => ratioCheck(key, 1 / number, false)),
      policy: policyOf(SOAK_MINUTES, SOAK_MINUTES),
      past: rows,
      // Every check has the same noise, so what was learned of the first one holds for all.
      learned: { ...base, counts: Object.fromEntries(keys.map((key) => [key, learned])) },
    };
    for (let treated = 0; treated < CLUSTERS; treated++) {
      const others = Array.from({ length: CLUSTERS }, (_, at) => at).filter((at) => at !== treated);
      const run = openRun(known, treated, others);
      for (const times of TIMES) {
        const random = randomFor(...name, treated, times);
        const since = new Map(
          [...pasts].map(([key, past]) => {
            const factor = (cluster: number) => (key === 'errors-0' && cluster === treated ? times : 1);
            return [key, continueFrom(past, SOAK_MINUTES, factor, random)] as const;
          }),
        );
        const row = checkRow(number, noise, times);
        count(tallies, tallyKey(CHECKS_TABLE, row, 'ours'), { halt: judgeWhole(run, since).halt });
        for (const [judge, peer] of Object.entries(PEERS)) {
          const halts = keys.map((key) => {
            const before = lastHour(rows.get(key)?.[treated]);
            const own = since.get(key)?.[treated];
            return own
              ? (peer({ before, since: own }, random) ?? Number.POSITIVE_INFINITY)
              : Number.POSITIVE_INFINITY;
          });
          const halt = Math.min(...halts);
          count(tallies, tallyKey(CHECKS_TABLE, row, judge), {
            halt: Number.isFinite(halt) ? halt : undefined,
          });
        }
      }
    }
    return tallies;
  },
};

function lastHour(row: Row | undefined): Row {
  if (row === undefined) throw new RangeError('a check without a past');
  const from = PAST_MINUTES - 60;
  return { events: row.events.subarray(from), exposure: row.exposure.subarray(from) };
}
