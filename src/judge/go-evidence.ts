import { gaugeLimitText } from './gauge-limit.ts';
import { changeGo } from './go-change.ts';
import { heldGo } from './go-held.ts';
import { limitGo } from './go-limit.ts';
import { perTimeGo } from './go-per-time.ts';
import { promiseGo } from './go-promise.ts';
import { type GoProof, unprovable } from './go-proof.ts';
import { type CheckPlan, type CountPlan, type ItemsPlan, minutesNeeded } from './judge-plan.ts';
import type { CheckState, CountState, ItemsState } from './judge-state.ts';
import type { Look } from './look.ts';
import { countText } from './numbers.ts';
import type { RowState } from './row-state.ts';
import type { SoakWindow } from './soak-window.ts';
import { toleratedItems } from './structure.ts';
import { isPerTime } from './wording.ts';

/** The minutes since the sync that go is about: the signal's, or those of the series that go is about. */
export function goRow(plan: CheckPlan, state: CheckState): RowState | undefined {
  if (plan.kind === 'counts') return (state as CountState).series[plan.goIndex]?.row;
  return (state as Exclude<CheckState, CountState>).row;
}

/** Go evidence of a required check over the last minutes of a soak that needs `neededMs`. */
export function proveGo(plan: CheckPlan, state: CheckState, look: Look, neededMs: number): GoProof {
  const { minutes, settledMinutes } = look;
  const window: SoakWindow = { minutes, settledMinutes, needed: minutesNeeded(neededMs) };
  if (plan.kind === 'counts') return countGo(plan, state as CountState, window, look);
  const { row, breach } = state as Exclude<CheckState, CountState>;
  if (plan.kind === 'items') return heldGo(row, breach, window, () => boundsText(plan, state as ItemsState));
  if (plan.check.limit === undefined) return unprovable('it is a number without a limit');
  return heldGo(row, breach, window, () => gaugeLimitText(plan.check));
}

function countGo(count: CountPlan, state: CountState, window: SoakWindow, look: Look): GoProof {
  const { check, goIndex } = count;
  const plan = count.series[goIndex];
  const series = state.series[goIndex];
  const { maxSoakMs } = look.plan.facts.policy;
  if (plan === undefined || series === undefined) return unprovable('it has no series');
  const promise = plan.track?.promise;
  const track = state.tracks[goIndex];
  if (promise && track) return promiseGo(check, promise, series, track, window);
  if (isPerTime(check)) return perTimeGo(check, plan, series, window);
  const { limit } = plan.series;
  const { baseline } = plan;
  if (limit !== undefined) {
    return limitGo({ check, plan, limit, phi: baseline?.phi ?? 1 }, series, window, maxSoakMs);
  }
  if (baseline) return changeGo(check, baseline, series, window, maxSoakMs);
  return unprovable('it has no limit, and nothing is known from before the sync');
}

function boundsText(plan: ItemsPlan, { row }: ItemsState): string {
  if (row.numberAt < 0) return 'what was so before the sync';
  return `${countText(Math.floor(toleratedItems(plan, row.whole)))} bad of ${countText(row.whole)}`;
}
