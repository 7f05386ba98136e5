import type { GoPromise } from '../domain/run.ts';
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

/**
 * What every required check will see and will have ruled out at go, in words, as it is told before the soak.
 *
 * @param opening as it is kept
 */
export async function promisesInWords(
  parts: Pick<GateParts, 'checks' | 'alerts' | 'judge' | 'learned'>,
  run: LedgerRun,
  opening: Opening,
): Promise<readonly GoPromise[]> {
  const learned = opening.learned && (await parts.learned.at(opening.learned));
  const facts = factsOf(run, opening, parts, learned);
  const instant = { now: facts.syncedAt, soakMs: 0, alertsNow: { is: 'value', value: [] } } as const;
  const { checks } = parts.judge(facts).decide(instant).tell();
  return checks.flatMap(({ signal, promise }) => (promise === undefined ? [] : [{ signal, promise }]));
}
