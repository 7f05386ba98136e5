import { InputError, NotFoundError } from '../domain/errors.ts';
import {
  activeFreezes,
  type Freeze,
  type FreezeScope,
  freezeTarget,
  freezeWrite,
  newFreeze,
  storedFreeze,
  thawWrite,
} from './freezes.ts';
import type { GateParts } from './gate-parts.ts';
import { decideAgain } from './ledger.ts';
import type { Inventory } from './ports.ts';
import { appOf } from './standing.ts';
import type { PersonsWord } from './use-cases.ts';

/** What a person freezes. */
export interface FreezeOrder {
  readonly scope: FreezeScope;
  /** Of the wave, cluster or app; none for the fleet. */
  readonly name?: string;
  /** Epoch milliseconds. */
  readonly expiresAt: number;
  readonly stopsRollbacks?: boolean;
}

/** A freeze that is forgotten stops a fleet for ever; who needs longer freezes again. */
const LONGEST_MS = 30 * 86_400_000;

/** Stops what an order covers: row 20. It holds from the next ask on, in every replica. */
export async function freeze(
  parts: GateParts,
  { stopsRollbacks = false, ...order }: FreezeOrder,
  { actor, reason }: PersonsWord,
): Promise<Freeze> {
  const { inventory, clock, ledger } = parts;
  const at = clock.now();
  refuseUnknown(order, inventory);
  refuseTime(order.expiresAt, at);
  const made = newFreeze({ ...order, stopsRollbacks, reason, actor, at });
  await ledger.write([], {
    documents: [freezeWrite(made)],
    audit: [{ at, kind: 'freeze', actor, data: { ...made } }],
  });
  return made;
}

/** Ends a freeze before its time. */
export function thaw(parts: GateParts, id: string, { actor, reason }: PersonsWord): Promise<Freeze> {
  return decideAgain(`freeze ${id}`, async () => {
    const { store, clock, ledger, holds } = parts;
    const found = await storedFreeze(store, id);
    if (found === undefined) {
      throw new NotFoundError(
        'freeze/unknown',
        `no freeze has the id "${id}"; it may be thawed already, GET /v1/freezes lists those in force`,
      );
    }
    const data = { id, of: freezeTarget(found.freeze), reason };
    await ledger.write([], {
      documents: [thawWrite(found.freeze, found.version)],
      audit: [{ at: clock.now(), kind: 'thaw', actor, data }],
    });
    // What was held a moment ago for the freeze is decided again at the next ask.
    holds.clear();
    return found.freeze;
  });
}

/** What stops something now, the oldest first. */
export function freezes({ store, clock }: GateParts): Promise<readonly Freeze[]> {
  return activeFreezes(store, clock.now());
}

function refuseUnknown({ scope, name }: FreezeOrder, inventory: Inventory): void {
  if (scope === 'fleet') {
    if (name === undefined) return;
    throw new InputError('input/invalid-field', 'the fleet has no name: leave "name" out', 'name');
  }
  if (name === undefined) {
    throw new InputError(
      'input/missing-field',
      `name is missing: the name of the ${scope} to freeze`,
      'name',
    );
  }
  if (scope === 'app') appOf(name, inventory);
  const isKnown = scope === 'wave' ? inventory.waves.includes(name) : inventory.cluster(name) !== undefined;
  if (scope === 'app' || isKnown) return;
  throw new NotFoundError(
    `${scope}/unknown`,
    scope === 'wave'
      ? `no wave is called "${name}"; waves are ${inventory.waves.join(', ')}`
      : `no cluster is called "${name}"; GET /v1/clusters lists them`,
  );
}

function refuseTime(expiresAt: number, now: number): void {
  const given = new Date(expiresAt).toISOString();
  if (expiresAt <= now) {
    throw new InputError(
      'freeze/expired',
      `expiresAt is ${given}, which is over; a freeze ends in the future`,
      'expiresAt',
    );
  }
  if (expiresAt - now > LONGEST_MS) {
    throw new InputError(
      'freeze/too-long',
      `expiresAt is ${given}, more than 30 days ahead; freeze for 30 days at most, and again when that is not enough`,
      'expiresAt',
    );
  }
}
