import type { BreachState } from './breach.ts';
import type { RowState } from './row-state.ts';
import type { SeriesState } from './series-state.ts';
import type { ShiftState } from './shift-evidence.ts';
import type { TestState } from './test-state.ts';
import type { TrackState } from './track-evidence.ts';

/**
 * What the minutes of a run since its sync have shown, as plain data: nothing else of them is needed to judge it. It is
 * opened by `openState`, grown in place by `advance` and written down by `encodeState`.
 */
export interface JudgeState {
  /** End of the newest minute taken in, epoch milliseconds; the minute before the first one while there is none. */
  minute: number;
  /** Minutes since the sync. */
  minutes: number;
  /** Whole minutes since settling. */
  settledMinutes: number;
  /** Beginning of the segment that the newest minute belongs to, the end of its first minute, and what it tolerates. */
  segment: number;
  segmentFrom: number;
  rho: number;
  /** The tests of all series that are compared with quiet hours, laid out by the plan. */
  readonly numbers: Float64Array;
  /** One for each check of the plan, in its order. */
  readonly checks: CheckState[];
}

/** What the minutes showed of one check. */
export type CheckState = CountState | ItemsState | GaugeState;

/** Of a count check: one entry for each series and one for each test of its plan. */
export interface CountState {
  readonly kind: 'counts';
  readonly series: SeriesState[];
  readonly tests: TestState[];
  /** One for each series; null where it isn't compared with quiet hours. */
  readonly tracks: (TrackState | null)[];
}

/** Of a state or presence check. */
export interface ItemsState {
  readonly kind: 'items';
  readonly row: RowState;
  readonly breach: BreachState;
  /** Index of the last minute in which a control was beyond what is tolerated too; -1 while there was none. */
  sharedAt: number;
}

/** Of a gauge. */
export interface GaugeState {
  readonly kind: 'gauge';
  readonly row: RowState;
  readonly breach: BreachState;
  /** Index of the last minute in which the controls' mean was beyond the limit too; -1 while there was none. */
  sharedAt: number;
  /** Null where it isn't compared with quiet hours. */
  readonly shift: ShiftState | null;
}

/** A state as JSON text. */
export function encodeState(state: JudgeState): string {
  return JSON.stringify({ ...state, numbers: Array.from(state.numbers) });
}

/** The opposite of `encodeState`; it is read with the plan that it was grown by. */
export function decodeState(json: string): JudgeState {
  const state = JSON.parse(json) as Omit<JudgeState, 'numbers'> & { numbers: number[] };
  return { ...state, numbers: Float64Array.from(state.numbers) };
}
