import type { LearnedGauge } from '../../src/judge/learning/learned-class.ts';
import type { RandomFor } from '../../src/simulator/random.ts';
import { GAUGE_PEERS } from './gauge-peers.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './ours/learned-past.ts';
import { gaugeHalt } from './ours/live-gauges.ts';
import { PAST_MINUTES } from './streams/count-fleet.ts';
import {
  continueGauge,
  createGaugePast,
  type GaugeNoise,
  type GaugePast,
  type GaugeShift,
} from './streams/gauge-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';

export const GAUGE_TABLE = 'gauges';

const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;

/** Classes drawn for each noise; each cluster is the treated one in turn. */
const FLEETS = 120;
const PER_JOB = 8;

/** Ours: name, whether against controls, and alpha. */
export const OURS_ON_GAUGES = [
  ['shift + controls', true, 0.01],
  ['shift + controls, 5 %', true, 0.05],
  ['shift + controls, .1 %', true, 0.001],
  ['shift alone', false, 0.01],
] as const satisfies readonly (readonly [string, boolean, number])[];

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
      const learned = learnPast(new Map(), new Map([['gauge', past.rows]])).gauges['gauge'];
      if (learned === undefined) throw new Error('nothing was learned of a gauge');
      for (const family of GAUGE_FAMILIES.filter((each) => each.noise === noise)) {
        for (let cluster = 0; cluster < CLUSTERS; cluster++) {
          judgeGauge({ past, family, cluster, learned }, (...more) => randomFor(...name, ...more), tallies);
        }
      }
    }
    return tallies;
  },
};

interface GaugeCase {
  readonly past: GaugePast;
  readonly family: GaugeFamily;
  readonly cluster: number;
  readonly learned: LearnedGauge;
}

function judgeGauge(
  { past, family, cluster, learned }: GaugeCase,
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
  const others = rows.map((_, at) => at).filter((at) => at !== cluster);
  for (const [judge, controls, alpha] of OURS_ON_GAUGES) {
    const given = { controls: controls ? others : [], alpha };
    const halt = gaugeHalt(learned, { past: past.rows, since: rows }, cluster, given);
    count(tallies, tallyKey(GAUGE_TABLE, row, judge), { halt });
  }
}
