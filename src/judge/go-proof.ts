/** Go evidence of one check. Its kind follows from what was before the sync, never from what is seen after it. */
export interface GoProof {
  readonly proved: boolean;
  /** How far it has come, 0..1. */
  readonly progress: number;
  /** Evidence as a natural logarithm, where there is a number. */
  readonly logE?: number;
  /** Whether nothing speaks against going on with a note: numbers nearly throughout, and none beyond a limit. */
  readonly steady: boolean;
  /** What go needs, told before and during the soak. */
  promise(): string;
  /** What was ruled out, or what is missing. */
  text(): string;
}

/** How strong go evidence must be: someone who goes at the limit itself is wrong in fewer than 1 of 50 soaks. */
export const GO_THRESHOLD = 50;

/** The same as a natural logarithm. */
export const LOG_GO: number = Math.log(GO_THRESHOLD);

/** Go evidence that can't be had. */
export function unprovable(why: string): GoProof {
  return {
    promise: () => `can't be proved: ${why}`,
    proved: false,
    progress: 0,
    text: () => why,
    steady: false,
  };
}

/** How far counts have come: no further than their evidence, and no further than the soak. */
export function progressOf(logE: number, clean: number, needed: number): number {
  return Math.max(0, Math.min(1, logE / LOG_GO, clean / needed));
}
