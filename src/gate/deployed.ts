import type { Run } from '../domain/run.ts';
import type { Deployed } from './adopting.ts';
import type { GateParts } from './gate-parts.ts';
import { isKnownAs, joinedAs } from './known-as.ts';
import { decideAgain } from './ledger.ts';
import type { LedgerRun } from './ports.ts';
import { registerUninvited } from './post-sync.ts';
import { standingOf, targetOf } from './standing.ts';
import type { Ask, Caller } from './use-cases.ts';

/** What somebody saw on a cluster, and when it came there. */
export interface SeenDeployed extends Deployed {
  /** Epoch milliseconds. */
  readonly deployedAt: number;
  /** When the operation began that brought it there, in epoch milliseconds: its own hooks have reported since. */
  readonly startedAt?: number;
  /** What Argo CD's own history has beside it, in any order: news may get lost, and later news tell of it. */
  readonly history?: readonly Pick<SeenDeployed, 'revision' | 'deployedAt' | 'startedAt'>[];
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
  const { digest: _, startedAt: __, ...place } = told;
  return { ...place, ...last };
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

/** The run that accounts for what was seen: of its digest, or where nobody knows the digest of its revision or operation. */
async function knownRun(parts: GateParts, seen: SeenDeployed): Promise<LedgerRun | undefined> {
  const { app, cluster, digest, revision, deployedAt } = seen;
  const [applied] = await parts.store.runs({ app, cluster, applied: true, limit: 1 });
  if (applied === undefined) return undefined;
  const isSame = digest === undefined ? isKnownAs(applied, revision) : applied.digest === digest;
  // News come late and out of order: what was deployed before the newest run began is no longer there.
  const isOld = deployedAt <= (applied.admittedAt ?? applied.syncedAt ?? applied.askedAt);
  if (isSame || isOld) return applied;
  return isReportedWithin(applied, seen) ? joinedAs(parts, applied, revision) : undefined;
}

/** Argo CD's times are whole seconds, and its clock is not the gate's. */
const CLOCKS_APART_MS = 5_000;

/**
 * Hooks without the commit (of Kustomize and plain YAML), or with that of one source of several, tell by their time which
 * operation was theirs: an Application has one at a time, and its PostSync hook reports before it ends.
 */
function isReportedWithin(
  { ungated, syncedAt, reportedAt }: LedgerRun,
  { digest, startedAt, deployedAt }: SeenDeployed,
): boolean {
  // A run that a notification opened was reported by no hook: its time is that of the news.
  if (ungated || digest !== undefined || startedAt === undefined) return false;
  return [syncedAt, reportedAt].some(
    (at) => at !== undefined && at >= startedAt && at <= deployedAt + CLOCKS_APART_MS,
  );
}

function askOf({ deployedAt: _, startedAt: __, history: ___, ...seen }: SeenDeployed): Ask {
  return { ...seen, phase: 'PostSync' };
}
