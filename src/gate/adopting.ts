import { ConflictError, InputError } from '../domain/errors.ts';
import type { Run } from '../domain/run.ts';
import { REASONS } from '../domain/verdict.ts';
import { aboutRun } from './about-run.ts';
import { openRun } from './attempts.ts';
import type { GateParts } from './gate-parts.ts';
import type { LedgerRun } from './ports.ts';
import { changeOf, targetOf } from './standing.ts';
import type { PersonsWord } from './use-cases.ts';

/** What a cluster has of an app. */
export interface Deployed {
  readonly app: string;
  readonly cluster: string;
  readonly revision: string;
  /** Without one the revision stands in. */
  readonly digest?: string;
  readonly argoApp?: string;
}

/** Most places that one word adopts. */
export const MAX_ADOPTED = 1_000;

/**
 * First install: records what is on the clusters as adopted. That is no go, so it opens no wave, and no veto: nothing
 * waits for it, and going back to it is admitted at once. All of it is written, or nothing.
 *
 * @throws InputError `adopt/nothing`, `adopt/twice`, NotFoundError for names that nobody knows
 * @throws ConflictError `adopt/known` for a place of which the ledger has a run already
 */
export async function adopt(
  parts: GateParts,
  places: readonly Deployed[],
  { actor, reason }: PersonsWord,
): Promise<readonly Run[]> {
  refuseList(places);
  const { store, inventory, clock, ledger } = parts;
  const now = clock.now();
  const runs = await Promise.all(
    places.map(async (place): Promise<LedgerRun> => {
      const target = targetOf({ ...place, phase: 'PostSync' }, inventory);
      const known = await store.latest(place.app, place.cluster);
      if (known) throw alreadyKnown(known);
      const run = openRun({ ...changeOf(target), policy: target.policy }, 1, now);
      return {
        ...run,
        openedBy: 'person',
        state: 'adopted',
        syncedAt: now,
        decidedAt: now,
        decidedBy: actor,
        reasons: [{ code: 'run/adopted', text: REASONS['run/adopted'] }],
      };
    }),
  );
  const audit = runs.map((run) => aboutRun(run, { at: now, kind: 'adopt', actor, data: { reason } }));
  return ledger.write(
    runs.map((after) => ({ after })),
    { audit },
  );
}

function refuseList(places: readonly Deployed[]): void {
  if (places.length === 0) {
    throw new InputError('adopt/nothing', 'the list is empty: name at least one app on a cluster', 'places');
  }
  if (places.length > MAX_ADOPTED) {
    throw new InputError(
      'adopt/too-many',
      `the list has ${places.length} places; adopt at most ${MAX_ADOPTED} at a time`,
      'places',
    );
  }
  const seen = new Map<string, number>();
  places.forEach(({ app, cluster }, at) => {
    const key = JSON.stringify([app, cluster]);
    const before = seen.get(key);
    if (before !== undefined) {
      throw new InputError(
        'adopt/twice',
        `places[${at}] is ${app} on ${cluster}, which is places[${before}] already`,
        `places[${at}]`,
      );
    }
    seen.set(key, at);
  });
}

function alreadyKnown({ id, app, cluster, digest, state }: LedgerRun): ConflictError {
  return new ConflictError(
    'adopt/known',
    `the ledger knows ${app} on ${cluster} already: run ${id} of ${digest} is ${state}; adopt is for the first install only`,
  );
}
