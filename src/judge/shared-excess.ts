import type { Count } from '../domain/reading.ts';
import { type Baseline, rateOf } from './baseline.ts';
import type { SeriesPlan } from './judge-plan.ts';
import type { SeriesState } from './series-state.ts';
import { controlOffset } from './statistics/control-offset.ts';

/** What is beyond expectation must not be the noise of a quiet cluster. */
const MIN_EXCESS_EVENTS = 5;
const MIN_EXCESS_DEVIATIONS = 4;

/** How many times worse than before the controls were; 1 without any. */
export function offsetOf({ controlBefore }: SeriesPlan, controls: Count): number {
  if (controlBefore === undefined || controls.exposure === 0) return 1;
  return controlOffset(controls.events, controls.exposure, rateOf(controlBefore));
}

/** Events beyond expectation that may still be noise, when so many were expected. */
export function noiseOf(expected: number, { exposure }: Count, { phi, ...before }: Baseline): number {
  const variance = phi * expected * (1 + exposure / before.exposure);
  return Math.max(MIN_EXCESS_EVENTS, MIN_EXCESS_DEVIATIONS * Math.sqrt(variance));
}

/**
 * Whether a series got worse on the clusters without the change, beyond noise, and here by no more than that explains:
 * who is to blame for it can't be told from this cluster alone.
 */
export function isSharedExcess(plan: SeriesPlan, { all, controls }: SeriesState): boolean {
  const { baseline, controlBefore } = plan;
  if (baseline === undefined || controlBefore === undefined || controls.exposure === 0) return false;
  const usual = rateOf(controlBefore) * controls.exposure;
  const theirs = noiseOf(usual, controls, { ...baseline, ...controlBefore });
  if (controls.events - usual <= theirs) return false;
  const explained = rateOf(baseline) * all.exposure * offsetOf(plan, controls);
  return all.events - explained <= noiseOf(explained, all, baseline);
}
