import { MINUTE_MS } from '../../domain/reading.ts';
import type { MinuteWindow } from '../signal-source.ts';
import { LIMITS } from './limits.ts';
import { anyOf } from './queries.ts';

/** Part of an observation that fits one question. */
export interface Chunk {
  readonly clusters: readonly string[];
  readonly window: MinuteWindow;
}

/** Minutes of one question that more clusters are worth splitting for; longer windows are split by time instead. */
const MINUTES_FIRST = 60;

/**
 * Splits clusters and window so that each question keeps the limits: all in one chunk, as long as that does.
 *
 * @param seriesPerCluster most series of one cluster in one answer
 */
export function chunksOf(
  clusters: readonly string[],
  window: MinuteWindow,
  seriesPerCluster: number,
): readonly Chunk[] {
  const minutes = (window.to - window.from) / MINUTE_MS + 1;
  const perCluster = Math.max(1, seriesPerCluster);
  const most = Math.min(
    Math.floor(LIMITS.pointsPerAnswer / (perCluster * Math.min(minutes, MINUTES_FIRST))),
    Math.floor(LIMITS.seriesPerAnswer / perCluster),
  );
  return clusterGroups(clusters, Math.max(1, most)).flatMap((group) => {
    const points = group.length * perCluster;
    return windowsOf(window, Math.floor(LIMITS.pointsPerAnswer / points)).map((part) => ({
      clusters: group,
      window: part,
    }));
  });
}

/** Consecutive windows of at most so many minutes, and never more than a store answers for one series. */
export function windowsOf({ from, to }: MinuteWindow, mostMinutes: number): readonly MinuteWindow[] {
  const step = Math.min(LIMITS.pointsPerSeries, Math.max(1, mostMinutes)) * MINUTE_MS;
  const count = Math.max(0, Math.ceil((to - from + MINUTE_MS) / step));
  return Array.from({ length: count }, (_, i) => {
    const start = from + i * step;
    return { from: start, to: Math.min(to, start + step - MINUTE_MS) };
  });
}

/** Clusters in groups whose matcher is short enough, of at most so many. */
export function clusterGroups(clusters: readonly string[], most = Infinity): readonly (readonly string[])[] {
  return groupsOf(clusters, (cluster) => anyOf([cluster]).length, LIMITS.matcherChars, most);
}

/** Consecutive groups whose sizes add up to at most `limit`; what is larger stands alone. */
export function groupsOf<T>(
  items: readonly T[],
  sizeOf: (item: T) => number,
  limit: number,
  most = Infinity,
): readonly (readonly T[])[] {
  const groups: T[][] = [];
  let group: T[] = [];
  let size = 0;
  for (const item of items) {
    const own = sizeOf(item);
    if (group.length > 0 && (size + own > limit || group.length >= most)) {
      groups.push(group);
      group = [];
      size = 0;
    }
    group.push(item);
    size += own;
  }
  return group.length > 0 ? [...groups, group] : groups;
}
