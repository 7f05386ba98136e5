import { nearWindows, type Placebo, type PlaceboNeeds } from '../statistics/placebo.ts';
import {
  type LearnedCounts,
  type PlaceboScores,
  PROMISES,
  type Promised,
  windowLength,
} from './learned-class.ts';

/** What a run's scores are compared with. */
export interface ComparedWith {
  readonly scores: PlaceboScores;
  /** Distance of a cluster's windows. */
  readonly everyMinutes: number;
  readonly needs: PlaceboNeeds;
  /** Events expected in the hour before each window, in the order of the scores; absent: all windows are compared. */
  readonly expected?: readonly number[];
}

/** How long a run may be looked at, and what it expects. */
export interface LiveRun {
  /** Longest time from the sync to the last look. */
  readonly minutes: number;
  /** Events expected in the hour before the sync: its exposure times the raw long-run rate. */
  readonly expectedHour?: number;
}

/**
 * The placebo windows of a run: the shortest ones that are as long as it may be looked at, and those like it in events.
 * Whoever looks for longer than the longest windows has tried several times, and must tell the chance of as many tries.
 */
export function placeboFor({ scores, everyMinutes, needs, expected }: ComparedWith, run: LiveRun): Placebo {
  const length = windowLength(run.minutes);
  const near = expected && run.expectedHour !== undefined && nearWindows(expected, run.expectedHour);
  return {
    scores: scores[length],
    ...(near && { stretch: near }),
    overlap: Math.max(1, everyMinutes > 0 ? length / everyMinutes : 1),
    needs,
  };
}

/** A promise is made when this share of quiet windows could have kept it. */
const PROVABLE_SHARE = 0.95;

/**
 * The strictest promise that a run can be expected to prove: not 3, 5 or 10 times worse than before. Chosen before the
 * soak; whoever chooses after looking is wrong more often than promised.
 *
 * @param run `minutes` is the longest soak
 * @returns undefined when not even 10 times can be ruled out in time
 */
export function strictestPromise(
  { raw, expected }: LearnedCounts,
  run: Required<LiveRun>,
): Promised | undefined {
  const { from, to } = nearWindows(expected, run.expectedHour);
  if (to === from) return undefined;
  return PROMISES.find((times) => {
    const inTime = raw.provedAfter[times]
      .slice(from, to)
      .filter((after) => after > 0 && after <= run.minutes);
    return inTime.length >= PROVABLE_SHARE * (to - from);
  });
}
