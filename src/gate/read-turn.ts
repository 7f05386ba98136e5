import type { PlannedWave, Run } from '../domain/run.ts';
import { activeFreezes } from './freezes.ts';
import type { GateParts } from './gate-parts.ts';
import type { DocumentWrite } from './ports.ts';
import { planOf, rolloutPlan } from './rollout-plan.ts';
import { waitsForWord } from './run-times.ts';
import type { Target } from './standing.ts';
import { clustersUnderWay, type Turn, turnOf } from './turn.ts';
import { readUninvited } from './uninvited.ts';
import { targetsByWave, wavesBefore } from './wave-order.ts';

/** A turn as it was read, with what keeps two asks from taking the same place. */
export interface ReadTurn extends Turn {
  /** To be written with the admission: of two that saw the same free place only one is. */
  readonly place?: DocumentWrite;
  /** The waves that the rollout goes by. */
  readonly plan: readonly PlannedWave[];
}

const PLACES = 'wave-place';

/** Reads whose turn it is. */
export async function readTurn(parts: GateParts, { app, cluster, digest }: Target): Promise<ReadTurn> {
  const { store, inventory, clock } = parts;
  const waves = targetsByWave(app, inventory);
  const before = wavesBefore(waves, cluster.wave).flatMap(({ clusters }) => clusters);
  const limited = inventory.waveRules(cluster.wave).maxParallel !== undefined;
  const key = JSON.stringify([app.name, cluster.wave]);
  // The place is read before what is counted: whoever is admitted in between has written it.
  const taken = limited ? await store.document(PLACES, key) : undefined;
  const [runs, freezes, uninvited, open] = await Promise.all([
    store.runs({ app: app.name, digest }),
    activeFreezes(store, clock.now()),
    before.length === 0 ? [] : readUninvited(store, app.name),
    limited ? store.runs({ app: app.name, open: true }) : [],
  ]);
  const unreadable = inventory.unreadable?.();
  const turn = turnOf({
    app,
    cluster,
    runs,
    waves,
    rulesOf: inventory.waveRules,
    freezes,
    uninvited: uninvited.filter((run) => isForeign(run, digest) && before.includes(run.cluster)),
    underWay: clustersUnderWay(open),
    ...(unreadable !== undefined && { unreadable }),
  });
  const place = {
    kind: PLACES,
    key,
    version: taken?.version ?? 0,
    json: JSON.stringify({ cluster: cluster.name }),
  };
  return { ...turn, plan: rolloutPlan(runs) ?? planOf(waves), ...(limited && { place }) };
}

/** The waves that a rollout goes by, or would go by if it began now. */
export async function readPlan(
  { store, inventory }: GateParts,
  { app, digest }: Target,
): Promise<readonly PlannedWave[]> {
  const runs = await store.runs({ app: app.name, digest });
  return rolloutPlan(runs) ?? planOf(targetsByWave(app, inventory));
}

function isForeign(run: Run, digest: string): boolean {
  return run.digest !== digest && waitsForWord(run);
}
