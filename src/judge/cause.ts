import type { Reason, ReasonCode } from '../domain/verdict.ts';

/**
 * A reason whose sentence is made when somebody asks for it: most looks need only the codes. It speaks of the state as it
 * is, so it is asked before the state grows on.
 */
export interface Cause {
  readonly code: ReasonCode;
  tell(): Reason;
}

/** A reason that is told already. */
export function told(reason: Reason): Cause {
  return { code: reason.code, tell: () => reason };
}
