import { type Cell, isNumber, SLOT } from './cell.ts';
import { type ControlCount, MIN_CONTROLS } from './controls.ts';
import { WORSE } from './mixture.ts';
import { controlOffset } from './statistics/control-offset.ts';
import { isPatient, loneEffects } from './statistics/patient.ts';
import type { PlaceboChance } from './statistics/placebo.ts';
import { SCORE_FLOOR, scoreOf } from './statistics/score.ts';
import { GO_EFFECTS, trackGoLogE } from './statistics/track-go.ts';
import {
  type Effects,
  idleTrack,
  openTrack,
  stepTrack,
  TRACK,
  trackEstimate,
  trackLogE,
} from './statistics/track-state.ts';
import { causesOf } from './streams-before.ts';
import { chanceOf, type TrackPlan } from './track-plan.ts';

/** How the tests of a series with quiet hours stand, beside their numbers. */
export interface TrackState {
  /** Sums of the step that is not complete yet; null where one of its minutes was not read. */
  step: Step;
  /** Minutes of it. */
  filled: number;
  /** The score after the newest step, and the highest so far. */
  score: number;
  peak: ScorePeak | null;
  /** The same of the patient rule, where there are no controls. */
  patientPeak: ScorePeak | null;
  /** Evidence for the promise, as a natural logarithm. */
  goLogE: number;
  /** Without controls: what was seen and expected after every weighed step since the warm-up. */
  readonly seen: number[];
  readonly expected: number[];
}

/** A highest score, and how rare it is in quiet hours. */
export interface ScorePeak extends PlaceboChance {
  readonly score: number;
  /** Index of its minute since the sync. */
  readonly at: number;
}

interface Step {
  /** Counts to weigh; incomplete answers may convict. */
  halting: Sums | null;
  /** Counts to prove by; only complete ones. */
  proving: Sums | null;
  /** Of the controls in the same minutes. */
  controls: Sums | null;
}

interface Sums {
  events: number;
  exposure: number;
}

/** What one minute brings to a series' tests. */
export interface TrackMinute {
  readonly cell: Cell;
  readonly controls: ControlCount | undefined;
  /** Index of the minute since the sync. */
  readonly index: number;
  readonly isWarmUp: boolean;
  readonly isSettled: boolean;
}

/** Opens the tests of a series in the state's numbers. */
export function openTrackState(plan: TrackPlan, numbers: Float64Array): TrackState {
  const { before, promise } = plan;
  openTrack(numbers, plan.at, before.halting, plan.effects);
  if (promise) openTrack(numbers, promise.at, before.raw, GO_EFFECTS);
  return {
    step: emptyStep(),
    filled: 0,
    score: 0,
    peak: null,
    patientPeak: null,
    goLogE: 0,
    seen: [],
    expected: [],
  };
}

/** Takes in one minute; the tests move when a step is full. */
export function takeIntoTrack(
  plan: TrackPlan,
  state: TrackState,
  numbers: Float64Array,
  minute: TrackMinute,
): void {
  gather(state.step, minute);
  state.filled += 1;
  if (state.filled < plan.learned.blockMinutes) return;
  const { step } = state;
  state.step = emptyStep();
  state.filled = 0;
  weigh(plan, state, numbers, step, minute);
  prove(plan, state, numbers, step);
}

function emptyStep(): Step {
  const none = (): Sums => ({ events: 0, exposure: 0 });
  return { halting: none(), proving: none(), controls: none() };
}

function gather(step: Step, { cell, controls, isWarmUp, isSettled }: TrackMinute): void {
  const isQuiet = cell.slot === SLOT.noTraffic;
  step.halting =
    !isWarmUp && (isQuiet || isNumber(cell.slot)) ? plus(step.halting, cell.amount, cell.whole) : null;
  step.proving =
    isSettled && (isQuiet || cell.slot === SLOT.value) ? plus(step.proving, cell.amount, cell.whole) : null;
  step.controls =
    controls && controls.clusters >= MIN_CONTROLS
      ? plus(step.controls, controls.causes, controls.exposure)
      : null;
}

function plus(sums: Sums | null, events: number, exposure: number): Sums | null {
  return sums && { events: sums.events + events, exposure: sums.exposure + exposure };
}

function weigh(
  plan: TrackPlan,
  state: TrackState,
  numbers: Float64Array,
  { halting, controls }: Step,
  { index }: TrackMinute,
): void {
  const { at, model, before, learned } = plan;
  const minutes = index + 1;
  const effects: Effects = plan.isLone ? loneEffects(minutes) : WORSE;
  const offset =
    before.controls === 0
      ? 1
      : controls && controlOffset(controls.events, controls.exposure, before.controlRate);
  const exposure = halting && offset ? halting.exposure * offset : 0;
  if (halting === null || exposure === 0) {
    idleTrack(numbers, at, model.level, plan.effects);
    return;
  }
  const seen = causesOf(learned, halting.events) / model.phi;
  stepTrack(numbers, at, model.level, effects, seen, (exposure * before.halting.rate) / model.phi);
  score(plan, state, numbers, index);
}

function score(plan: TrackPlan, state: TrackState, numbers: Float64Array, index: number): void {
  const { at, quiet, isLone, windowMinutes, learned } = plan;
  const minutes = index + 1;
  const estimate = trackEstimate(numbers, at);
  if (isLone) {
    state.seen.push(numbers[at + TRACK.seen] as number);
    state.expected.push(numbers[at + TRACK.expected] as number);
  }
  state.score = 0;
  if (!(estimate >= SCORE_FLOOR)) return;
  const logE = trackLogE(numbers, at, WORSE, plan.effects);
  // Rounded as the quiet windows' are, so that equal scores are equal.
  state.score = Math.round(scoreOf(logE, estimate, minutes) * 1000) / 1000;
  const reached = (peak: ScorePeak | null) => state.score > (peak?.score ?? 0);
  if (reached(state.peak)) {
    state.peak = { ...chanceOf(quiet, state.score, minutes, windowMinutes), score: state.score, at: index };
  }
  if (!isLone || !reached(state.patientPeak)) return;
  const sums = { seen: state.seen, expected: state.expected, length: state.seen.length };
  const stepMinutes = learned.blockMinutes;
  if (!isPatient(numbers, at, { sums, logE, score: state.score, stepMinutes })) return;
  state.patientPeak = {
    ...chanceOf(quiet, state.score, minutes, windowMinutes),
    score: state.score,
    at: index,
  };
}

function prove(plan: TrackPlan, state: TrackState, numbers: Float64Array, { proving }: Step): void {
  const { promise, learned, before } = plan;
  if (promise === undefined) return;
  const { level, phi } = learned.raw;
  if (proving === null || proving.exposure === 0) {
    idleTrack(numbers, promise.at, level, GO_EFFECTS);
    return;
  }
  const expected = (proving.exposure * before.raw.rate) / phi;
  stepTrack(numbers, promise.at, level, promise.effects, proving.events / phi, expected);
  state.goLogE = trackGoLogE(numbers, promise.at);
}
