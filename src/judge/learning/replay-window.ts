import { WORSE } from '../mixture.ts';
import type { Level, StreamModel } from '../statistics/level-model.ts';
import { isRead, rebasedLevel } from '../statistics/open-stream.ts';
import { barAt, SCORE_FLOOR } from '../statistics/score.ts';
import { GO_EFFECTS, GO_LENGTH, goEffects, trackGoLogE } from '../statistics/track-go.ts';
import {
  type Effects,
  idleTrack,
  openTrack,
  stepTrack,
  trackEstimate,
  trackLength,
  trackLogE,
} from '../statistics/track-state.ts';
import { type Promised, WINDOW_MINUTES, type WindowMinutes } from './learned-class.ts';
import { AFTER_MINUTES } from './placebo-windows.ts';
import type { Bars } from './score-bars.ts';
import { rateWithout, type StreamRow, wholeRate } from './stream-rows.ts';

/** A restarted thing is cold for a while, in live soaks and in replayed ones. */
export const WARM_UP_MINUTES = 3;

/** Evidence that proves a promise, as a natural logarithm. */
const LOG_PROOF = Math.log(50);

/** A stream at a window's beginning. */
export interface ReplayedStream {
  readonly row: StreamRow;
  readonly model: StreamModel;
  /** The filter's level before the window's first step, learned with the row's whole long-run rate. */
  readonly level: Level;
  /** First step of the window. */
  readonly start: number;
  readonly stepMinutes: number;
}

/** Steps of a window. */
export function stepsOf(stepMinutes: number): number {
  return AFTER_MINUTES / stepMinutes;
}

/** Opens a stream's test as a soak would: level and rate from outside the window. Answers the rate. */
export function openReplay(
  stream: ReplayedStream,
  numbers: Float64Array,
  at: number,
  effects: number,
): number {
  const { row, model, level, start, stepMinutes } = stream;
  const rate = rateWithout(row, start, start + stepsOf(stepMinutes), stepMinutes);
  const moved = rate > 0 ? rebasedLevel(level, model.level, Math.log(wholeRate(row) / rate)) : level;
  openTrack(numbers, at, moved, effects);
  return rate;
}

/** Moves a stream's test by one step of its window. Answers whether the step was weighed. */
export function replayStep(
  { row, model, start, stepMinutes }: ReplayedStream,
  numbers: Float64Array,
  { at, step, rate, effects }: { at: number; step: number; rate: number; effects: Effects },
): boolean {
  const index = start + step;
  if (step * stepMinutes < WARM_UP_MINUTES || !isRead(row, index)) {
    idleTrack(numbers, at, model.level, effects.effects.length);
    return false;
  }
  const seen = (row.events[index] as number) / model.phi;
  const expected = ((row.exposure[index] as number) * rate) / model.phi;
  stepTrack(numbers, at, model.level, effects, seen, expected);
  return expected > 0;
}

/** Highest score up to the end of each window length. */
export type Highest = Record<WindowMinutes, number>;

/** Plays the halting test through a window, as a soak would that is looked at after every step. */
export function replayScores(stream: ReplayedStream, bars: Bars, numbers: Float64Array): Highest {
  const { stepMinutes } = stream;
  const rate = openReplay(stream, numbers, 0, WORSE.effects.length);
  const running = runningHighest(stepMinutes, bars);
  for (let step = 0; step < stepsOf(stepMinutes); step++) {
    if (!replayStep(stream, numbers, { at: 0, step, rate, effects: WORSE })) continue;
    if (trackEstimate(numbers, 0) >= SCORE_FLOOR) running.add(step, trackLogE(numbers, 0, WORSE));
  }
  return running.highest;
}

/** Numbers that `replayScores` works in. */
export const REPLAY_LENGTH: number = trackLength(WORSE.effects.length);

/** Running maximum of the score, noted at the end of each window length. */
export interface RunningHighest {
  readonly highest: Highest;
  /** Evidence after a step; it is scored by the bar of each length. */
  add(step: number, evidence: number): void;
}

/** A running maximum before its first step. */
export function runningHighest(stepMinutes: number, bars: Bars): RunningHighest {
  const highest: Highest = { 30: 0, 60: 0, 120: 0 };
  return {
    highest,
    add(step, evidence) {
      const minutes = (step + 1) * stepMinutes;
      for (const length of WINDOW_MINUTES) {
        if (minutes > length) continue;
        const rounded = Math.round((evidence / barAt(bars[length], minutes)) * 1000) / 1000;
        if (rounded > highest[length]) highest[length] = rounded;
      }
    },
  };
}

/** Minutes until a promise was proved in a window; 0 when it never was. */
export function replayProof(stream: ReplayedStream, times: Promised, numbers: Float64Array): number {
  const rate = openReplay(stream, numbers, 0, GO_EFFECTS);
  const effects = PROMISE_EFFECTS[times];
  for (let step = 0; step < stepsOf(stream.stepMinutes); step++) {
    const weighed = replayStep(stream, numbers, { at: 0, step, rate, effects });
    if (weighed && trackGoLogE(numbers, 0) >= LOG_PROOF) return (step + 1) * stream.stepMinutes;
  }
  return 0;
}

const PROMISE_EFFECTS: Readonly<Record<Promised, Effects>> = {
  3: goEffects(3),
  5: goEffects(5),
  10: goEffects(10),
};

/** Numbers that `replayProof` works in. */
export const PROOF_LENGTH: number = GO_LENGTH;
