import type { Reason, ReasonCode } from '../../domain/verdict.ts';
import { type Waiver, waiverOf } from '../../domain/waiver.ts';
import type { Place } from './preflight.ts';

/** Something that admission found: it holds the change, or is only said beside its go. */
export interface Finding extends Reason {
  readonly warns?: true;
}

/** One thing that stands against a change, under the name that a waiver calls it by. */
export interface Blocker {
  readonly finding: string;
  /** As part of a sentence: `PodDisruptionBudget shop/cart (3 pods)`. */
  readonly what: string;
}

/** Blockers that one reason names; of more it tells how many. */
const NAMED = 8;

/** Findings that a reason lists for whoever writes waivers. */
const LISTED = 100;

/**
 * Blockers of one kind as findings: what is not waived in one reason that holds, each waiver in use as a warning.
 *
 * @param text the sentence around the names
 */
export function blockedBy(
  { cluster, preflight: { waivers, now } }: Place,
  blockers: readonly Blocker[],
  { code, text, whoCanAct }: { code: ReasonCode; text: (names: string) => string; whoCanAct: string },
): readonly Finding[] {
  const known = blockers.map((blocker) => ({
    ...blocker,
    waiver: waiverOf(waivers, blocker.finding, cluster.name),
  }));
  const isWaived = ({ waiver }: { waiver: Waiver | undefined }) =>
    waiver !== undefined && waiver.expires > now;
  const open = known.filter((one) => !isWaived(one));
  const findings = open.map(({ finding }) => finding);
  const names = open.slice(0, NAMED).map(({ what, waiver }) => `${what}${endedText(waiver)}`);
  const more = open.length > NAMED ? ` and ${open.length - NAMED} more` : '';
  const holding: readonly Finding[] =
    open.length === 0
      ? []
      : [{ code, text: text(`${names.join(', ')}${more}`), findings: findings.slice(0, LISTED), whoCanAct }];
  const notes = known.filter(isWaived).map(({ waiver, finding }): Finding => {
    const { owner = '', reason = '', expires = 0 } = waiver ?? {};
    const until = new Date(expires).toISOString().slice(0, 16);
    return {
      code: 'waiver/used',
      text: `${finding} stands, and is waived by ${owner} until ${until} UTC: ${reason}`,
      findings: [finding],
      warns: true,
    };
  });
  return [...holding, ...notes];
}

function endedText(waiver: Waiver | undefined): string {
  if (waiver === undefined) return '';
  return ` (the waiver of ${waiver.owner} ended on ${new Date(waiver.expires).toISOString().slice(0, 10)})`;
}

/** What holds a change, and what is only said; in the order found. */
export function sorted(findings: readonly Finding[]): {
  readonly against: readonly Reason[];
  readonly notes: readonly Reason[];
} {
  const reasonOf = ({ warns: _, ...reason }: Finding): Reason => reason;
  return {
    against: findings.filter(({ warns }) => !warns).map(reasonOf),
    notes: findings.filter(({ warns }) => warns).map(reasonOf),
  };
}
