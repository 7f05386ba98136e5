import { createHash } from 'node:crypto';
import type { Cluster } from '../domain/run.ts';
import type { Reason } from '../domain/verdict.ts';
import type { DocumentWrite, Store, StoredDocument } from './ports.ts';

/** What a freeze can stop: everything, or one wave, cluster or app by its name. */
export const FREEZE_SCOPES = ['fleet', 'wave', 'cluster', 'app'] as const;
export type FreezeScope = (typeof FREEZE_SCOPES)[number];

/** A person's stop switch: nothing is let onto what it covers until it is thawed or expires. Times are epoch ms. */
export interface Freeze {
  readonly id: string;
  readonly scope: FreezeScope;
  /** Of the wave, cluster or app; absent for the fleet. */
  readonly name?: string;
  readonly reason: string;
  readonly actor: string;
  readonly at: number;
  readonly expiresAt: number;
  /** Whether going back to a digest that had its go is stopped, too. */
  readonly stopsRollbacks: boolean;
}

/** A place that a freeze may cover. */
export interface FreezePlace {
  readonly app: string;
  readonly cluster: Pick<Cluster, 'name' | 'wave'>;
}

const KIND = 'freeze';

/** A freeze with a name of its own. */
export function newFreeze(fields: Omit<Freeze, 'id'>): Freeze {
  const { scope, name, actor, at } = fields;
  const id = createHash('sha256')
    .update(JSON.stringify([scope, name, actor, at]))
    .digest('hex')
    .slice(0, 10);
  return { id, ...fields };
}

/** What stops everything now, the oldest first. */
export async function activeFreezes(store: Store, now: number): Promise<readonly Freeze[]> {
  const freezes = (await store.documents(KIND)).map(freezeOf);
  return freezes.filter(({ expiresAt }) => expiresAt > now).toSorted((a, b) => a.at - b.at);
}

/** The stored freeze of an id, expired or not. */
export async function storedFreeze(
  store: Store,
  id: string,
): Promise<{ readonly freeze: Freeze; readonly version: number } | undefined> {
  const document = await store.document(KIND, id);
  return document && { freeze: freezeOf(document), version: document.version };
}

/** A freeze as it is to be written. */
export function freezeWrite(freeze: Freeze): DocumentWrite {
  return {
    kind: KIND,
    key: freeze.id,
    version: 0,
    json: JSON.stringify(freeze),
    expiresAt: freeze.expiresAt,
  };
}

/** How a freeze is to be deleted. */
export function thawWrite({ id }: Freeze, version: number): DocumentWrite {
  return { kind: KIND, key: id, version };
}

/** Those freezes that cover a place. */
export function freezesOn(freezes: readonly Freeze[], { app, cluster }: FreezePlace): readonly Freeze[] {
  const names: Readonly<Record<FreezeScope, string | undefined>> = {
    fleet: undefined,
    wave: cluster.wave,
    cluster: cluster.name,
    app,
  };
  return freezes.filter(({ scope, name }) => name === names[scope]);
}

/** "wave prod-1", "the fleet". */
export function freezeTarget({ scope, name }: Pick<Freeze, 'scope' | 'name'>): string {
  return name === undefined ? 'the fleet' : `${scope} ${name}`;
}

/** Why a change waits for a thaw. */
export function freezeReason(freeze: Freeze): Reason {
  const { id, actor, reason, expiresAt } = freeze;
  const until = new Date(expiresAt).toISOString();
  return {
    code: 'freeze/active',
    text: `${actor} froze ${freezeTarget(freeze)} until ${until}: ${reason} (freeze ${id}).`,
    word: { say: 'thaw', on: id },
  };
}

function freezeOf({ json }: StoredDocument): Freeze {
  return JSON.parse(json) as Freeze;
}
