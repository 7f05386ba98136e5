import { setImmediate as breathe } from 'node:timers/promises';
import { InputError, NotFoundError } from '../../domain/errors.ts';
import { MINUTE_MS } from '../../domain/reading.ts';
import { BASELINE_MINUTES } from '../../judge/baseline.ts';
import type { LearnedClass } from '../../judge/learning/learned-class.ts';
import { finalMinute, minutesOf } from '../../sources/minutes.ts';
import type { SignalSource } from '../../sources/signal-source.ts';
import { candidatesFor } from '../controls/choose-controls.ts';
import { MOST_CANDIDATES } from '../controls/open-controls.ts';
import type { Span } from '../learning/moves.ts';
import type { Judging } from '../run-readings.ts';
import { judgePast, type PastJudging, type PastSync, type PastVerdict, soakEnd } from './judge-past.ts';
import { learnBefore } from './learn-before.ts';
import { type ComparedFleet, createPastControls, type Moves, touches } from './past-controls.ts';
import { readTapes } from './read-tapes.ts';
import { isSilent, type Tape } from './tape.ts';

/** What is asked of the past; times are epoch milliseconds. */
export interface BacktestAsked extends Judging {
  readonly fleet: ComparedFleet;
  readonly sources: (cluster: string) => SignalSource | undefined;
  /** Names of the clusters that are judged; the others are compared with. */
  readonly clusters: readonly string[];
  /** A pretended sync of a cluster. */
  readonly pretended: (cluster: string, at: number) => PastSync;
  /** Real syncs of the span. */
  readonly syncs: readonly PastSync[];
  /** When clusters were being changed, the real syncs included. */
  readonly moves: Moves;
  readonly from: number;
  readonly to: number;
  readonly now: number;
  /** What is being done, for people who wait. */
  readonly onProgress: (text: string) => void;
  /** Whether the two days before the span are learned from, as the gate does in every night. */
  readonly learns?: boolean;
}

/** A sync with its verdict. */
export interface JudgedSync extends PastVerdict, Pick<PastSync, 'cluster' | 'app' | 'at'> {
  readonly policy: string;
}

/** What a policy would have said of a cluster's quiet windows. */
export interface ClusterBacktest {
  readonly cluster: string;
  readonly policy: string;
  /** How many windows were judged, and how each ended. */
  readonly windows: number;
  readonly halt: number;
  readonly go: number;
  readonly inconclusive: number;
  /** How many windows were judged against controls; the others before against after. */
  readonly withControls: number;
  /** Windows that are not judged, by cause. */
  readonly leftOut: { readonly sync: number; readonly data: number };
  /** The windows that would have been halted. */
  readonly halts: readonly JudgedSync[];
}

/** What a policy would have said. */
export interface BacktestReport {
  readonly from: number;
  readonly to: number;
  readonly clusters: readonly ClusterBacktest[];
  readonly syncs: readonly JudgedSync[];
  /** Classes whose quiet hours were learned; empty where nobody asked for it. */
  readonly learned: readonly string[];
}

/** Between two pretended syncs, in milliseconds. */
const EVERY_MS = 30 * MINUTE_MS;

/** A window is left out when this share of its minutes, and of the hour before it, is missing. */
const MOST_MISSING = 0.1;

/** Longest span: what is read of it is in memory, a megabyte a cluster and day. */
export const MOST_DAYS = 31;

const DAY_MS = 86_400_000;
const HOUR_MS = 3_600_000;

/**
 * What a policy would have said of past syncs and of quiet windows: a sync is pretended every 30 min, and windows with a
 * real sync or missing data are left out.
 *
 * Rejects with InputError `input/span` for a span that is empty or too long, NotFoundError `backtest/no-data` for one
 * without data, UnavailableError `backtest/unreadable` where a store can't tell.
 */
export async function backtest(asked: BacktestAsked): Promise<BacktestReport> {
  const { from, to, clusters, syncs, moves, fleet } = asked;
  refuseSpan(asked);
  const tapes = await readAll(asked);
  const learned = asked.learns ? await learnBefore(asked) : new Map<string, LearnedClass>();
  const classOf = (cluster: string) => fleet.clusters.find(({ name }) => name === cluster)?.class ?? '';
  const learnedOf = (cluster: string) => learned.get(classOf(cluster));
  const controlsOf = createPastControls(fleet, tapes, moves, learnedOf);
  const judge = (sync: PastSync): JudgedSync | undefined => {
    const tape = tapes.get(sync.cluster);
    const source = asked.sources(sync.cluster);
    if (tape === undefined || source === undefined) return undefined;
    const judging: PastJudging = {
      ...asked,
      tapes,
      controlsOf,
      learnedOf,
      settleDelayMs: source.settleDelayMs,
    };
    const { cluster, app, at, policy } = sync;
    return {
      cluster,
      ...(app !== undefined && { app }),
      at,
      policy: policy.name,
      ...judgePast(sync, tape, judging),
    };
  };
  const judged: JudgedSync[] = [];
  for (const sync of syncs) {
    judged.push(...[judge(sync)].filter((one) => one !== undefined));
    await breathe();
  }
  const results: ClusterBacktest[] = [];
  for (const [at, cluster] of clusters.entries()) {
    const tape = tapes.get(cluster);
    if (tape) results.push(await quietWindows(asked, tape, judge));
    asked.onProgress(`${at + 1} of ${clusters.length} clusters judged`);
  }
  return { from, to, clusters: results, syncs: judged, learned: [...learned.keys()].sort() };
}

