import type { RandomFor } from '../../src/simulator/random.ts';
import {
  type Family,
  factorOf,
  familyName,
  isHarmless,
  MAIN,
  NOISES,
  type NoiseName,
  TRAFFICS,
  type TrafficName,
} from './families.ts';
import type { Job, Section, Size } from './job.ts';
import { PEERS } from './peers.ts';
import { continueFrom, createPast, PAST_MINUTES, type Past, type Row } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';

/** One treated cluster and eight controls. */
const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;

/** Fleets drawn for each noise and traffic, and how many of a fleet's clusters get each effect in turn. */
const SIZES = {
  quick: { fleets: 8, treated: 2 },
  full: { fleets: 64, treated: 4 },
} as const;

/** Fleets in one piece of work. */
const PER_JOB = 8;

/** What one piece of work is about. */
interface CountJob {
  readonly traffic: TrafficName;
  readonly noise: NoiseName;
  readonly fleets: number;
  readonly treated: number;
}

/** Error ratios: every family of noise, event and effect, all judges on the same streams. */
export const countSection: Section = {
  jobs: (size) => {
    const noises = [...new Set(MAIN.map(({ noise }) => noise))];
    return Object.keys(TRAFFICS).flatMap((traffic) =>
      noises.flatMap((noise) => jobsOf({ traffic: traffic as TrafficName, noise }, size)),
    );
  },
  run: (job, randomFor) => {
    const { traffic, noise, fleets, treated } = job.given as CountJob;
    const tallies: Tallies = new Map();
    const families = MAIN.filter((family) => family.noise === noise);
    for (let fleet = 0; fleet < fleets; fleet++) {
      const name = ['counts', traffic, noise, job.at, fleet] as const;
      const spec = { noise: NOISES[noise], traffic: TRAFFICS[traffic], clusters: CLUSTERS };
      const past = createPast(spec, randomFor(...name));
      for (const family of families) {
        const clusters = isHarmless(family) ? CLUSTERS : treated;
        for (let cluster = 0; cluster < clusters; cluster++) {
          judgeSoak({ past, family, cluster, traffic }, (...more) => randomFor(...name, ...more), tallies);
        }
      }
    }
    return tallies;
  },
};

function jobsOf(
  { traffic, noise }: { readonly traffic: TrafficName; readonly noise: NoiseName },
  size: Size,
): readonly Omit<Job, 'section'>[] {
  const { fleets, treated } = SIZES[size];
  return Array.from({ length: Math.ceil(fleets / PER_JOB) }, (_, at) => ({
    what: `${traffic} traffic, ${noise}`,
    at,
    given: { traffic, noise, fleets: Math.min(PER_JOB, fleets - at * PER_JOB), treated } satisfies CountJob,
  }));
}

interface SoakCase {
  readonly past: Past;
  readonly family: Family;
  readonly cluster: number;
  readonly traffic: TrafficName;
}

function judgeSoak({ past, family, cluster, traffic }: SoakCase, randomFor: RandomFor, tallies: Tallies): void {
  const row = familyName(family);
  const random = randomFor(row, cluster);
  const since = continueFrom(past, SOAK_MINUTES, factorOf(family, cluster, SOAK_MINUTES, random), random);
  const own = since[cluster];
  const before = past.rows[cluster];
  if (own === undefined || before === undefined) throw new Error(`no cluster ${cluster} in a fleet of ${CLUSTERS}`);
  const stream = { before: lastHour(before), since: own };
  for (const [judge, peer] of Object.entries(PEERS)) {
    const halt = peer(stream, random);
    count(tallies, tallyKey(traffic, row, judge), { halt, extraBad: extraBad(own, family, halt) });
  }
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
