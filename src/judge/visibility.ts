import { MINUTE_MS } from '../domain/reading.ts';
import { advance, openState } from './advance.ts';
import { rateOf } from './baseline.ts';
import { MIN_CONTROLS } from './controls.ts';
import type { CountPlan, JudgePlan } from './judge-plan.ts';
import type { CountState } from './judge-state.ts';
import { openLook } from './look.ts';
import { minutesText, timesText } from './numbers.ts';
import { weighCounts } from './regression.ts';

/** Worsenings that are tried, mildest first. */
const FACTORS = [1.5, 2, 3, 5, 10, 30] as const;

/** How soon it would have to be seen: what takes longer has done its damage. */
const LONGEST_MINUTES = 30;

/**
 * What a check would see, told before the soak: "2x or worse would halt within 30 minutes". The check is played through
 * the traffic of before with its errors raised by a factor, until one halts.
 *
 * @returns undefined for a check that can't halt or has no past to raise
 */
export function visibilityText(plan: JudgePlan, check: CountPlan): string | undefined {
  const goes = check.series[check.goIndex];
  if (!check.check.halts || goes?.baseline === undefined || rateOf(goes.baseline) === 0) return undefined;
  const minutes = Math.min(LONGEST_MINUTES, plan.facts.policy.maxSoakMs / MINUTE_MS);
  const factor = FACTORS.find((each) => isSeen(plan, check, each, minutes));
  return factor === undefined
    ? `with the traffic of before not even ${timesText(FACTORS[FACTORS.length - 1] as number)} would halt within ${minutesText(Math.floor(minutes))}`
    : `with the traffic of before ${timesText(factor)} or worse would halt within ${minutesText(Math.floor(minutes))}`;
}

function isSeen(plan: JudgePlan, check: CountPlan, factor: number, minutes: number): boolean {
  const alone: JudgePlan = { ...plan, checks: [check] };
  const state = openState(alone);
  const { series, baseline, controlBefore, track } = check.series[
    check.goIndex
  ] as CountPlan['series'][number];
  const exposure = baseline?.exposurePerMinute ?? 0;
  const rate = baseline ? rateOf(baseline) : 0;
  const reading = { is: 'value', value: { events: factor * rate * exposure, exposure } } as const;
  const clusters = Math.max(MIN_CONTROLS, track?.before.controls ?? 0);
  const control = controlBefore && {
    clusters,
    events: rateOf(controlBefore) * clusters * exposure,
    causes: (track?.before.controlRate ?? rateOf(controlBefore)) * clusters * exposure,
    exposure: clusters * exposure,
  };
  const { key } = series;
  for (let at = 1; at <= minutes; at++) {
    const minute = state.minute + MINUTE_MS;
    const controls = control && { controls: { minute, counts: { [key]: control }, items: {}, values: {} } };
    advance(alone, state, { minute, counts: { [key]: reading }, items: {}, values: {}, ...controls });
    const instant = { now: minute, soakMs: 0, alertsNow: { is: 'value', value: [] } } as const;
    const known = state.checks[0] as CountState;
    if (weighCounts(check, known, openLook(alone, state, instant)).harms.length > 0) return true;
  }
  return false;
}
