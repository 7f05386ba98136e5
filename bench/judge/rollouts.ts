import { alphaShare, pooledShare, type WaveSize } from '../../src/config/alpha-share.ts';
import type { Random } from '../../src/simulator/random.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { factorOf, NOISES, TRAFFICS } from './families.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { fixedThreshold, kayentaPeeked, type Peer, peekedZTest, rolloutsAnalysis } from './peers.ts';
import { continueFrom, createPast, PAST_MINUTES, type Past, type Row } from './streams/count-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { playWave } from './wave-play.ts';
import { type KnownClass, type OpenedRun, openRun } from './whole-judge.ts';

export const ROLLOUT_TABLE = 'rollouts';

/** What a rollout may spend on false halts; the waves share it. */
const ALPHA = 0.05;
const WAVES: readonly WaveSize[] = [
  { name: 'sandbox', clusters: 1 },
  { name: 'staging', clusters: 3 },
  { name: 'prod-1', clusters: 6 },
  { name: 'prod-2', clusters: 10 },
];
const CHANGED = WAVES.reduce((sum, { clusters }) => sum + clusters, 0);
const CONTROLS = 8;
const SOAK_MINUTES = 30;
const FLEETS = 24;
const HARMLESS_ROLLOUTS = 12;

const STREAMS = [
  { name: 'iid', noise: 'iid', event: 'none' },
  { name: 'burst', noise: 'burst', event: 'none' },
  { name: 'ar1', noise: 'ar1', event: 'none' },
  { name: 'drift in every wave', noise: 'iid', event: 'drift' },
  { name: 'shock in every wave', noise: 'iid', event: 'shock' },
] as const;
type Stream = (typeof STREAMS)[number];
const TIMES = [1, 1.5, 2] as const;
const HARMFUL_ROLLOUTS = 3;

/** Each looks at a cluster alone, and the first halt of any is the rollout's. */
const PEERS: Readonly<Record<string, Peer>> = {
  'fixed 2x / 5 min': fixedThreshold,
  'z-test, peeked': peekedZTest,
  'Argo Rollouts 1 %': rolloutsAnalysis,
  'Kayenta, peeked': kayentaPeeked,
};

/** Columns of the table. */
export const ROLLOUT_JUDGES: readonly string[] = [...Object.keys(PEERS), 'ours'];

/** Rows of the tables; harm is shown without events of the fleet. */
export function rolloutRows(harmless: boolean): readonly string[] {
  return STREAMS.flatMap((stream) =>
    timesOf(stream)
      .filter((times) => (times === 1) === harmless)
      .map((times) => rolloutRow(stream, times)),
  );
}

function timesOf({ event }: Stream): readonly number[] {
  return event === 'none' ? TIMES : [1];
}

function rolloutRow({ name }: Stream, times: number): string {
  return `${name} x${times}`;
}

/** Whole rollouts over twenty clusters in four waves, with the shares of alpha that the gate gives them. */
export const rolloutSection: Section = {
  jobs: (size) =>
    STREAMS.flatMap(({ name }) =>
      Array.from({ length: partOf(FLEETS, size) }, (_, at) => ({ what: name, at, given: name })),
    ),
  run: (job, randomFor) => {
    const stream = STREAMS.find(({ name }) => name === job.given);
    if (stream === undefined) throw new Error(`no stream ${String(job.given)}`);
    const tallies: Tallies = new Map();
    const name = ['rollouts', stream.name, job.at] as const;
    const spec = { noise: NOISES[stream.noise], traffic: TRAFFICS.mid, clusters: CHANGED + CONTROLS };
    const past = createPast(spec, randomFor(...name));
    const rows = new Map([['errors', past.rows]]);
    const learned = learnPast(rows, new Map());
    const controls = Array.from({ length: CONTROLS }, (_, at) => CHANGED + at);
    const runs = WAVES.flatMap(({ name: wave, clusters }, at) => {
      const policy = policyOf(SOAK_MINUTES, SOAK_MINUTES, ALPHA * alphaShare(WAVES, wave));
      const known: KnownClass = { checks: [ratioCheck('errors', 1, false)], policy, past: rows, learned };
      const first = WAVES.slice(0, at).reduce((sum, each) => sum + each.clusters, 0);
      return Array.from({ length: clusters }, (_, member) => openRun(known, first + member, controls));
    });
    for (const times of timesOf(stream)) {
      for (let rollout = 0; rollout < (times === 1 ? HARMLESS_ROLLOUTS : HARMFUL_ROLLOUTS); rollout++) {
        const random = randomFor(...name, times, rollout);
        judgeRollout({ past, runs, stream, times }, random, tallies);
      }
    }
    return tallies;
  },
};

interface RolloutCase {
  readonly past: Past;
  readonly runs: readonly OpenedRun[];
  readonly stream: Stream;
  readonly times: number;
}

/** Plays the waves one after the other until every judge has halted; a halt is told by how many clusters had the change. */
function judgeRollout({ past, runs, stream, times }: RolloutCase, random: Random, tallies: Tallies): void {
  const halted = new Map<string, number>();
  let first = 0;
  for (const { name, clusters } of WAVES) {
    const members = runs.slice(first, first + clusters);
    first += clusters;
    const harm = { noise: stream.noise, event: stream.event, effect: { times: 1, from: 0 } } as const;
    const around = factorOf(harm, -1, SOAK_MINUTES, random);
    const isMember = (cluster: number) => members.some(({ treated }) => treated === cluster);
    const factor = (cluster: number, at: number) => around(cluster, at) * (isMember(cluster) ? times : 1);
    const since = continueFrom(past, SOAK_MINUTES, factor, random);
    if (!halted.has('ours')) {
      const { single, pooled } = playWave(members, since, SOAK_MINUTES, ALPHA * pooledShare(WAVES, name));
      if (single !== undefined || pooled !== undefined) halted.set('ours', first);
    }
    for (const [judge, peer] of Object.entries(PEERS)) {
      if (halted.has(judge)) continue;
      const halts = members.some(({ treated }) => {
        const before = past.rows[treated];
        const own = since[treated];
        return before && own && peer({ before: lastHour(before), since: own }, random) !== undefined;
      });
      if (halts) halted.set(judge, first);
    }
  }
  for (const judge of ROLLOUT_JUDGES) {
    count(tallies, tallyKey(ROLLOUT_TABLE, rolloutRow(stream, times), judge), { halt: halted.get(judge) });
  }
}

function lastHour({ events, exposure }: Row): Row {
  const from = PAST_MINUTES - 60;
  return { events: events.subarray(from), exposure: exposure.subarray(from) };
}
