import { MINUTE_MS } from '../domain/reading.ts';
import type { Policy } from '../domain/run.ts';
import {
  type LearnedCounts,
  type Promised,
  type WindowMinutes,
  windowLength,
} from './learning/learned-class.ts';
import { placeboFor, strictestPromise } from './learning/placebo-for.ts';
import { CONTROLLED_BARS, LONE_BARS } from './learning/score-bars.ts';
import { WORSE } from './mixture.ts';
import type { StreamModel } from './statistics/level-model.ts';
import { LONE_EFFECTS } from './statistics/patient.ts';
import { PLACEBO_NEEDS, type Placebo, type PlaceboChance, placeboChance } from './statistics/placebo.ts';
import type { Bar } from './statistics/score.ts';
import { GO_LENGTH, goEffects } from './statistics/track-go.ts';
import { type Effects, trackLength } from './statistics/track-state.ts';
import { learnedAgainst, type StreamBefore } from './streams-before.ts';

/** How a series is judged that has quiet hours to be compared with. */
export interface TrackPlan {
  readonly learned: LearnedCounts;
  readonly before: StreamBefore;
  readonly model: StreamModel;
  /** Where its test lies in the state's numbers. */
  readonly at: number;
  /** How many effects the test has: without controls slow ramps are among them. */
  readonly effects: number;
  /** Highest scores of the quiet windows that are like this run. */
  readonly quiet: Placebo;
  /** Length of the quiet windows, in minutes. */
  readonly windowMinutes: WindowMinutes;
  /** How much evidence a score takes; the quiet windows' scores took as much. */
  readonly bar: Bar;
  /** Whether there are no controls: then only a patient rise may halt. */
  readonly isLone: boolean;
  /** The promise that go is about, where the quiet hours show that it can be proved. */
  readonly promise?: PromisePlan;
}

/** The test of a promise on raw counts. */
export interface PromisePlan {
  readonly times: Promised;
  readonly effects: Effects;
  /** Where its test lies in the state's numbers. */
  readonly at: number;
}

/** What a series' plan is made from. */
export interface TrackInput {
  readonly learned: LearnedCounts;
  readonly before: StreamBefore;
  readonly policy: Policy;
  /** First free place in the state's numbers. */
  readonly at: number;
  /** Whether go is about this series, and may be about a promise. */
  readonly isPromised: boolean;
  /** The promise that was given before the soak, where it is known; 0 is none. */
  readonly given?: Promised | 0;
}

/** Lays out the tests of a series; undefined when too few quiet windows are known to convict by. */
export function planTrack({
  learned,
  before,
  policy,
  at,
  isPromised,
  given,
}: TrackInput): TrackPlan | undefined {
  const against = learnedAgainst(learned, before.controls);
  const longest = policy.maxSoakMs / MINUTE_MS;
  const windowMinutes = windowLength(longest);
  const compared = {
    scores: (against ?? learned.plain).scores,
    everyMinutes: learned.windows.everyMinutes,
    needs: PLACEBO_NEEDS.counts,
    expected: learned.expected,
  };
  const quiet = placeboFor(compared, { minutes: windowMinutes, expectedHour: before.expected });
  if (windowsOf(quiet) < PLACEBO_NEEDS.counts.halt || !(before.halting.rate > 0)) return undefined;
  const effects = against ? WORSE.effects.length : LONE_EFFECTS;
  const times = isPromised
    ? (given ?? strictestPromise(learned, { minutes: longest, expectedHour: before.expected }) ?? 0)
    : 0;
  return {
    learned,
    before,
    model: against ?? learned.plain,
    at,
    effects,
    quiet,
    windowMinutes,
    bar: (against ? CONTROLLED_BARS : LONE_BARS)[windowMinutes],
    isLone: against === undefined,
    ...(times && {
      promise: { times, effects: PROMISE_EFFECTS[times], at: at + trackLength(effects) },
    }),
  };
}

/** How many numbers the tests of a series take. */
export function trackNumbers({ effects, promise }: TrackPlan): number {
  return trackLength(effects) + (promise ? GO_LENGTH : 0);
}

/** How many windows a score is compared with. */
export function windowsOf({ stretch, scores }: Placebo): number {
  return stretch ? stretch.to - stretch.from : scores.length;
}

/**
 * The chance of a score that was reached so many minutes after the sync. Quiet windows are only so long; whoever looks for
 * longer tries again, and each try as long as a window counts as one more.
 */
export function chanceOf(
  placebo: Placebo,
  score: number,
  minutes: number,
  windowMinutes: number,
): PlaceboChance {
  const chance = placeboChance(placebo, score);
  return { ...chance, p: Math.min(1, chance.p * Math.max(1, Math.ceil(minutes / windowMinutes))) };
}

const PROMISE_EFFECTS: Readonly<Record<Promised, Effects>> = {
  3: goEffects(3),
  5: goEffects(5),
  10: goEffects(10),
};
