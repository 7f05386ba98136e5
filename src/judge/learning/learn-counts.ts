import { burstsOf, burstTable, decluster } from '../statistics/declustering.ts';
import { fitLevel } from '../statistics/level-fit.ts';
import type { ClusterHistory } from './class-history.ts';
import { learnPooled } from './learn-pooled.ts';
import type { LearnedControlled, LearnedCounts, PlaceboScores, Promised } from './learned-class.ts';
import { BEFORE_MINUTES, chooseWindows, type PlaceboWindow } from './placebo-windows.ts';
import {
  PROOF_LENGTH,
  REPLAY_LENGTH,
  type ReplayedStream,
  replayProof,
  replayScores,
} from './replay-window.ts';
import { type Bars, CONTROLLED_BARS, LONE_BARS } from './score-bars.ts';
import { blockMinutesOf, sumBlocks } from './scrape-blocks.ts';
import {
  columnsOf,
  controlCounts,
  fitted,
  medianPhi,
  modelOf,
  offsetsBy,
  ringOf,
  type SeriesHistory,
  streamsOf,
} from './series-history.ts';
import { controlledRow, rateWithout, type StreamRow, streamRow } from './stream-rows.ts';

/**
 * What a class did in one count series while nothing was changed.
 *
 * @returns undefined where nothing can be learned: no cluster with traffic, or counts that alternate with the scrapes
 */
export function learnCounts(key: string, all: readonly ClusterHistory[]): LearnedCounts | undefined {
  const clusters = all.filter((cluster) => hasTraffic(cluster, key));
  if (clusters.length === 0) return undefined;
  const rows = clusters.map((cluster) => rowOf(cluster, key));
  const blockMinutes = blockMinutesOf(rows.map(({ events }) => events));
  if (blockMinutes === undefined) return undefined;
  const {
    windows: unordered,
    fit,
    counts,
  } = chooseWindows(clusters.map(({ unfit }, i) => ({ unfit, values: rows[i]?.events as Float64Array })));
  const raw = rows.map(({ events, exposure }) =>
    streamRow(sumBlocks(events, blockMinutes), sumBlocks(exposure, blockMinutes)),
  );
  const phiRaw = Math.max(1, medianPhi(raw));
  // A control's bursts are counted by the minute, so in longer blocks clustering is left to phi.
  const bursts = blockMinutes === 1 ? burstsOf(phiRaw, meanEvents(raw)) : undefined;
  const table = bursts && burstTable(bursts);
  const declustered = table
    ? raw.map(({ events, exposure }) =>
        streamRow(
          events.map((each) => decluster(table, each)),
          exposure,
        ),
      )
    : raw;
  const series: SeriesHistory = { clusters, blockMinutes, raw, declustered };
  const rawModel = { phi: phiRaw, level: fitLevel(fitted(raw, blockMinutes), phiRaw) };
  const { windows, expected } = orderedByExpected(unordered, series);
  const plain = modelOf(declustered, blockMinutes);
  const rawStreams = streamsOf(windows, raw, rawModel, blockMinutes);
  const controlled = learnControlled(series, windows);
  const proofs = new Float64Array(PROOF_LENGTH);
  const provedAfter = (times: Promised) => rawStreams.map((stream) => replayProof(stream, times, proofs));
  return {
    blockMinutes,
    ...(bursts && { bursts }),
    expected,
    controlled,
    plain: { ...plain, scores: scoresOf(streamsOf(windows, declustered, plain, blockMinutes), LONE_BARS) },
    raw: { ...rawModel, provedAfter: { 3: provedAfter(3), 5: provedAfter(5), 10: provedAfter(10) } },
    pooled: learnPooled(series, fit, controlled),
    windows: counts,
  };
}

function learnControlled(
  series: SeriesHistory,
  windows: readonly PlaceboWindow[],
): readonly LearnedControlled[] {
  const { clusters, declustered, blockMinutes } = series;
  return controlCounts(clusters.length).map((controls) => {
    const rows = declustered.map((row, i) => {
      return controlledRow(row, offsetsBy(series, ringOf(i, controls, declustered.length)));
    });
    const model = modelOf(rows, blockMinutes);
    const streams = streamsOf(windows, rows, model, blockMinutes);
    return { controls, ...model, scores: scoresOf(streams, CONTROLLED_BARS) };
  });
}

function scoresOf(streams: readonly ReplayedStream[], bars: Bars): PlaceboScores {
  const numbers = new Float64Array(REPLAY_LENGTH);
  return columnsOf(streams.map((stream) => replayScores(stream, bars, numbers)));
}

/** The windows by the events expected in the hour before them, ascending. */
function orderedByExpected(
  windows: readonly PlaceboWindow[],
  { raw, blockMinutes }: SeriesHistory,
): { windows: readonly PlaceboWindow[]; expected: readonly number[] } {
  const keyed = windows.map((window) => {
    const row = raw[window.cluster] as StreamRow;
    const start = window.start / blockMinutes;
    const hour = BEFORE_MINUTES / blockMinutes;
    const exposure = (row.exposureSums[start] as number) - (row.exposureSums[start - hour] as number);
    const rate = rateWithout(row, start, start + hour * 2, blockMinutes);
    return { window, expected: Number((exposure * rate).toPrecision(4)) };
  });
  keyed.sort((a, b) => a.expected - b.expected);
  return { windows: keyed.map(({ window }) => window), expected: keyed.map(({ expected }) => expected) };
}

function meanEvents(rows: readonly StreamRow[]): number {
  let events = 0;
  let steps = 0;
  for (const row of rows) {
    events += row.eventSums[row.events.length] as number;
    for (const each of row.events) if (each >= 0) steps++;
  }
  return steps > 0 ? events / steps : 0;
}

function hasTraffic(cluster: ClusterHistory, key: string): boolean {
  const row = cluster.counts.get(key);
  return row?.exposure.some((each, i) => each > 0 && (row.events[i] as number) >= 0) ?? false;
}

function rowOf(cluster: ClusterHistory, key: string): { events: Float64Array; exposure: Float64Array } {
  const row = cluster.counts.get(key);
  if (row === undefined) throw new RangeError(`${cluster.cluster} has no row ${key}`);
  return row;
}
