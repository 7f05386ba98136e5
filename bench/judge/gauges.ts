import type { RandomFor } from '../../src/simulator/random.ts';
import { gaugeCheck, policyOf } from './bench-checks.ts';
import { GAUGE_PEERS } from './gauge-peers.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { PAST_MINUTES } from './streams/count-fleet.ts';
import {
  continueGauge,
  createGaugePast,
  type GaugeNoise,
  type GaugePast,
  type GaugeShift,
} from './streams/gauge-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { firstRare, judgeWhole, type KnownClass, type OpenedRun, openRun } from './whole-judge.ts';

export const GAUGE_TABLE = 'gauges';

const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;

/** Classes drawn for each noise; each cluster is the treated one in turn. */
const FLEETS = 120;
const PER_JOB = 8;

interface GaugeFamily {
  readonly noise: keyof typeof GAUGE_NOISES;
  readonly name: string;
  readonly shift: GaugeShift;
}

const GAUGE_NOISES = {
  'ar 0': { memory: 0, shared: 0.5 },
  'ar .9': { memory: 0.9, shared: 0.5 },
  'ar .98': { memory: 0.98, shared: 0.5 },
  'ar .9, daily': { memory: 0.9, shared: 0.5, day: 2 },
} as const satisfies Readonly<Record<string, GaugeNoise>>;

/** Every family of gauges; shifts are in standard deviations. */
export const GAUGE_FAMILIES: readonly GaugeFamily[] = [
  { noise: 'ar 0', name: 'none', shift: {} },
  { noise: 'ar .9', name: 'none', shift: {} },
  { noise: 'ar .98', name: 'none', shift: {} },
  { noise: 'ar .9, daily', name: 'none', shift: {} },
  { noise: 'ar .9', name: 'fleet event', shift: { fleetEvent: 3 } },
  { noise: 'ar 0', name: '+1 sd', shift: { step: 1 } },
  { noise: 'ar .9', name: '+1 sd', shift: { step: 1 } },
  { noise: 'ar .9', name: '+2 sd', shift: { step: 2 } },
  { noise: 'ar .9', name: '+4 sd', shift: { step: 4 } },
  { noise: 'ar .98', name: '+4 sd', shift: { step: 4 } },
  { noise: 'ar .9', name: 'ramp to +6 sd', shift: { ramp: 6 } },
  { noise: 'ar .9, daily', name: '+4 sd', shift: { step: 4 } },
];

/** The name of a gauge's family in the tables. */
export function gaugeRow({ noise, name }: GaugeFamily): string {
  return `${noise}: ${name}`;
}

/** Whether the change does nothing. */
export function isHarmlessGauge({ shift }: GaugeFamily): boolean {
  return shift.step === undefined && shift.ramp === undefined;
}

interface GaugeJob {
  readonly noise: keyof typeof GAUGE_NOISES;
  readonly fleets: number;
}

/** Gauges: wandering numbers, all judges on the same ones. */
export const gaugeSection: Section = {
  jobs: (size) => {
    const fleets = partOf(FLEETS, size);
    return Object.keys(GAUGE_NOISES).flatMap((noise) =>
      Array.from({ length: Math.ceil(fleets / PER_JOB) }, (_, at) => ({
        what: noise,
        at,
        given: { noise, fleets: Math.min(PER_JOB, fleets - at * PER_JOB) },
      })),
    );
  },
  run: (job, randomFor) => {
    const { noise, fleets } = job.given as GaugeJob;
    const tallies: Tallies = new Map();
    for (let fleet = 0; fleet < fleets; fleet++) {
      const name = ['gauges', noise, job.at, fleet] as const;
      const past = createGaugePast(GAUGE_NOISES[noise], CLUSTERS, randomFor(...name));
      const rows = new Map([['gauge', past.rows]]);
      const known: KnownClass = {
        checks: [gaugeCheck('gauge')],
        policy: policyOf(SOAK_MINUTES, SOAK_MINUTES),
        past: rows,
        learned: learnPast(new Map(), rows),
      };
      const runs = past.rows.map((_, cluster) => {
        const others = past.rows.map((__, at) => at).filter((at) => at !== cluster);
        return { controlled: openRun(known, cluster, others), alone: openRun(known, cluster, []) };
      });
      for (const family of GAUGE_FAMILIES.filter((each) => each.noise === noise)) {
        runs.forEach((run, cluster) => {
          judgeGauge({ past, family, cluster, ...run }, (...more) => randomFor(...name, ...more), tallies);
        });
      }
    }
    return tallies;
  },
};

interface GaugeCase {
  readonly past: GaugePast;
  readonly family: GaugeFamily;
  readonly cluster: number;
  readonly controlled: OpenedRun;
  readonly alone: OpenedRun;
}

function judgeGauge(
  { past, family, cluster, controlled, alone }: GaugeCase,
  randomFor: RandomFor,
  tallies: Tallies,
): void {
  const row = gaugeRow(family);
  const random = randomFor(row, cluster);
  const rows = continueGauge(past, { minutes: SOAK_MINUTES, treated: cluster, shift: family.shift }, random);
  const since = rows[cluster];
  const before = past.rows[cluster]?.subarray(PAST_MINUTES - BEFORE_MINUTES);
  if (since === undefined || before === undefined) throw new Error(`no cluster ${cluster} in this class`);
  for (const [judge, peer] of Object.entries(GAUGE_PEERS)) {
    count(tallies, tallyKey(GAUGE_TABLE, row, judge), { halt: peer({ before, since }, random) });
  }
  const soak = new Map([['gauge', rows]]);
  const { halt, chances } = judgeWhole(controlled, soak);
  const ours = [
    ['ours', halt],
    ['ours, 5 %', firstRare(chances, 0.05)],
    ['ours, .1 %', firstRare(chances, 0.001)],
    ['ours, no controls: holds', firstRare(judgeWhole(alone, soak).chances, 0.05)],
  ] as const;
  for (const [judge, minute] of ours) count(tallies, tallyKey(GAUGE_TABLE, row, judge), { halt: minute });
}
