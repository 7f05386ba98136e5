import { MINUTE_MS } from '../domain/reading.ts';
import type { RunMoments } from './run-facts.ts';

/** A restarted thing is cold for a while: caches, connections, leader elections. */
export const WARM_UP_MS = 3 * MINUTE_MS;

/** What a warm-up may be worse than before without being held against the change. */
export const WARM_UP_TOLERANCE = 5;

/** Settling that took longer than this restarted things until its end, so another warm-up follows it. */
export const LONG_SETTLING_MS = 10 * MINUTE_MS;

/** A stretch of time in which counts are gathered anew and judged with one tolerance. */
export interface Segment {
  /** Epoch milliseconds; a minute belongs to the last segment that begins at or before its own beginning. */
  readonly from: number;
  /** How many times worse than before is tolerated. */
  readonly rho: number;
}

/** The segments since the sync, in order: a warm-up, what follows it, and the same again after a long settling. */
export function segmentsOf(
  syncedAt: number,
  { syncEndedAt = syncedAt, settledAt }: RunMoments,
): readonly Segment[] {
  const first = warmUp(syncedAt, syncEndedAt);
  if (settledAt === undefined || settledAt - syncEndedAt <= LONG_SETTLING_MS) return first;
  return [...first, ...warmUp(settledAt, settledAt)];
}

function warmUp(from: number, restartsEnd: number): readonly Segment[] {
  return [
    { from, rho: WARM_UP_TOLERANCE },
    { from: restartsEnd + WARM_UP_MS, rho: 1 },
  ];
}

/** The segment of a minute: the last one that begins at or before it. */
export function segmentAt(segments: readonly Segment[], begin: number): Segment | undefined {
  let [found] = segments;
  for (const segment of segments) if (segment.from <= begin) found = segment;
  return found;
}
