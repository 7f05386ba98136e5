import type { Verdict } from '../domain/verdict.ts';
import { advance, openState } from './advance.ts';
import type { Cause } from './cause.ts';
import { type CheckChance, chancesOf } from './chances.ts';
import { decide } from './decide.ts';
import type { Judgement } from './judge-input.ts';
import { openPlan, promisesOf } from './judge-plan.ts';
import type { Promised } from './learning/learned-class.ts';
import type { JudgeMinute, LookInstant, RunFacts, RunMoments } from './run-facts.ts';
import { tell } from './tell.ts';
import { shareTracks, type WaveMember } from './wave-pool.ts';

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
  /** What its wave may pool, as of the newest minute; it lies in the run's own numbers, so it is used before the next one. */
  share(): Omit<WaveMember, 'cluster'>;
  /** How likely what each check shows of harm is a false alarm, as of the newest minute. */
  chances(): readonly CheckChance[];
  /** The promise of every check that has one: how many times worse go will have ruled out, by signal. */
  readonly promises: Readonly<Record<string, Promised>>;
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
    share: () => ({ minutes: state.minutes, tracks: shareTracks(plan, state) }),
    chances: () => chancesOf(plan, state),
    promises: promisesOf(plan),
  };
}
