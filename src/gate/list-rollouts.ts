import { NotFoundError } from '../domain/errors.ts';
import { activeFreezes } from './freezes.ts';
import type { GateParts } from './gate-parts.ts';
import type { App, LedgerRun } from './ports.ts';
import { inReadingOrder, type Rollout, rolloutOf } from './rollouts.ts';
import { appOf } from './standing.ts';

type RolloutParts = Pick<GateParts, 'store' | 'inventory' | 'clock' | 'baseUrl'>;

/**
 * Rollouts of the digests that were asked for last on at least one cluster; older ones are history.
 *
 * @param appName of this app only
 * @throws NotFoundError `app/unknown`
 */
export async function listRollouts(parts: RolloutParts, appName?: string): Promise<readonly Rollout[]> {
  const { store, inventory } = parts;
  if (appName !== undefined) appOf(appName, inventory);
  const newest = await store.runs({ newest: true, ...(appName !== undefined && { app: appName }) });
  const rollouts = await Promise.all(
    [...Map.groupBy(newest, ({ app }) => app)].flatMap(([name, runs]) => {
      // Runs of an app that is no more are history, too.
      const app = inventory.app(name);
      const digests = new Set(runs.map(({ digest }) => digest));
      return app === undefined
        ? []
        : [...digests].map((digest) => read(parts, { app, digest, newest: runs }));
    }),
  );
  return inReadingOrder(rollouts.filter((rollout) => rollout !== undefined));
}

/**
 * One rollout, however old.
 *
 * @throws NotFoundError `app/unknown`, `rollout/unknown`
 */
export async function findRollout(parts: RolloutParts, appName: string, digest: string): Promise<Rollout> {
  const app = appOf(appName, parts.inventory);
  const newest = await parts.store.runs({ app: appName, newest: true });
  const rollout = await read(parts, { app, digest, newest });
  if (rollout) return rollout;
  throw new NotFoundError(
    'rollout/unknown',
    `nobody asked for digest "${digest}" of ${appName}; GET /v1/rollouts?app= lists what was asked for`,
  );
}

async function read(
  { store, inventory, clock, baseUrl }: RolloutParts,
  {
    app,
    digest,
    newest,
  }: { readonly app: App; readonly digest: string; readonly newest: readonly LedgerRun[] },
): Promise<Rollout | undefined> {
  const [run, ...older] = await store.runs({ app: app.name, digest });
  if (run === undefined) return undefined;
  const now = clock.now();
  const freezes = await activeFreezes(store, now);
  return rolloutOf({ app, digest, runs: [run, ...older], newest, inventory, freezes, baseUrl, now });
}
