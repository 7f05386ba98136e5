import { aboutRun } from './about-run.ts';
import { isTargetOf } from './app-targets.ts';
import type { GateParts } from './gate-parts.ts';
import type { Inventory, LedgerRun } from './ports.ts';
import { leftConfiguration } from './run-reasons.ts';
import { advance } from './transitions.ts';

/** What of a run's place is no more; undefined while all of it is there, or while nobody can tell. */
export function whatLeft(
  { app, cluster }: Pick<LedgerRun, 'app' | 'cluster'>,
  inventory: Inventory,
): 'cluster' | 'app' | 'target' | undefined {
  if (inventory.unreadable?.() !== undefined) return undefined;
  const known = inventory.app(app);
  if (known === undefined) return 'app';
  if (inventory.cluster(cluster) === undefined) return 'cluster';
  return isTargetOf(known, cluster) ? undefined : 'target';
}

/** Ends an open run whose cluster or app left the configuration: row 21. A halted one stays what it is. */
export async function abandon(
  { ledger, inventory }: Pick<GateParts, 'ledger' | 'inventory'>,
  run: LedgerRun,
  now: number,
): Promise<boolean> {
  const what = whatLeft(run, inventory);
  if (what === undefined) return false;
  const after = advance(run, { is: 'abandoned', reason: leftConfiguration(run, what) }, now);
  const data = { from: run.state, left: what };
  await ledger.write([{ before: run, after }], {
    audit: [aboutRun(after, { at: now, kind: 'abandoned', actor: 'gate', data })],
  });
  return true;
}