function refuseSpan({ from, to, syncs }: BacktestAsked): void {
  const told = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
  if (!(from < to)) {
    throw new InputError(
      'input/span',
      `the span ${told} is empty; --from must lie before --to, and not in the future`,
    );
  }
  if (to - from > MOST_DAYS * DAY_MS) {
    throw new InputError(
      'input/span',
      `the span ${told} is longer than ${MOST_DAYS} days; name a shorter one`,
    );
  }
  const outside = syncs.find(({ at }) => at < from || at >= to);
  if (outside) {
    const at = new Date(outside.at).toISOString();
    throw new InputError(
      'input/span',
      `the sync of ${outside.cluster} at ${at} lies outside the span ${told}`,
    );
  }
}

async function quietWindows(
  { pretended, from, to, moves }: BacktestAsked,
  tape: Tape,
  judge: (sync: PastSync) => JudgedSync | undefined,
): Promise<ClusterBacktest> {
  const { cluster } = tape;
  const own = moves.get(cluster) ?? [];
  const leftOut = { sync: 0, data: 0 };
  const ended = { halt: 0, go: 0, inconclusive: 0, hold: 0 };
  const halts: JudgedSync[] = [];
  let [windows, withControls] = [0, 0];
  for (let at = Math.ceil(from / EVERY_MS) * EVERY_MS; at < to; at += EVERY_MS) {
    const sync = pretended(cluster, at);
    // Its soak is not over yet.
    if (soakEnd(sync) > tape.window.to) break;
    const cause = unfit(sync, tape, own);
    if (cause) leftOut[cause] += 1;
    const result = cause ? undefined : judge(sync);
    if (result) {
      windows += 1;
      ended[result.verdict] += 1;
      if (result.controls.length > 0) withControls += 1;
      if (result.verdict === 'halt') halts.push(result);
    }
    await breathe();
  }
  const { halt, go } = ended;
  const inconclusive = ended.inconclusive + ended.hold;
  const policy = pretended(cluster, from).policy.name;
  return { cluster, policy, windows, halt, go, inconclusive, withControls, leftOut, halts };
}

/** Why a window tells nothing of quiet hours. */
function unfit(sync: PastSync, tape: Tape, own: readonly Span[]): 'sync' | 'data' | undefined {
  const until = soakEnd(sync);
  if (touches(own, sync.at, until)) return 'sync';
  const minutes = minutesOf({ from: sync.at - HOUR_MS, to: until });
  const silent = minutes.filter((minute) => isSilent(tape, minute)).length;
  return silent > MOST_MISSING * minutes.length ? 'data' : undefined;
}

/** What the judged clusters and those that they are compared with did: the span, the day before it and the last soak. */
async function readAll(asked: BacktestAsked): Promise<ReadonlyMap<string, Tape>> {
  const { from, to, now, checks, alerts, clusters, syncs, fleet, pretended, onProgress } = asked;
  const ends = [...clusters.map((name) => soakEnd(pretended(name, to))), ...syncs.map(soakEnd)];
  const judged = [...clusters, ...syncs.map(({ cluster }) => cluster)];
  const bySource = Map.groupBy(comparedWith(judged, fleet), (name) => asked.sources(name));
  const tapes = new Map<string, Tape>();
  for (const [source, names] of bySource) {
    if (source === undefined) continue;
    const newest = finalMinute(now, source.settleDelayMs);
    const window = {
      from: Math.floor(from / MINUTE_MS) * MINUTE_MS - (BASELINE_MINUTES - 1) * MINUTE_MS,
      to: Math.min(newest, Math.ceil(Math.max(...ends) / MINUTE_MS) * MINUTE_MS),
    };
    const haltingAlerts = alerts.filter(({ halts }) => halts).map(({ name }) => name);
    const onRead = (minute: number) =>
      onProgress(`${names.length} clusters of ${source.name} read up to ${new Date(minute).toISOString()}`);
    const read = await readTapes({ source, clusters: names, checks, haltingAlerts, window, now, onRead });
    for (const [name, tape] of read) tapes.set(name, tape);
  }
  const hasData = clusters.some((name) => {
    const tape = tapes.get(name);
    return tape && minutesOf(tape.window).some((minute) => minute >= from && !isSilent(tape, minute));
  });
  if (!hasData) {
    const span = `${new Date(from).toISOString()} to ${new Date(to).toISOString()}`;
    throw new NotFoundError(
      'backtest/no-data',
      `there is no data of ${clusters.join(', ')} from ${span}; name a span that the store still holds, and look with \`tidegate probe\` which signals it has`,
    );
  }
  return tapes;
}

function comparedWith(
  clusters: readonly string[],
  { waves, clusters: fleet }: ComparedFleet,
): readonly string[] {
  const others = fleet
    .filter(({ name }) => clusters.includes(name))
    .flatMap((cluster) =>
      candidatesFor({ cluster, waves, fleet, changing: new Set() }).slice(0, MOST_CANDIDATES),
    );
  return [...new Set([...clusters, ...others.map(({ name }) => name)])].sort();
}
