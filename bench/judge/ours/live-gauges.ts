import type { LearnedGauge } from '../../../src/judge/learning/learned-class.ts';
import { placeboFor } from '../../../src/judge/learning/placebo-for.ts';
import { PLACEBO_NEEDS, placeboChance } from '../../../src/judge/statistics/placebo.ts';
import { openShift, shiftOf, shiftScore } from '../../../src/judge/statistics/shift.ts';

/** Gauges by cluster: the past, and the minutes since the sync. */
export interface GaugeRows {
  readonly past: readonly Float64Array[];
  readonly since: readonly Float64Array[];
}

/**
 * First minute (from 1) at which a gauge's shift is as rare as alpha, on its own or against the mean of controls.
 */
export function gaugeHalt(
  learned: LearnedGauge,
  { past, since }: GaugeRows,
  treated: number,
  { controls, alpha }: { readonly controls: readonly number[]; readonly alpha: number },
): number | undefined {
  const model =
    controls.length > 0
      ? learned.controlled.findLast((each) => each.controls <= controls.length)
      : { ...learned.own, spread: learned.spread };
  if (model === undefined) throw new Error('this class was learned with more controls');
  const before = distances(past, treated, controls);
  const after = distances(since, treated, controls);
  const start = openShift(before, model.spread);
  if (start === undefined) return undefined;
  const { everyMinutes } = learned.windows;
  const compared = { scores: model.scores, everyMinutes, needs: PLACEBO_NEEDS.gauges };
  const placebo = placeboFor(compared, { minutes: after.length });
  let sum = 0;
  let samples = 0;
  let highest = 0;
  for (let at = 0; at < after.length; at++) {
    const value = after[at] ?? Number.NaN;
    if (Number.isFinite(value)) {
      sum += value;
      samples++;
    }
    const score = shiftScore(shiftOf(start, { sum, samples }, learned.worse), model.usual, at + 1);
    if (score <= highest) continue;
    highest = score;
    const { p, convicts } = placeboChance(placebo, highest);
    if (convicts && p <= alpha) return at + 1;
  }
  return undefined;
}

function distances(
  rows: readonly Float64Array[],
  treated: number,
  controls: readonly number[],
): Float64Array {
  const own = rows[treated] ?? new Float64Array();
  if (controls.length === 0) return own;
  return own.map((value, at) => {
    const others = controls.map((control) => rows[control]?.[at] ?? Number.NaN).filter(Number.isFinite);
    return value - others.reduce((sum, each) => sum + each, 0) / others.length;
  });
}
