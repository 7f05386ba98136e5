import { MINUTE_MS } from '../domain/reading.ts';
import type { JudgePlan } from './judge-plan.ts';
import type { JudgeState } from './judge-state.ts';
import type { LookInstant } from './run-facts.ts';

/** One look at a run: what was fixed, what its minutes showed, and the instant. */
export interface Look {
  readonly plan: JudgePlan;
  readonly instant: LookInstant;
  /** Minutes since the sync, up to the newest one that anything was read for. */
  readonly minutes: number;
  /** Whole minutes of them since settling. */
  readonly settledMinutes: number;
  /** End of the newest minute, epoch milliseconds; the minute before the first one while there is none. */
  readonly newest: number;
  /** End of the first minute of the newest segment, and what it tolerates. */
  readonly segmentFrom: number;
  readonly rho: number;
}

/** Opens a look. */
export function openLook(plan: JudgePlan, state: JudgeState, instant: LookInstant): Look {
  const { minutes, settledMinutes, minute, segmentFrom, rho } = state;
  return { plan, instant, minutes, settledMinutes, newest: minute, segmentFrom, rho };
}

/** End of a minute that is told by its index since the sync, epoch milliseconds. */
export function minuteAt({ first }: JudgePlan, index: number): number {
  return first + index * MINUTE_MS;
}
