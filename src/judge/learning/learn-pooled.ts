import { MIN_CONTROLS } from '../controls.ts';
import { WORSE } from '../mixture.ts';
import { levelsAt } from '../statistics/open-stream.ts';
import { addToPool } from '../statistics/pooled.ts';
import { SCORE_FLOOR } from '../statistics/score.ts';
import { trackEstimate, trackLength, trackLogE } from '../statistics/track-state.ts';
import type { LearnedControlled, LearnedPool } from './learned-class.ts';
import { type PlaceboWindow, STRIDE_MINUTES, thinned } from './placebo-windows.ts';
import {
  type Highest,
  openReplay,
  type ReplayedStream,
  replayStep,
  runningHighest,
  stepsOf,
} from './replay-window.ts';
import { POOLED_BARS } from './score-bars.ts';
import { seededOrder } from './seeded-order.ts';
import { columnsOf, offsetsBy, type SeriesHistory } from './series-history.ts';
import { controlledRow, type StreamRow, wholeRate } from './stream-rows.ts';

/** Sizes of groups that are learned; a wave pools the first clusters that fill the largest of them. */
const GROUP_SIZES = [2, 3, 4, 6, 8, 10, 12, 16];
const MOST_CONTROLS = 8;

/** Random choices of controls and groups. */
const DRAWS = 8;

/** Every draw replays each of these starts, one further than the draw before. */
const EVERY_START = 3;

/** More windows of a size make the tail no clearer. */
const MOST_WINDOWS = 1200;

const LENGTH = trackLength(WORSE.effects.length);

/** A member of a group, with the filter's level before each start at which its window is fit. */
interface Member {
  readonly row: StreamRow;
  readonly byStart: ReadonlyMap<number, ReplayedStream>;
}

/**
 * Highest scores of random groups of clusters whose windows begin at the same minute, with controls from outside them.
 *
 * @param windows    every window that is fit, of every cluster
 * @param controlled the test's models, by number of controls
 */
export function learnPooled(
  series: SeriesHistory,
  windows: readonly PlaceboWindow[],
  controlled: readonly LearnedControlled[],
): readonly LearnedPool[] {
  const count = series.clusters.length;
  const controls = Math.min(MOST_CONTROLS, Math.max(MIN_CONTROLS, count >> 1));
  const sizes = GROUP_SIZES.filter((size) => size + controls <= count);
  const largest = sizes.at(-1);
  const model = controlled.findLast((each) => each.controls <= controls);
  if (largest === undefined || model === undefined) return [];
  const highest = new Map(sizes.map((size): [number, Highest[]] => [size, []]));
  for (let draw = 0; draw < DRAWS; draw++) {
    const order = drawnOrder(series, draw);
    const offsets = offsetsBy(series, order.slice(0, controls));
    const members = order.slice(controls, controls + largest).map((cluster): Member => {
      const row = controlledRow(series.declustered[cluster] as StreamRow, offsets);
      const starts = windows.filter((window) => window.cluster === cluster).map(({ start }) => start);
      const stepMinutes = series.blockMinutes;
      const stops = starts
        .filter((start) => (start / STRIDE_MINUTES) % EVERY_START === draw % EVERY_START)
        .map((start) => start / stepMinutes)
        .sort((a, b) => a - b);
      const levels = levelsAt(row, model, wholeRate(row), stops);
      const streams = levels.map((level, i): [number, ReplayedStream] => {
        const start = stops[i] as number;
        return [start, { row, model, level, start, stepMinutes }];
      });
      return { row, byStart: new Map(streams) };
    });
    replayGroups(members, highest);
  }
  const everyMinutes = STRIDE_MINUTES * EVERY_START;
  return sizes.map((size) => ({
    clusters: size,
    controls,
    everyMinutes,
    scores: columnsOf(thinned(highest.get(size) ?? [], MOST_WINDOWS)),
  }));
}

/** Indices of the clusters in the order of one draw. */
function drawnOrder({ clusters }: SeriesHistory, draw: number): readonly number[] {
  const index = new Map(clusters.map(({ cluster }, i) => [cluster, i]));
  return seededOrder([...index.keys()], `draw ${draw}`).map((name) => index.get(name) as number);
}

/** Replays every start of the members, as groups of each size; a group whose members aren't all fit is left out. */
function replayGroups(members: readonly Member[], highest: ReadonlyMap<number, Highest[]>): void {
  const starts = [...new Set(members.flatMap(({ byStart }) => [...byStart.keys()]))].sort((a, b) => a - b);
  const most = Math.ceil(MOST_WINDOWS / (DRAWS * starts.length));
  for (const start of starts) {
    const streams = members.map(({ byStart }) => byStart.get(start));
    const groups = [...highest].flatMap(([size, found]) =>
      groupsOf(streams, size)
        .slice(0, most)
        .map((group) => ({ group, found })),
    );
    if (groups.length === 0) continue;
    for (const [i, found] of replayTogether(
      streams,
      groups.map(({ group }) => group),
    ).entries()) {
      groups[i]?.found.push(found);
    }
  }
}

/** Members by place, in groups of a size, without the groups that have a gap. */
function groupsOf(
  streams: readonly (ReplayedStream | undefined)[],
  size: number,
): readonly (readonly number[])[] {
  const groups: number[][] = [];
  for (let first = 0; first + size <= streams.length; first += size) {
    const group = Array.from({ length: size }, (_, i) => first + i);
    if (group.every((place) => streams[place] !== undefined)) groups.push(group);
  }
  return groups;
}

/** Moves all members through their window side by side, and scores the groups after every step. */
function replayTogether(
  streams: readonly (ReplayedStream | undefined)[],
  groups: readonly (readonly number[])[],
): readonly Highest[] {
  const stepMinutes = streams.find((stream) => stream !== undefined)?.stepMinutes ?? 1;
  const numbers = new Float64Array(streams.length * LENGTH);
  const rates = streams.map((stream, i) =>
    stream ? openReplay(stream, numbers, i * LENGTH, WORSE.effects.length) : 0,
  );
  const pool = { numbers: new Float64Array(LENGTH), at: 0 };
  const running = groups.map(() => runningHighest(stepMinutes, POOLED_BARS));
  for (let step = 0; step < stepsOf(stepMinutes); step++) {
    for (let i = 0; i < streams.length; i++) {
      const stream = streams[i];
      const rate = rates[i] as number;
      if (stream) replayStep(stream, numbers, { at: i * LENGTH, step, rate, effects: WORSE });
    }
    for (let g = 0; g < groups.length; g++) {
      pool.numbers.fill(0);
      for (const place of groups[g] as readonly number[]) addToPool(numbers, place * LENGTH, pool);
      if (!(trackEstimate(pool.numbers, 0) >= SCORE_FLOOR)) continue;
      running[g]?.add(step, trackLogE(pool.numbers, 0, WORSE));
    }
  }
  return running.map(({ highest }) => highest);
}
