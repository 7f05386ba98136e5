import { type Cell, isNumber, SLOT } from './cell.ts';
import { type ControlCount, MIN_CONTROLS } from './controls.ts';
import { WORSE } from './mixture.ts';
import { type ControlLevel, nextOffset } from './statistics/control-offset.ts';
import { isPatient, loneEffects } from './statistics/patient.ts';
import type { PlaceboChance } from './statistics/placebo.ts';
import { LEAST_CAUSES, SCORE_FLOOR, scoreOf } from './statistics/score.ts';
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
  /** Sums of the step that is not complete yet. */
  readonly step: Step;
  /** What the controls did in the last steps. */
  readonly controlLevel: ControlLevel;
  /** Steps that were weighed, and those of them for which the controls' last word had to do. */
  weighed: number;
  guessed: number;
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
  /** Minutes of it; and how many of them can be weighed, can prove, and can be compared with the controls. */
  minutes: number;
  weighed: number;
  proving: number;
  compared: number;
  events: number;
  exposure: number;
  controlCauses: number;
  controlExposure: number;
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
    step: {
      minutes: 0,
      weighed: 0,
      proving: 0,
      compared: 0,
      events: 0,
      exposure: 0,
      controlCauses: 0,
      controlExposure: 0,
    },
    controlLevel: { ...before.controlLevel },
    weighed: 0,
    guessed: 0,
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
  const { step } = state;
  gather(step, minute);
  if (step.minutes < plan.learned.blockMinutes) return;
  weigh(plan, state, numbers, minute);
  prove(plan, state, numbers);
  empty(step);
}

function empty(step: Step): void {
  step.minutes = 0;
  step.weighed = 0;
  step.proving = 0;
  step.compared = 0;
  step.events = 0;
  step.exposure = 0;
  step.controlCauses = 0;
  step.controlExposure = 0;
}

// What halts may come from an incomplete answer; what proves may not. Quiet hours are replayed without a warm-up too.
function gather(step: Step, { cell, controls, isWarmUp, isSettled }: TrackMinute): void {
  const isQuiet = cell.slot === SLOT.noTraffic;
  step.minutes += 1;
  if (!isWarmUp && (isQuiet || isNumber(cell.slot))) step.weighed += 1;
  if (isSettled && !isWarmUp && (isQuiet || cell.slot === SLOT.value)) step.proving += 1;
  step.events += cell.amount;
  step.exposure += cell.whole;
  if (controls === undefined || controls.clusters < MIN_CONTROLS) return;
  step.compared += 1;
  step.controlCauses += controls.causes;
  step.controlExposure += controls.exposure;
}

function weigh(plan: TrackPlan, state: TrackState, numbers: Float64Array, { index }: TrackMinute): void {
  const { at, model, before, learned } = plan;
  const { step } = state;
  const offset = offsetOf(plan, state);
  const exposure = step.weighed === step.minutes ? step.exposure * offset : 0;
  if (exposure === 0) {
    idleTrack(numbers, at, model.level, plan.effects);
    return;
  }
  const effects: Effects = plan.isLone ? loneEffects(index + 1) : WORSE;
  const seen = causesOf(learned, step.events) / model.phi;
  stepTrack(numbers, at, model.level, effects, seen, (exposure * before.halting.rate) / model.phi);
  state.weighed += 1;
  if (!plan.isLone && step.compared < step.minutes) state.guessed += 1;
  score(plan, state, numbers, index);
}

/** What the controls say of the step; where too few of them say anything, what they said last. */
function offsetOf({ isLone, before }: TrackPlan, { step, controlLevel }: TrackState): number {
  if (isLone) return 1;
  if (step.compared < step.minutes) return nextOffset(controlLevel, 0, 0, before.controlRate);
  return nextOffset(controlLevel, step.controlCauses, step.controlExposure, before.controlRate);
}

/** Beyond this share of steps the controls are as good as none: what happened to them meanwhile nobody knows. */
const MOST_GUESSED = 0.1;

/** Whether the controls fell silent for too long to tell the change from an incident of the fleet: that only holds. */
export function lostControls({ weighed, guessed }: TrackState): boolean {
  return guessed > MOST_GUESSED * weighed;
}

function score(plan: TrackPlan, state: TrackState, numbers: Float64Array, index: number): void {
  const { at, isLone, learned } = plan;
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
  state.score = Math.round(scoreOf(logE, estimate, minutes, plan.bar) * 1000) / 1000;
  const reached = (peak: ScorePeak | null) => state.score > (peak?.score ?? 0);
  const causes = (numbers[at + TRACK.seen] as number) * plan.model.phi;
  const onlyHolds = causes < LEAST_CAUSES || lostControls(state);
  if (reached(state.peak)) state.peak = peakOf(plan, state.score, onlyHolds, index);
  if (!isLone || !reached(state.patientPeak)) return;
  const sums = { seen: state.seen, expected: state.expected, length: state.seen.length };
  const stepMinutes = learned.blockMinutes;
  if (!isPatient(numbers, at, { sums, logE, score: state.score, stepMinutes })) return;
  state.patientPeak = peakOf(plan, state.score, onlyHolds, index);
}

function peakOf(
  { quiet, windowMinutes }: TrackPlan,
  score: number,
  onlyHolds: boolean,
  index: number,
): ScorePeak {
  const chance = chanceOf(quiet, score, index + 1, windowMinutes);
  return { ...chance, convicts: chance.convicts && !onlyHolds, score, at: index };
}

function prove({ promise, learned, before }: TrackPlan, state: TrackState, numbers: Float64Array): void {
  if (promise === undefined) return;
  const { level, phi } = learned.raw;
  const { step } = state;
  const exposure = step.proving === step.minutes ? step.exposure : 0;
  if (exposure === 0) {
    idleTrack(numbers, promise.at, level, GO_EFFECTS);
    return;
  }
  const expected = (exposure * before.raw.rate) / phi;
  stepTrack(numbers, promise.at, level, promise.effects, step.events / phi, expected);
  state.goLogE = trackGoLogE(numbers, promise.at);
}
