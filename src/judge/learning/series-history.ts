import { MIN_CONTROLS } from '../controls.ts';
import { adjacentPhi } from '../statistics/adjacent-phi.ts';
import { fitLevel } from '../statistics/level-fit.ts';
import type { StreamModel } from '../statistics/level-model.ts';
import { levelsAt } from '../statistics/open-stream.ts';
import type { ClusterHistory } from './class-history.ts';
import type { PlaceboScores } from './learned-class.ts';
import type { PlaceboWindow } from './placebo-windows.ts';
import type { Highest, ReplayedStream } from './replay-window.ts';
import { controlOffsets, type StreamRow, wholeRate } from './stream-rows.ts';

/** Numbers of controls that a test is learned with; a run uses the largest that it can fill. */
const CONTROL_COUNTS = [MIN_CONTROLS, 8];

/** The numbers of controls that a class of that many clusters can be learned with, ascending. */
export function controlCounts(clusters: number): readonly number[] {
  return CONTROL_COUNTS.filter((controls) => controls < clusters);
}

/** The controls of a cluster: the clusters stand in a fixed random order, so the next ones in the ring are as good as any. */
export function ringOf(cluster: number, controls: number, clusters: number): readonly number[] {
  return Array.from({ length: controls }, (_, i) => (cluster + 1 + i) % clusters);
}

/** Clusters whose history the level's memory is fitted to, and how much of it. */
const FITTED_CLUSTERS = 5;
const FITTED_MINUTES = 24 * 60;

/** A series as the clusters of a class brought it, in blocks of minutes. */
export interface SeriesHistory {
  readonly clusters: readonly ClusterHistory[];
  readonly blockMinutes: number;
  /** As counted. */
  readonly raw: readonly StreamRow[];
  /** Bursts in place of events. */
  readonly declustered: readonly StreamRow[];
}

/** What some clusters say of every step as controls; their unfit minutes are left out. */
export function offsetsBy(series: SeriesHistory, controls: readonly number[]): Float64Array {
  const { clusters, declustered, blockMinutes } = series;
  return controlOffsets(
    controls.map((each) => declustered[each] as StreamRow),
    (control, step) => {
      const { unfit } = clusters[controls[control] as number] as ClusterHistory;
      for (let i = step * blockMinutes; i < (step + 1) * blockMinutes; i++) if (unfit[i]) return false;
      return true;
    },
  );
}

/** How events of some rows cluster and how their rate wanders. */
export function modelOf(rows: readonly StreamRow[], blockMinutes: number): StreamModel {
  const phi = medianPhi(rows);
  return { phi, level: fitLevel(fitted(rows, blockMinutes), phi) };
}

/** Median of the rows' overdispersion; 1 with too little to measure. */
export function medianPhi(rows: readonly StreamRow[]): number {
  const all = rows
    .map(({ events, exposure }) => adjacentPhi(events, exposure))
    .filter((phi) => phi !== undefined);
  all.sort((a, b) => a - b);
  return all[all.length >> 1] ?? 1;
}

/** The part of a history that the level's model is fitted to. */
export function fitted(rows: readonly StreamRow[], blockMinutes: number): readonly StreamRow[] {
  const steps = FITTED_MINUTES / blockMinutes;
  const step = Math.max(1, Math.floor(rows.length / FITTED_CLUSTERS));
  return rows
    .filter((_, i) => i % step === 0)
    .slice(0, FITTED_CLUSTERS)
    .map((row) => ({ ...row, events: row.events.slice(-steps), exposure: row.exposure.slice(-steps) }));
}

/** Windows as streams: each with the filter's level before it. */
export function streamsOf(
  windows: readonly PlaceboWindow[],
  rows: readonly StreamRow[],
  model: StreamModel,
  stepMinutes: number,
): readonly ReplayedStream[] {
  const streams: ReplayedStream[] = new Array(windows.length);
  rows.forEach((row, cluster) => {
    const own = windows
      .map((window, at) => ({ start: window.start / stepMinutes, at, cluster: window.cluster }))
      .filter((window) => window.cluster === cluster)
      .sort((a, b) => a.start - b.start);
    const stops = own.map(({ start }) => start);
    levelsAt(row, model, wholeRate(row), stops).forEach((level, i) => {
      const { at, start } = own[i] as (typeof own)[number];
      streams[at] = { row, model, level, start, stepMinutes };
    });
  });
  return streams;
}

/** Highest scores by window length. */
export function columnsOf(highest: readonly Highest[]): PlaceboScores {
  return {
    30: highest.map((each) => each[30]),
    60: highest.map((each) => each[60]),
    120: highest.map((each) => each[120]),
  };
}
