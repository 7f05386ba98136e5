import type { ChangeTarget } from '../domain/change-target.ts';
import { InputError, NotFoundError, UnavailableError } from '../domain/errors.ts';
import type { Cluster, Intent, Policy } from '../domain/run.ts';
import { isTargetOf } from './app-targets.ts';
import { decodeOpening, type Opening } from './opening.ts';
import type { App, Inventory, LedgerRun, Store } from './ports.ts';
import type { Ask } from './use-cases.ts';

/** An ask with everything it names looked up. */
export interface Target {
  readonly ask: Ask;
  readonly app: App;
  readonly cluster: Cluster;
  readonly digest: string;
  readonly intent: Intent;
  readonly components: App['components'];
  readonly change?: ChangeTarget;
  readonly policy: Policy;
}

/** Where a digest stands on a cluster. */
export interface Standing {
  /** The newest attempt of the digest. */
  readonly own?: LedgerRun;
  /** The open run of another digest. */
  readonly other?: LedgerRun;
  /** The run of the digest that was let onto the cluster last, or came there. */
  readonly applied?: LedgerRun;
  /** Whether that is a run of this digest: nothing else was applied since. */
  readonly isCurrent: boolean;
}

/** The app of the gate itself, which it never judges. */
const OWN_APP = 'tidegate';

/**
 * Looks up what an ask names.
 *
 * @throws InputError `app/self` for the gate's own app
 * @throws NotFoundError `app/unknown`, `cluster/unknown`, `cluster/not-targeted`
 * @throws UnavailableError `inventory/unreadable` for a cluster that may be one that could not be read
 */
export function targetOf(ask: Ask, inventory: Inventory): Target {
  if (ask.app === OWN_APP) {
    throw new InputError(
      'app/self',
      `the gate never gates itself: roll ${OWN_APP} out without its hooks`,
      'app',
    );
  }
  const app = appOf(ask.app, inventory);
  const cluster = inventory.cluster(ask.cluster);
  if (cluster === undefined) throw unknownCluster(ask.cluster, inventory);
  if (!isTargetOf(app, cluster.name)) {
    throw new NotFoundError(
      'cluster/not-targeted',
      `app "${app.name}" is not rolled out to cluster "${cluster.name}"; check the app's targets in the configuration`,
    );
  }
  const told = ask.components ?? [];
  return {
    ask,
    app,
    cluster,
    digest: ask.digest ?? ask.revision,
    intent: ask.intent ?? 'change',
    components: told.length > 0 ? told : app.components,
    ...(ask.change && { change: ask.change }),
    policy: inventory.policyFor(app.name, cluster.name),
  };
}

/**
 * The app of a name.
 *
 * @throws NotFoundError `app/unknown`
 */
export function appOf(name: string, inventory: Pick<Inventory, 'app'>): App {
  const app = inventory.app(name);
  if (app) return app;
  throw new NotFoundError(
    'app/unknown',
    `no app is called "${name}"; add it under apps in the configuration`,
  );
}

/** What an ask tells of the change, as a run keeps it. */
export function changeOf({ app, cluster, digest, ask, intent, components, change }: Target) {
  return {
    app: app.name,
    cluster: cluster.name,
    digest,
    revision: ask.revision,
    intent,
    components,
    ...(change && { change }),
    wave: cluster.wave,
    ...(ask.argoApp !== undefined && { argoApp: ask.argoApp }),
  };
}

/** Reads where a digest stands. */
export async function standingOf(store: Store, { app, cluster, digest }: Target): Promise<Standing> {
  const place = { app: app.name, cluster: cluster.name };
  const [own, [open], [applied]] = await Promise.all([
    store.latest(app.name, cluster.name, digest),
    store.runs({ ...place, open: true, limit: 1 }),
    store.runs({ ...place, applied: true, limit: 1 }),
  ]);
  return {
    ...(own && { own }),
    ...(open && open.digest !== digest && { other: open }),
    ...(applied && { applied }),
    isCurrent: applied?.digest === digest,
  };
}

/**
 * The opening of an earlier attempt, when the digest has been on the cluster ever since: what is measured now is
 * measured with the change, so it can't be the baseline of another attempt.
 */
export async function inheritedOpening(
  store: Store,
  { applied, isCurrent }: Standing,
  run: LedgerRun,
): Promise<Opening | undefined> {
  if (!isCurrent || applied === undefined || applied.id === run.id) return undefined;
  const json = await store.opening(applied.id);
  return json === undefined ? undefined : decodeOpening(json);
}

function unknownCluster(name: string, inventory: Inventory): Error {
  const unreadable = inventory.unreadable?.();
  if (unreadable !== undefined) {
    const message = `no cluster is called "${name}" as far as is known; the inventory can't be read: ${unreadable}`;
    return new UnavailableError('inventory/unreadable', message);
  }
  const why = inventory.unfit?.(name) ?? 'add it under fleet in the configuration';
  return new NotFoundError('cluster/unknown', `no cluster is called "${name}"; ${why}`);
}
