import { type Cell, SLOT } from './cell.ts';
import type { ControlValue } from './controls.ts';
import { comparedValue, type ShiftPlan } from './shift-plan.ts';
import { shiftOf, shiftScore } from './statistics/shift.ts';
import type { ScorePeak } from './track-evidence.ts';
import { chanceOf } from './track-plan.ts';

/** How the comparison of a gauge with its quiet hours stands. */
export interface ShiftState {
  /** Of the samples since the sync, as they are compared. */
  sum: number;
  samples: number;
  score: number;
  peak: ScorePeak | null;
  /** The newest mean of the controls, and how many they were. */
  controls: { clusters: number; mean: number } | null;
}

/** A comparison before its first minute. */
export function openShiftState(): ShiftState {
  return { sum: 0, samples: 0, score: 0, peak: null, controls: null };
}

/** Takes in one minute; only complete ones count. */
export function takeIntoShift(
  plan: ShiftPlan,
  state: ShiftState,
  { slot, amount }: Cell,
  controls: ControlValue | undefined,
  index: number,
): void {
  if (slot !== SLOT.value) return;
  const value = comparedValue(amount, controls, plan.isLone);
  if (value === undefined) return;
  const minutes = index + 1;
  state.sum += value;
  state.samples += 1;
  if (controls && !plan.isLone) state.controls = { clusters: controls.clusters, mean: controls.mean };
  const score = shiftScore(shiftOf(plan.start, state, plan.worse), plan.usual, minutes);
  state.score = Math.round(score * 1000) / 1000;
  if (state.score <= (state.peak?.score ?? 0)) return;
  const chance = chanceOf(plan.quiet, state.score, minutes, plan.windowMinutes);
  state.peak = { ...chance, score: state.score, at: index };
}
