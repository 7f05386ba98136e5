import type { Verdict } from '../domain/verdict.ts';
import { advance, openState } from './advance.ts';
import type { Cause } from './cause.ts';
import { decide } from './decide.ts';
import type { Judgement } from './judge-input.ts';
import { openPlan } from './judge-plan.ts';
import type { JudgeMinute, LookInstant, RunFacts, RunMoments } from './run-facts.ts';
import { tell } from './tell.ts';

/** What was decided at a look; its sentences are made when they are asked for, before the next minute is taken in. */
export interface RunRuling {
  readonly verdict: Verdict;
  /** The deciding ones first. Never empty. */
  readonly reasons: readonly Cause[];
  /** Everything in words, with what every check saw. */
  tell(): Judgement;
}

/** One run being judged: it takes in final minutes as they come, and decides at every look. */
export interface RunJudge {
  advance(minute: JudgeMinute, moments: RunMoments): void;
  decide(instant: LookInstant): RunRuling;
}

/** Opens the judging of a run. The same minutes give the same judgement, whenever it is opened. */
export function judgeRun(facts: RunFacts): RunJudge {
  const plan = openPlan(facts);
  const state = openState(plan);
  return {
    advance: (minute, moments) => advance(plan, state, minute, moments),
    decide(instant) {
      const decision = decide(plan, state, instant);
      return { verdict: decision.verdict, reasons: decision.reasons, tell: () => tell(decision) };
    },
  };
}
