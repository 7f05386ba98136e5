import type { GateParts } from './gate-parts.ts';
import { type Opening, sumUp } from './opening.ts';
import type { LedgerRun } from './ports.ts';
import { factsOf } from './run-readings.ts';

/**
 * An opening as it is kept: the day before is summed up, once, and what go will have ruled out is promised before the
 * soak, by what the class's quiet hours let the gate prove within the policy's longest soak. Both stay as they are,
 * whatever is learned later. Without quiet hours nothing is promised.
 */
export async function fixOpening(
  parts: Pick<GateParts, 'checks' | 'alerts' | 'judge' | 'learned'>,
  run: LedgerRun,
  { promises: _, ...taken }: Opening,
): Promise<Opening> {
  const learned = taken.learned && (await parts.learned.at(taken.learned));
  const opening = sumUp(taken, parts.checks, learned);
  if (learned === undefined) return opening;
  return { ...opening, promises: parts.judge(factsOf(run, opening, parts, learned)).promises };
}
