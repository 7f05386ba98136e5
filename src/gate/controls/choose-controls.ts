import { createHash } from 'node:crypto';
import type { Cluster } from '../../domain/run.ts';
import { MIN_CONTROLS } from '../../judge/controls.ts';

/** Most controls of a run: more make the comparison hardly better. */
export const MAX_CONTROLS = 12;

/** For which cluster controls are sought, and what they may not be. */
export interface ControlQuest {
  readonly cluster: Cluster;
  /** Names of the waves in the order of the rollout. */
  readonly waves: readonly string[];
  readonly fleet: readonly Cluster[];
  /** Clusters that get the change while the run soaks, and would take the comparison with them. */
  readonly changing: ReadonlySet<string>;
}

/** What was seen of a candidate. */
export interface SeenCandidate {
  readonly name: string;
  /** Whether it had traffic in the last hour of the baseline. */
  readonly hasTraffic: boolean;
  /** Whether an alert that can halt fires there. */
  readonly isAlerting: boolean;
}

/**
 * The clusters that may be compared with one, the best first: of its class, read from the same store (so that their
 * minutes are final at the same time, and its outage is nobody's loss), not one that changes meanwhile. Clusters of later
 * waves come first, the last wave before the others: they are the last to change. Pure: the same fleet, the same order.
 */
export function candidatesFor({ cluster, waves, fleet, changing }: ControlQuest): readonly Cluster[] {
  const own = waves.indexOf(cluster.wave);
  const turn = ({ wave }: Cluster): number => {
    const at = waves.indexOf(wave);
    // Its own wave changes next; an earlier one has changed already, or rests.
    if (at === own) return 2 * waves.length;
    return at > own ? waves.length - at : waves.length + at;
  };
  return fleet
    .filter((one) => one.class === cluster.class && one.source === cluster.source)
    .filter(({ name }) => name !== cluster.name && !changing.has(name))
    .map((one) => ({ one, turn: turn(one), lot: lotOf(one.name) }))
    .sort((a, b) => a.turn - b.turn || (a.lot < b.lot ? -1 : 1))
    .map(({ one }) => one);
}

/**
 * The controls among what was seen, at most twelve, in the order given; none at all when fewer than three have traffic.
 */
export function pickControls(seen: readonly SeenCandidate[]): readonly string[] {
  const fit = seen.filter(({ isAlerting }) => !isAlerting).slice(0, MAX_CONTROLS);
  const withTraffic = fit.filter(({ hasTraffic }) => hasTraffic);
  return withTraffic.length < MIN_CONTROLS ? [] : withTraffic.map(({ name }) => name);
}

/** A name's lot: always the same, and no order that anybody chose. */
export function lotOf(name: string): string {
  return createHash('sha256').update(name).digest('hex');
}
