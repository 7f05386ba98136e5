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
  /** What Argo CD's own history has beside it, in any order: news may get lost, and later news tell of it. */
  readonly history?: readonly { readonly revision: string; readonly deployedAt: number }[];
}

/**
 * Somebody who watches Argo CD saw what a cluster has now: row 25. What a run stands for is known; a digest that came
 * without one is judged as an ungated sync, and holds later waves until a person acknowledges it. Another digest's run
 * that was open ends: what it was about to judge is not on the cluster. Of a history only what came last counts.
 *
 * @returns the run of what was seen, and whether it is new
 * @throws InputError `app/self`, NotFoundError `app/unknown`, `cluster/unknown`, `cluster/not-targeted`
 */
export function reportDeployed(
  parts: GateParts,
  told: SeenDeployed,
  caller: Caller,
): Promise<{ readonly run: Run; readonly isNew: boolean }> {
  const seen = newestOf(told);
  return decideAgain(`the run of ${seen.app} on ${seen.cluster}`, async () => {
    const target = targetOf(askOf(await withDigest(parts, seen)), parts.inventory);
    const known = await knownRun(parts, seen);
    if (known) return { run: known, isNew: false };
    const standing = await standingOf(parts.store, target);
    return { run: await registerUninvited(parts, target, standing, caller), isNew: true };
  });
}

/** A partial sync leaves its revision out of the history, and the history may know of what nobody told: the later one is there. */
function newestOf({ history = [], ...told }: SeenDeployed): SeenDeployed {
  const last = history.toSorted((a, b) => a.deployedAt - b.deployedAt).at(-1);
  if (last === undefined || last.deployedAt <= told.deployedAt) return told;
  const { digest: _, ...place } = told;
  return { ...place, revision: last.revision, deployedAt: last.deployedAt };
}

/** How many runs of an app are looked through for one that tells a revision's digest. */
const MOST_RUNS = 200;

/** Notifications know revisions only; whoever asked with this one before has told its digest. */
async function withDigest({ store }: GateParts, seen: SeenDeployed): Promise<SeenDeployed> {
  if (seen.digest !== undefined) return seen;
  const runs = await store.runs({ app: seen.app, limit: MOST_RUNS });
  const digest = runs.find((run) => isKnownAs(run, seen.revision))?.digest;
  return digest === undefined ? seen : { ...seen, digest };
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

function askOf({ deployedAt: _, history: __, ...seen }: SeenDeployed): Ask {
  return { ...seen, phase: 'PostSync' };
}
