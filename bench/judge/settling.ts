import type { Random } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { NOISES, TRAFFICS } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { kayentaPeeked, type Peer, peekedZTest } from './peers.ts';
import { continueFrom, createPast, PAST_MINUTES, type Past } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { judgeWhole, type KnownClass, type OpenedRun, openRun } from './whole-judge.ts';

export const SETTLING_TABLE = 'settling';

const CLUSTERS = 9;
/** Nodes are replaced for so long; then the soak begins. */
const SETTLED = 20;
const MIN_SOAK = 10;
const MAX_SOAK = 60;
const MINUTES = SETTLED + MAX_SOAK;
/** A restart fails fourfold for so long: at the sync, and when the last node has been replaced. */
const BLIP = { minutes: 3, times: 4 } as const;
const FLEETS = 16;
const SETTLING_NOISES = ['iid', 'burst', 'ar1'] as const;
type NoiseName = (typeof SETTLING_NOISES)[number];

const PEERS: Readonly<Record<string, Peer>> = {
  'z-test, peeked': peekedZTest,
  'Kayenta, peeked': kayentaPeeked,
};

/** How many times worse the change makes a minute. */
const EFFECTS = {
  'no harm': () => 1,
  'x2 from the sync on': () => 2,
  'x4 from the sync on': () => 4,
  'x4 on replaced nodes': (at) => 1 + 3 * Math.min(1, (at + 1) / SETTLED),
  'x4 once settled': (at) => (at >= SETTLED ? 4 : 1),
} as const satisfies Readonly<Record<string, (at: number) => number>>;
type EffectName = keyof typeof EFFECTS;
const EFFECT_NAMES = Object.keys(EFFECTS) as readonly EffectName[];

/** Soaks of the harmless change for each cluster of a fleet. */
const HARMLESS_SOAKS = 4;

/** Rows of the table. */
export function settlingRows(harmless: boolean): readonly string[] {
  return EFFECT_NAMES.filter((name) => (name === 'no harm') === harmless).flatMap((name) =>
    SETTLING_NOISES.map((noise) => settlingRow(noise, name)),
  );
}

function settlingRow(noise: NoiseName, effect: EffectName): string {
  return `${noise}, ${effect}`;
}

/** Changes that take twenty minutes to arrive: what breaks on the way halts, and no go before they have. */
export const settlingSection: Section = {
  jobs: (size) =>
    SETTLING_NOISES.flatMap((noise) =>
      Array.from({ length: partOf(FLEETS, size) }, (_, at) => ({ what: noise, at, given: noise })),
    ),
  run: (job, randomFor) => {
    const noise = job.given as NoiseName;
    const tallies: Tallies = new Map();
    const name = ['settling', noise, job.at] as const;
    const spec = { noise: NOISES[noise], traffic: TRAFFICS.mid, clusters: CLUSTERS };
    const past = createPast(spec, randomFor(...name));
    const rows = new Map([['errors', past.rows]]);
    const known: KnownClass = {
      checks: [ratioCheck('errors', 1, true)],
      policy: policyOf(MIN_SOAK, MAX_SOAK),
      past: rows,
      learned: learnPast(rows, new Map()),
    };
    for (let treated = 0; treated < CLUSTERS; treated++) {
      const others = Array.from({ length: CLUSTERS }, (_, at) => at).filter((at) => at !== treated);
      const run = openRun(known, treated, others);
      for (const effect of EFFECT_NAMES) {
        for (let soak = 0; soak < (effect === 'no harm' ? HARMLESS_SOAKS : 1); soak++) {
          const random = randomFor(...name, treated, effect, soak);
          judgeSettling({ past, run, effect, row: settlingRow(noise, effect) }, random, tallies);
        }
      }
    }
    return tallies;
  },
};

interface SettlingCase {
  readonly past: Past;
  readonly run: OpenedRun;
  readonly effect: EffectName;
  readonly row: string;
}

function judgeSettling({ past, run, effect, row }: SettlingCase, random: Random, tallies: Tallies): void {
  const isBlip = (at: number) =>
    at < BLIP.minutes || (at >= SETTLED && at < SETTLED + BLIP.minutes) ? BLIP.times : 1;
  const factor = (cluster: number, at: number) =>
    cluster === run.treated ? Math.max(isBlip(at), EFFECTS[effect](at)) : 1;
  const since = continueFrom(past, MINUTES, factor, random);
  const tally = (judge: string, halt: number | undefined) =>
    count(tallies, tallyKey(SETTLING_TABLE, row, judge), { halt });
  const { halt, go } = judgeWhole(run, new Map([['errors', since]]), { settled: SETTLED });
  const isGone = go !== undefined && (halt === undefined || go < halt);
  tally('ours', isGone ? undefined : halt);
  tally('ours: go', isGone ? go : undefined);
  tally('ours: go before settled', isGone && go <= SETTLED ? go : undefined);
  const own = since[run.treated];
  const before = past.rows[run.treated];
  if (own === undefined || before === undefined) throw new RangeError(`no cluster ${run.treated}`);
  const from = PAST_MINUTES - 60;
  const hour = { events: before.events.subarray(from), exposure: before.exposure.subarray(from) };
  for (const [judge, peer] of Object.entries(PEERS)) tally(judge, peer({ before: hour, since: own }, random));
}
