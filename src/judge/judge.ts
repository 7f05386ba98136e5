import { advance, openState } from './advance.ts';
import { summariseBefore } from './before.ts';
import { type Decision, decide } from './decide.ts';
import type { JudgeInput, Judgement } from './judge-input.ts';
import { openPlan } from './judge-plan.ts';
import { minutesOf } from './minutes-of.ts';
import { tell } from './tell.ts';

/**
 * Judges one look at one run from all its minutes. Pure: the same input gives the same judgement, byte for byte, and it
 * is the one that a state gives that was advanced by the same minutes one by one.
 */
export function judge(input: JudgeInput): Judgement {
  return tell(decideAll(input));
}

function decideAll(input: JudgeInput): Decision {
  const { readings, baselineEnd, checks, covered, controls, learned } = input;
  const before =
    input.before ??
    summariseBefore(
      checks.filter(({ signal }) => covered.includes(signal)),
      readings,
      baselineEnd,
      { ...(learned && { learned }), ...(controls && { controls: controls.minutes }) },
    );
  const { controls: _, ...facts } = input;
  const plan = openPlan({ ...facts, before, ...(controls && { controls: controls.clusters }) });
  const state = openState(plan);
  for (const minute of minutesOf(input, plan)) advance(plan, state, minute, input);
  return decide(plan, state, input);
}
