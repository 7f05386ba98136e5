import { MINUTE_MS } from '../domain/reading.ts';
import type { Run } from '../domain/run.ts';
import type { GateParts } from './gate-parts.ts';
import type { Ledger } from './ledger.ts';
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
  return quietly(ledger, run, { ...run, alsoAs: [...(run.alsoAs ?? []), revision].slice(-MOST) });
}

/** A hook that waits reports again at every ask: no more than a write a minute. */
const REPORT_STEP_MS = MINUTE_MS;

/**
 * The same for a PostSync hook. One that has no commit to tell shows the digest in its place; then the time of its report says
 * which sync was its own.
 */
export async function reportedAs(
  { ledger, clock }: Pick<GateParts, 'ledger' | 'clock'>,
  run: LedgerRun,
  revision: string,
): Promise<LedgerRun> {
  if (revision !== run.digest) return joinedAs({ ledger }, run, revision);
  const now = clock.now();
  const last = run.reportedAt ?? run.syncedAt ?? 0;
  return now - last < REPORT_STEP_MS ? run : quietly(ledger, run, { ...run, reportedAt: now });
}

async function quietly(ledger: Ledger, before: LedgerRun, after: LedgerRun): Promise<LedgerRun> {
  const [written = after] = await ledger.write([{ before, after }], { audit: [] });
  return written;
}
