import type { Run } from '../domain/run.ts';
import type { GateParts } from './gate-parts.ts';
import type { LedgerRun } from './ports.ts';

/** How many later revisions of a run are kept; the oldest are forgotten. */
const MOST = 20;

/** Whether a run is about a revision: one that it was asked for with. */
export function isKnownAs({ revision: first, alsoAs = [] }: Run, revision: string): boolean {
  return revision === first || alsoAs.includes(revision);
}

/**
 * Keeps the revision of a hook that joins a run: a commit that leaves the digest as it is is the same change, and who tells of
 * it later (Argo CD's notifications, which know revisions only) tells of nothing new.
 */
export async function joinedAs(
  { ledger }: Pick<GateParts, 'ledger'>,
  run: LedgerRun,
  revision: string,
): Promise<LedgerRun> {
  if (isKnownAs(run, revision)) return run;
  const after = { ...run, alsoAs: [...(run.alsoAs ?? []), revision].slice(-MOST) };
  const [written = after] = await ledger.write([{ before: run, after }], { audit: [] });
  return written;
}
