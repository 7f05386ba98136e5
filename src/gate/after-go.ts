import type { Run } from '../domain/run.ts';
import type { Cause } from '../judge/cause.ts';
import type { RunRuling } from '../judge/run-judge.ts';
import type { GateParts } from './gate-parts.ts';
import { isStale } from './ledger.ts';
import type { DocumentWrite, LedgerRun, Store, StoredDocument } from './ports.ts';
import { isRevoked, opensLaterWaves } from './run-times.ts';
import { advance } from './transitions.ts';

/** For how long a go is watched while its rollout is not complete, in milliseconds. */
const WATCH_MS = 86_400_000;

/** Rollouts whose goes are watched: kept apart from the runs, so that a look need not read every go there ever was. */
const KIND = 'rollout-watch';

/** A rollout that is watched. */
interface WatchedRollout {
  readonly app: string;
  readonly digest: string;
}

/** Notes that a rollout is watched, with its first admission; undefined when that is noted already. */
export async function rolloutWatch(
  store: Store,
  { app, digest }: WatchedRollout,
): Promise<DocumentWrite | undefined> {
  const key = JSON.stringify([app, digest]);
  if (await store.document(KIND, key)) return undefined;
  return { kind: KIND, key, version: 0, json: JSON.stringify({ app, digest } satisfies WatchedRollout) };
}

/**
 * Runs with a go of the gate's own in rollouts that are not complete: row 16. A rollout that is complete, whose last go is
 * a day old, or that another digest has replaced everywhere, is watched no longer.
 *
 * @param open every open run
 */
export async function watchedAfterGo(
  { store, inventory }: WatchParts,
  open: readonly LedgerRun[],
  now: number,
): Promise<readonly LedgerRun[]> {
  const watched: LedgerRun[] = [];
  const documents = (await store.documents(KIND)).map((document) => ({
    document,
    rollout: JSON.parse(document.json) as WatchedRollout,
  }));
  for (const [app, rollouts] of Map.groupBy(documents, ({ rollout }) => rollout.app)) {
    // A go whose cluster was asked for another digest since is no longer what the cluster stands for.
    const newest = await store.runs({ app, state: 'go', newest: true });
    const targets = inventory.app(app)?.clusters ?? [];
    for (const { document, rollout } of rollouts) {
      const isOwn = (run: LedgerRun) => run.app === app && run.digest === rollout.digest;
      const own = newest.filter(isOwn);
      const going = new Set(own.filter(opensLaterWaves).map(({ cluster }) => cluster));
      const isComplete = targets.every((name) => going.has(name));
      const fresh = isComplete ? [] : own.filter((run) => isWatchedAfterGo(run, now));
      watched.push(...fresh);
      if (fresh.length === 0 && !open.some(isOwn)) await forget(store, document);
    }
  }
  return watched;
}

type WatchParts = Pick<GateParts, 'store' | 'inventory'>;

async function forget(store: Store, { kind, key, version }: StoredDocument): Promise<void> {
  try {
    await store.commit({ documents: [{ kind, key, version }] });
  } catch (error) {
    // Another replica was faster; the next look sees what it left.
    if (!isStale(error)) throw error;
  }
}

/** Whether a go is watched, as far as the run itself tells: a person's go is that person's word against what is seen. */
export function isWatchedAfterGo(run: Run, now: number): boolean {
  const { state, decidedAt = 0, decidedBy } = run;
  return state === 'go' && !isRevoked(run) && decidedBy === undefined && now - decidedAt < WATCH_MS;
}

/** A go after a look at it: revoked by alerts and structure, never by statistics, whose alpha the soak has spent. */
export function afterGo(run: LedgerRun, { verdict, reasons }: RunRuling, now: number): LedgerRun {
  const harms = verdict === 'halt' ? reasons.filter(isPlainHarm) : [];
  const [first, ...more] = harms.map((cause) => cause.tell());
  return first ? advance(run, { is: 'revoked', reasons: [first, ...more] }, now) : run;
}

function isPlainHarm({ code }: Cause): boolean {
  return code === 'alert/firing' || code === 'structure' || code.startsWith('structure/');
}
