import type { RandomFor } from '../../src/simulator/random.ts';
import {
  type Family,
  factorOf,
  familyName,
  isHarmless,
  NOISES,
  type NoiseName,
  SETTINGS,
  TRAFFICS,
} from './families.ts';
import type { Job, Section, Size } from './job.ts';
import { PEERS } from './peers.ts';
import { continueFrom, createPast, PAST_MINUTES, type Past, type Row } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { beforeOf, judgeWhole, policyOf, ratioCheck } from './whole-judge.ts';

const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;

/** Fleets drawn for each noise of a table, and how many of a fleet's clusters get an effect in turn before ours. */
const SIZES = {
  quick: { fleets: 8, treated: 2 },
  full: { fleets: 112, treated: 4 },
} as const;

/** Fleets in one piece of work. */
const PER_JOB = 8;

/** What one piece of work is about. */
interface CountJob {
  readonly table: string;
  readonly noise: NoiseName;
  readonly fleets: number;
  readonly treated: number;
}

/** Error ratios: every family of noise, event and effect, all judges on the same streams. */
export const countSection: Section = {
  jobs: (size) =>
    SETTINGS.flatMap(({ table, families }) =>
      [...new Set(families.map(({ noise }) => noise))].flatMap((noise) => jobsOf(table, noise, size)),
    ),
  run: (job, randomFor) => {
    const { table, noise, fleets, treated } = job.given as CountJob;
    const setting = SETTINGS.find((each) => each.table === table);
    if (setting === undefined) throw new Error(`no table ${table}`);
    const tallies: Tallies = new Map();
    const { traffic, clusters } = setting;
    const families = setting.families.filter((family) => family.noise === noise);
    for (let fleet = 0; fleet < fleets; fleet++) {
      const name = ['counts', table, noise, job.at, fleet] as const;
      const past = createPast(
        { noise: NOISES[noise], traffic: TRAFFICS[traffic], clusters },
        randomFor(...name),
      );
      const ours = oursOn(past);
      for (const family of families) {
        for (let cluster = 0; cluster < clusters; cluster++) {
          const oursToo = isHarmless(family) || cluster < treated;
          judgeSoak(
            { past, family, cluster, table, oursToo, ours },
            (...more) => randomFor(...name, ...more),
            tallies,
          );
        }
      }
    }
    return tallies;
  },
};

function jobsOf(table: string, noise: NoiseName, size: Size): readonly Omit<Job, 'section'>[] {
  const { fleets, treated } = SIZES[size];
  return Array.from({ length: Math.ceil(fleets / PER_JOB) }, (_, at) => ({
    what: `${table}: ${noise}`,
    at,
    given: { table, noise, fleets: Math.min(PER_JOB, fleets - at * PER_JOB), treated } satisfies CountJob,
  }));
}

interface SoakCase {
  readonly past: Past;
  readonly family: Family;
  readonly cluster: number;
  readonly table: string;
  readonly oursToo: boolean;
  readonly ours: (own: Row, cluster: number) => readonly [string, number | undefined][];
}

function judgeSoak(
  { past, family, cluster, table, oursToo, ours }: SoakCase,
  randomFor: RandomFor,
  tallies: Tallies,
): void {
  const row = familyName(family);
  const random = randomFor(row, cluster);
  const since = continueFrom(past, SOAK_MINUTES, factorOf(family, cluster, SOAK_MINUTES, random), random);
  const own = since[cluster];
  const before = past.rows[cluster];
  if (own === undefined || before === undefined) throw new Error(`no cluster ${cluster} in this fleet`);
  const stream = { before: lastHour(before), since: own };
  const halts: [string, number | undefined][] = Object.entries(PEERS).map(([judge, peer]) => [
    judge,
    peer(stream, random),
  ]);
  if (oursToo) halts.push(...ours(own, cluster));
  for (const [judge, halt] of halts) {
    count(tallies, tallyKey(table, row, judge), { halt, extraBad: extraBad(own, family, halt) });
  }
}

/** Our judges on soaks that follow one past. */
function oursOn(past: Past): (own: Row, cluster: number) => readonly [string, number | undefined][] {
  const checks = [ratioCheck('errors', 1, false)];
  const policy = policyOf(SOAK_MINUTES, SOAK_MINUTES);
  const befores = past.rows.map((row) => beforeOf(checks, new Map([['errors', row]])));
  return (own, cluster) => {
    const before = befores[cluster];
    if (before === undefined) throw new Error(`no cluster ${cluster} in this fleet`);
    const soak = { checks, policy, before, since: new Map([['errors', own]]), minutes: SOAK_MINUTES };
    return [['gp', judgeWhole(soak).halt]];
  };
}

function lastHour({ events, exposure }: Row): Row {
  const from = PAST_MINUTES - BEFORE_MINUTES;
  return { events: events.subarray(from), exposure: exposure.subarray(from) };
}

/** Bad requests that the change has cost until the halt, or until the end where there was none. */
function extraBad({ events }: Row, { effect }: Family, halt: number | undefined): number {
  let bad = 0;
  for (let minute = effect.from; minute < (halt ?? events.length); minute++) bad += events[minute] ?? 0;
  return bad * (1 - 1 / effect.times);
}
