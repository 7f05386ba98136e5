import type { GateParts } from './gate-parts.ts';
import { instantOf, parseLook } from './look-record.ts';
import { decodeOpening } from './opening.ts';
import { runOf } from './persons-word.ts';
import { decodeMinute } from './readings-json.ts';
import type { RunEvidence } from './use-cases.ts';

/**
 * All that a run was judged by, for people: read from the store, so that it is what was judged. While nothing final is
 * decided it is told anew from the minutes.
 *
 * @throws NotFoundError `run/unknown`
 */
export async function evidenceOf({ store, cache }: GateParts, id: string): Promise<RunEvidence> {
  const run = await runOf(store, id);
  const [lookJson, minutes, openingJson] = await Promise.all([
    store.look(id),
    store.minutes(id),
    store.opening(id),
  ]);
  const look = parseLook(lookJson);
  const opening = openingJson === undefined ? undefined : decodeOpening(openingJson);
  const held = look && look.judgement === undefined ? await cache.read(run, look.at) : undefined;
  const judgement = look?.judgement ?? (look && held?.judge.decide(instantOf(look, run)).tell());
  return {
    run,
    checks: judgement?.checks ?? [],
    ...(look && { lookedAt: new Date(look.at).toISOString() }),
    minutes: minutes.map((stored) => {
      const { minute, ...readings } = decodeMinute(stored);
      return { minute: new Date(minute).toISOString(), readings };
    }),
    alertsBefore: opening?.alertsBefore ?? [],
    covered: opening?.covered ?? [],
  };
}
