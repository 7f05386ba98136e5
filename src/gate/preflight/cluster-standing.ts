import { NotFoundError } from '../../domain/errors.ts';
import type { FactReading } from '../../domain/fact.ts';
import type { Reason } from '../../domain/verdict.ts';
import type { Waiver } from '../../domain/waiver.ts';
import type { GateParts } from '../gate-parts.ts';
import { evictionsBlocked, policyFindings } from './blockers.ts';
import { budgetsLeft } from './budgets.ts';
import { factsKnown } from './coverage.ts';
import { sorted } from './finding.ts';
import type { Place } from './preflight.ts';
import { readFacts } from './read-preflight.ts';

/** What would stand against a change of a cluster now, whatever the change brings. */
export interface ClusterStanding {
  /** Share of each error budget that is left, 1 when nothing is spent, below 0 when overspent; the label is `slo`. */
  readonly budgets: FactReading;
  /** What would hold a change that replaces nodes, which is held by all that holds any other. */
  readonly blockers: readonly Reason[];
  /** What would be said beside its admission, waivers in use included. */
  readonly notes: readonly Reason[];
  /** Waivers in force that are about the cluster. */
  readonly waivers: readonly Waiver[];
}

/**
 * Asks what admission asks before a change is let onto the cluster.
 *
 * @throws NotFoundError `cluster/unknown`
 */
export async function clusterStanding(parts: GateParts, name: string): Promise<ClusterStanding> {
  const { inventory, clock } = parts;
  const cluster = inventory.cluster(name);
  if (cluster === undefined) {
    throw new NotFoundError('cluster/unknown', `There is no cluster ${name} in the inventory.`);
  }
  const facts = await readFacts(parts, name, [
    'budget-left',
    'budget-a-day-ago',
    'policy-findings',
    'evictions-blocked',
  ]);
  const now = clock.now();
  const { waivers = [] } = inventory;
  const place: Place = {
    cluster,
    components: ['nodes'],
    preflight: { target: {}, facts, neighbours: [], waivers, askedAt: now, now },
  };
  const rules = [factsKnown, budgetsLeft, evictionsBlocked, policyFindings];
  const { against, notes } = sorted(rules.flatMap((rule) => rule(place)));
  return {
    budgets: facts.get('budget-left') ?? { is: 'no-data' },
    blockers: against,
    notes,
    waivers: waivers.filter(({ cluster: on, expires }) => (on ?? name) === name && expires > now),
  };
}
