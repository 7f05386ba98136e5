import type { GateParts } from './gate-parts.ts';
import type { Opening } from './opening.ts';
import type { LedgerRun } from './ports.ts';
import { factsOf } from './run-readings.ts';

/**
 * An opening with what go will have ruled out: promised before the soak, by what the class's quiet hours let the gate
 * prove within the policy's longest soak, and kept whatever is learned later. Without quiet hours nothing is promised.
 */
export async function withPromises(
  parts: Pick<GateParts, 'checks' | 'alerts' | 'judge' | 'learned'>,
  run: LedgerRun,
  { promises: _, ...opening }: Opening,
): Promise<Opening> {
  const learned = opening.learned && (await parts.learned.at(opening.learned));
  if (learned === undefined) return opening;
  return { ...opening, promises: parts.judge(factsOf(run, opening, parts, learned)).promises };
}
