import type { CountCheck } from '../../src/domain/check.ts';
import { policyOf, ratioCheck } from './bench-checks.ts';
import { partOf, type Section } from './job.ts';
import { learnPast } from './learned-past.ts';
import { fixedThreshold, kayentaPeeked, type Peer } from './peers.ts';
import { PAST_MINUTES, type Row } from './streams/count-fleet.ts';
import { drawLatency, EDGES, type LatencyRows, type Slowdown } from './streams/latency-fleet.ts';
import { count, type Tallies, tallyKey } from './tally.ts';
import { judgeWhole, type KnownClass, openRun } from './whole-judge.ts';

export const LATENCY_TABLE = 'latencies';

const CLUSTERS = 9;
const SOAK_MINUTES = 30;
const BEFORE_MINUTES = 60;
const FLEETS = 24;

const SDS = { iid: 0, ar1: 0.08 } as const;
type NoiseName = keyof typeof SDS;

interface LatencyFamily extends Slowdown {
  readonly noise: NoiseName;
  readonly name: string;
}

const family = (noise: NoiseName, name: string, times = 1, share = 0): LatencyFamily => ({
  noise,
  name,
  times,
  share,
});

const FAMILIES: readonly LatencyFamily[] = [
  family('iid', 'none'),
  family('ar1', 'none'),
  family('iid', 'all x1.05', 1.05),
  family('iid', 'all x1.2', 1.2),
  family('iid', 'all x1.5', 1.5),
  family('iid', '0.3 % +2 s', 1, 0.003),
  family('iid', '1 % +2 s', 1, 0.01),
  family('ar1', 'all x1.2', 1.2),
  family('ar1', 'all x1.5', 1.5),
  family('ar1', '1 % +2 s', 1, 0.01),
];

/** Peers on the share of requests slower than a second, the tail that a threshold would be about. */
const PEERS: Readonly<Record<string, Peer>> = {
  'slower than 1 s: 2x / 5 min': fixedThreshold,
  'slower than 1 s: Kayenta': kayentaPeeked,
};
const PEER_EDGE = 3;

/** Rows of the table. */
export function latencyRows(harmless: boolean): readonly string[] {
  return FAMILIES.filter(({ name }) => (name === 'none') === harmless).map(rowName);
}

function rowName({ noise, name }: LatencyFamily): string {
  return `${noise}: ${name}`;
}

/** Histograms: requests slower than five edges, judged together. */
export const latencySection: Section = {
  jobs: (size) =>
    Object.keys(SDS).flatMap((noise) =>
      Array.from({ length: partOf(FLEETS, size) }, (_, at) => ({ what: noise, at, given: noise })),
    ),
  run: (job, randomFor) => {
    const noise = job.given as NoiseName;
    const tallies: Tallies = new Map();
    const name = ['latencies', noise, job.at] as const;
    const sd = SDS[noise];
    const past = drawLatency({ clusters: CLUSTERS, sd }, () => ({ times: 1, share: 0 }), randomFor(...name));
    const rows = byKey(past);
    const known: KnownClass = {
      checks: [CHECK],
      policy: policyOf(SOAK_MINUTES, SOAK_MINUTES),
      past: rows,
      learned: learnPast(rows, new Map()),
    };
    for (let treated = 0; treated < CLUSTERS; treated++) {
      const others = Array.from({ length: CLUSTERS }, (_, at) => at).filter((at) => at !== treated);
      const run = openRun(known, treated, others);
      for (const each of FAMILIES.filter((one) => one.noise === noise)) {
        const random = randomFor(...name, rowName(each), treated);
        const slowdownOf = (cluster: number) => (cluster === treated ? each : { times: 1, share: 0 });
        const soak = { clusters: CLUSTERS, minutes: SOAK_MINUTES, sd, from: past };
        const since = drawLatency(soak, slowdownOf, random);
        const tally = (judge: string, halt: number | undefined) =>
          count(tallies, tallyKey(LATENCY_TABLE, rowName(each), judge), { halt });
        tally('ours', judgeWhole(run, byKey(since)).halt);
        const own = since.byEdge[PEER_EDGE]?.[treated];
        const ownPast = past.byEdge[PEER_EDGE]?.[treated];
        if (own === undefined || ownPast === undefined) continue;
        for (const [judge, peer] of Object.entries(PEERS)) {
          tally(judge, peer({ before: lastHour(ownPast), since: own }, random));
        }
      }
    }
    return tallies;
  },
};

const keyOf = (edge: number) => `latency@${edge}`;

const CHECK: CountCheck = {
  ...ratioCheck('latency', 1, false),
  kind: 'latency',
  series: EDGES.map((edge) => ({ key: keyOf(edge), edge, what: `slower than ${edge} s`, floor: 0.001 })),
};

function byKey({ byEdge }: LatencyRows): ReadonlyMap<string, readonly Row[]> {
  return new Map(EDGES.map((edge, at) => [keyOf(edge), byEdge[at] ?? []]));
}

function lastHour({ events, exposure }: Row): Row {
  const from = PAST_MINUTES - BEFORE_MINUTES;
  return { events: events.subarray(from), exposure: exposure.subarray(from) };
}
