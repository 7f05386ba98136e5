import type { Run } from '../domain/run.ts';
import type { Deployed } from './adopting.ts';
import type { GateParts } from './gate-parts.ts';
import { isKnownAs } from './known-as.ts';
import { decideAgain } from './ledger.ts';
import type { LedgerRun } from './ports.ts';
import { registerUninvited } from './post-sync.ts';
import { standingOf, targetOf } from './standing.ts';
import type { Ask, Caller } from './use-cases.ts';

/** What somebody saw on a cluster, and when it came there. */
export interface SeenDeployed extends Deployed {
  /** Epoch milliseconds. */
  readonly deployedAt: number;
}

/**
 * Somebody who watches Argo CD saw what a cluster has now: row 25. What a run stands for is known; a digest that came
 * without one is judged as an ungated sync, and holds later waves until a person acknowledges it. Another digest's run
 * that was open ends: what it was about to judge is not on the cluster.
 *
 * @returns the run of what was seen, and whether it is new
 * @throws InputError `app/self`, NotFoundError `app/unknown`, `cluster/unknown`, `cluster/not-targeted`
 */
export function reportDeployed(
  parts: GateParts,
  seen: SeenDeployed,
  caller: Caller,
): Promise<{ readonly run: Run; readonly isNew: boolean }> {
  return decideAgain(`the run of ${seen.app} on ${seen.cluster}`, async () => {
    const target = targetOf(askOf(seen), parts.inventory);
    const known = await knownRun(parts, seen);
    if (known) return { run: known, isNew: false };
    const standing = await standingOf(parts.store, target);
    return { run: await registerUninvited(parts, target, standing, caller), isNew: true };
  });
}

/** The run that accounts for what was seen: of its digest, or of its revision where nobody knows the digest. */
async function knownRun(
  { store }: GateParts,
  { app, cluster, digest, revision, deployedAt }: SeenDeployed,
): Promise<LedgerRun | undefined> {
  const [applied] = await store.runs({ app, cluster, applied: true, limit: 1 });
  if (applied === undefined) return undefined;
  const isSame = digest === undefined ? isKnownAs(applied, revision) : applied.digest === digest;
  // News come late and out of order: what was deployed before the newest run began is no longer there.
  const isOld = deployedAt <= (applied.admittedAt ?? applied.syncedAt ?? applied.askedAt);
  return isSame || isOld ? applied : undefined;
}

function askOf({ deployedAt: _, ...seen }: SeenDeployed): Ask {
  return { ...seen, phase: 'PostSync' };
}
