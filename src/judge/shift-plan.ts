import { MINUTE_MS } from '../domain/reading.ts';
import type { Policy } from '../domain/run.ts';
import { SLOT } from './cell.ts';
import { type ControlMinute, type ControlValue, MIN_CONTROLS } from './controls.ts';
import {
  type LearnedGauge,
  type LearnedShift,
  type WindowMinutes,
  windowLength,
} from './learning/learned-class.ts';
import { placeboFor } from './learning/placebo-for.ts';
import { PLACEBO_NEEDS, type Placebo } from './statistics/placebo.ts';
import { longRunSpread, openShift, SHIFT_BEFORE_MINUTES, type ShiftStart } from './statistics/shift.ts';
import { slotAt, type Track } from './track.ts';
import { windowsOf } from './track-plan.ts';

/** Where a gauge with learned quiet hours stands at the sync; fixed for the run. */
export interface ShiftBefore {
  readonly start: ShiftStart;
  /** How many controls the quiet hours were replayed with; 0 is none. */
  readonly controls: number;
}

/** How a gauge is compared with quiet hours. */
export interface ShiftPlan {
  readonly start: ShiftStart;
  readonly usual: readonly number[];
  readonly worse: LearnedGauge['worse'];
  readonly quiet: Placebo;
  /** Length of the quiet windows, in minutes. */
  readonly windowMinutes: WindowMinutes;
  /** Whether there are no controls: then it only holds. */
  readonly isLone: boolean;
}

/** A gauge's value as it is compared: less the mean of the controls, where there are any; undefined without enough of them. */
export function comparedValue(
  value: number,
  controls: ControlValue | undefined,
  isLone: boolean,
): number | undefined {
  if (isLone) return value;
  return controls && controls.clusters >= MIN_CONTROLS ? value - controls.mean : undefined;
}

/**
 * Where a gauge stands at the sync.
 *
 * @param controls what the controls did in the minutes of the track, by index
 * @returns undefined when too little is known of the last hour
 */
export function shiftBefore(
  signal: string,
  track: Track,
  controls: readonly (ControlMinute | undefined)[],
  learned: LearnedGauge,
): ShiftBefore | undefined {
  const recent = controls.slice(-SHIFT_BEFORE_MINUTES);
  const usable = Math.max(0, ...recent.map((minute) => minute?.values[signal]?.clusters ?? 0));
  const against = learned.controlled.findLast((each) => each.controls <= usable);
  const values = Float64Array.from({ length: track.length }, (_, i) => {
    if (slotAt(track, i) !== SLOT.value) return Number.NaN;
    const amount = track.amounts[i] as number;
    return comparedValue(amount, controls[i]?.values[signal], against === undefined) ?? Number.NaN;
  });
  const start = openShift(values, longRunSpread(values) || (against ?? learned).spread);
  return start && { start, controls: against?.controls ?? 0 };
}

/** Lays out the comparison of a gauge; undefined when too few quiet windows are known. */
export function planShift(
  learned: LearnedGauge,
  { start, controls }: ShiftBefore,
  { maxSoakMs }: Policy,
): ShiftPlan | undefined {
  const against: LearnedShift =
    learned.controlled.findLast((each) => each.controls === controls) ?? learned.own;
  const longest = maxSoakMs / MINUTE_MS;
  const windowMinutes = windowLength(longest);
  const quiet = placeboFor(
    { scores: against.scores, everyMinutes: learned.windows.everyMinutes, needs: PLACEBO_NEEDS.gauges },
    { minutes: windowMinutes },
  );
  if (windowsOf(quiet) === 0) return undefined;
  const { worse } = learned;
  return { start, usual: against.usual, worse, quiet, windowMinutes, isLone: controls === 0 };
}
