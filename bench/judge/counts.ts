import type { RandomFor } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
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
import { type Job, partOf, type Section, type Size } from './job.ts';
import { learnPast } from './learned-past.ts';
import { PEERS } from './peers.ts';
import { spoiled } from './spoils.ts';
import { continueFrom, createPast, PAST_MINUTES, type Past, type Row } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { firstRare, judgeWhole, type KnownClass, openRun } from './whole-judge.ts';

const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;

/**
 * Fleets drawn for each noise of a table, and soaks of each of their clusters where the change does nothing. What costs
 * time is learning the fleets, so each is used for many soaks, which all begin from the same past.
 */
const FLEETS = 36;
const HARMLESS_SOAKS = 3;

/** Fleets in one piece of work. */
const PER_JOB = 3;

/** What one piece of work is about. */
interface CountJob {
  readonly table: string;
  readonly noise: NoiseName;
  readonly fleets: number;
  readonly harmless: number;
}

/** Error ratios: every family of noise, event and effect, all judges on the same streams. */
export const countSection: Section = {
  jobs: (size) =>
    SETTINGS.flatMap(({ table, families }) =>
      [...new Set(families.map(({ noise }) => noise))].flatMap((noise) => jobsOf(table, noise, size)),
    ),
  run: (job, randomFor) => {
    const { table, noise, fleets, harmless } = job.given as CountJob;
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
        const soaks = clusters * (isHarmless(family) ? harmless : 1);
        for (let soak = 0; soak < soaks; soak++) {
          const given = { past, family, cluster: soak % clusters, soak, table, ours };
          judgeSoak(given, (...more) => randomFor(...name, ...more), tallies);
        }
      }
    }
    return tallies;
  },
};

function jobsOf(table: string, noise: NoiseName, size: Size): readonly Omit<Job, 'section'>[] {
  const fleets = partOf(FLEETS, size);
  const harmless = HARMLESS_SOAKS;
  return Array.from({ length: Math.ceil(fleets / PER_JOB) }, (_, at) => ({
    what: `${table}: ${noise}`,
    at,
    given: { table, noise, fleets: Math.min(PER_JOB, fleets - at * PER_JOB), harmless } satisfies CountJob,
  }));
}

type OursOn = (since: readonly Row[], cluster: number) => readonly [string, number | undefined][];

interface SoakCase {
  readonly past: Past;
  readonly family: Family;
  readonly cluster: number;
  readonly table: string;
  /** Which of the soaks of this family. */
  readonly soak: number;
  readonly ours: OursOn;
}

function judgeSoak(
  { past, family, cluster, soak, table, ours }: SoakCase,
  randomFor: RandomFor,
  tallies: Tallies,
): void {
  const row = familyName(family);
  const random = randomFor(row, soak);
  const drawn = continueFrom(past, SOAK_MINUTES, factorOf(family, cluster, SOAK_MINUTES, random), random);
  const since = spoiled(drawn, family.spoil, cluster, random);
  const own = since[cluster];
  const happened = drawn[cluster];
  const before = past.rows[cluster];
  if (own === undefined || happened === undefined || before === undefined)
    throw new Error(`no cluster ${cluster} in this fleet`);
  const stream = { before: lastHour(before), since: own };
  const halts: [string, number | undefined][] = Object.entries(PEERS).map(([judge, peer]) => [
    judge,
    peer(stream, random),
  ]);
  halts.push(...ours(since, cluster));
  for (const [judge, halt] of halts) {
    count(tallies, tallyKey(table, row, judge), { halt, extraBad: extraBad(happened, family, halt) });
  }
}

/** Our judges on soaks that follow one past: with controls, without, and without anything learned. */
function oursOn(past: Past): OursOn {
  const rows = new Map([['errors', past.rows]]);
  const checks = [ratioCheck('errors', 1, false)];
  const fallback: KnownClass = { checks, policy: policyOf(SOAK_MINUTES, SOAK_MINUTES), past: rows };
  const learned: KnownClass = { ...fallback, learned: learnPast(rows, new Map()) };
  const opened = past.rows.map((_, cluster) => {
    const others = past.rows.map((__, at) => at).filter((at) => at !== cluster);
    return {
      controlled: openRun(learned, cluster, others),
      alone: openRun(learned, cluster, []),
      fallback: openRun(fallback, cluster, []),
      fallbackControlled: openRun(fallback, cluster, others),
    };
  });
  return (since, cluster) => {
    const runs = opened[cluster];
    if (runs === undefined) throw new RangeError(`no cluster ${cluster} in this fleet`);
    const minutes = new Map([['errors', since]]);
    const controlled = judgeWhole(runs.controlled, minutes);
    const alone = judgeWhole(runs.alone, minutes);
    return [
      ['ours', controlled.halt],
      ['ours, 5 %', firstRare(controlled.chances, 0.05)],
      ['ours, .1 %', firstRare(controlled.chances, 0.001)],
      ['ours, no controls', alone.halt],
      ['ours, no controls: holds', firstRare(alone.chances, 0.05)],
      ['ours, nothing learned', judgeWhole(runs.fallback, minutes).halt],
      ['ours, nothing learned, controls', judgeWhole(runs.fallbackControlled, minutes).halt],
    ];
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
