import { parseLook } from './look-record.ts';
import { decodeOpening } from './opening.ts';
import { runOf } from './persons-word.ts';
import type { Store } from './ports.ts';
import { decodeMinute } from './readings-json.ts';
import type { RunEvidence } from './use-cases.ts';

/**
 * All that a run was judged by, for people: read from the store, so that it is what was judged.
 *
 * @throws NotFoundError `run/unknown`
 */
export async function evidenceOf(store: Store, id: string): Promise<RunEvidence> {
  const run = await runOf(store, id);
  const [lookJson, minutes, openingJson] = await Promise.all([
    store.look(id),
    store.minutes(id),
    store.opening(id),
  ]);
  const look = parseLook(lookJson);
  const opening = openingJson === undefined ? undefined : decodeOpening(openingJson);
  return {
    run,
    checks: look?.judgement.checks ?? [],
    ...(look && { lookedAt: new Date(look.at).toISOString() }),
    minutes: minutes.map((stored) => {
      const { minute, ...readings } = decodeMinute(stored);
      return { minute: new Date(minute).toISOString(), readings };
    }),
    alertsBefore: opening?.alertsBefore ?? [],
    covered: opening?.covered ?? [],
  };
}
