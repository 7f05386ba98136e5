import { chanceNow } from './chance-now.ts';
import type { CountPlan, GaugePlan, JudgePlan } from './judge-plan.ts';
import type { CheckState, CountState, GaugeState, JudgeState } from './judge-state.ts';

/** How likely it is that what a check shows of harm in the newest minute is a false alarm. */
export interface CheckChance {
  readonly signal: string;
  /** Chance over the whole soak, beside all other checks, 0..1: what is compared with the run's alpha. 1 is no evidence. */
  readonly chance: number;
  /** Whether the check halts once the chance is at or below alpha; others only hold. */
  readonly halts: boolean;
}

/** The chance of each check that has one: counts, and gauges that are compared with quiet hours. The state is left as it is. */
export function chancesOf(plan: JudgePlan, state: JudgeState): readonly CheckChance[] {
  return plan.checks.flatMap((check, at): CheckChance[] => {
    const known = state.checks[at] as CheckState;
    if (check.kind === 'counts') return countChances(check, known as CountState, state.minutes);
    return check.kind === 'gauge' ? gaugeChance(check, known as GaugeState, state.minutes) : [];
  });
}

function countChances(plan: CountPlan, state: CountState, minutes: number): CheckChance[] {
  const { check, series, tests, trackWeight } = plan;
  const fromTests = tests.map(({ logWeight }, at) => {
    const logE = state.tests[at]?.current ?? null;
    return { chance: logE === null ? 1 : Math.exp(-(logE + logWeight)), isLone: false };
  });
  const fromQuiet = series.flatMap(({ track }, at) => {
    const known = state.tracks[at];
    if (!track || !known) return [];
    return [{ chance: chanceNow(track, known, minutes) / trackWeight, isLone: track.isLone }];
  });
  const all = [...fromTests, ...fromQuiet];
  const [rarest] = all.toSorted((a, b) => a.chance - b.chance);
  if (rarest === undefined) return [];
  const { chance, isLone } = rarest;
  return [{ signal: check.signal, chance: Math.min(1, chance), halts: check.halts && !isLone }];
}

function gaugeChance(
  { check, shift }: GaugePlan,
  { shift: known }: GaugeState,
  minutes: number,
): CheckChance[] {
  if (shift === undefined || known === null) return [];
  const chance = Math.min(1, chanceNow(shift, known, minutes) / check.weight);
  return [{ signal: check.signal, chance, halts: check.halts && !shift.isLone }];
}
