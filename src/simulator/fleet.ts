import type {
  Check,
  CheckedAlert,
  CountCheck,
  GaugeCheck,
  PresenceCheck,
  StateCheck,
} from '../domain/check.ts';
import type { FactId, Facts } from '../domain/fact.ts';
import type { AlertReading, Count, ItemCount, Reading } from '../domain/reading.ts';
import { alertsAt, firedIn } from './alerts.ts';
import { factsAt } from './facts.ts';
import { type Fault, isInForce } from './fault.ts';
import { countsOf, itemsOf, levelOf, type SignalModel } from './minute.ts';
import { type Profile, profileOf } from './profile.ts';
import type { RandomFor } from './random.ts';

/** A cluster of the simulation. */
interface SimulatedCluster {
  readonly name: string;
  /** Multiplies traffic and items; default 1. */
  readonly size?: number;
}

/** What a fleet is made of. */
export interface FleetOptions {
  readonly clusters: readonly SimulatedCluster[];
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  readonly random: RandomFor;
  /** What differs from the defaults, by signal. */
  readonly profiles?: Readonly<Record<string, Partial<Profile>>>;
  readonly faults?: readonly Fault[];
  /** Traffic over the day, in UTC; the same all day when absent. */
  readonly diurnal?: { readonly amplitude: number; readonly peakHour: number };
}

/**
 * A synthetic fleet: what its exporters and rules would have recorded, minute by minute, for ever. The numbers of a
 * minute depend on the seed, the cluster, the signal and the faults alone, never on what was asked before.
 */
export interface Fleet {
  readonly clusters: readonly SimulatedCluster[];
  /** Adds a fault; minutes that lie in its span change. */
  inject(fault: Fault): void;
  /** By series key. `no-data` for a cluster that is not of the fleet. */
  counts(cluster: string, check: CountCheck, minute: number): ReadonlyMap<string, Reading<Count>>;
  items(cluster: string, check: StateCheck | PresenceCheck, minute: number): Reading<ItemCount>;
  value(cluster: string, check: GaugeCheck, minute: number): Reading<number>;
  /** Firing and pending alerts of a cluster, by the last minute that ended before the time. */
  alerts(cluster: string, now: number): readonly AlertReading[];
  /** The ends of the window's minutes at which any of these alerts fired on a cluster, ascending. */
  fired(
    cluster: string,
    alertNames: ReadonlySet<string>,
    window: { readonly from: number; readonly to: number },
  ): readonly number[];
  /** Every fact asked, of a cluster now; none of a cluster that is not of the fleet. */
  facts(cluster: string, ids: readonly FactId[], now: number): Facts;
  /** Why the store that holds the cluster's metrics does not answer at a time, if so. */
  away(cluster: string, now: number): string | undefined;
}

/** A fleet whose clusters are healthy but for the faults. */
export function createFleet(options: FleetOptions): Fleet {
  const faultsOn = new Map(options.clusters.map(({ name }) => [name, [] as Fault[]]));
  // A cluster that is not of the fleet has the faults of all.
  const everywhere: Fault[] = [];
  const inject = (fault: Fault) => {
    const { cluster } = fault;
    const hit = cluster === undefined ? [everywhere, ...faultsOn.values()] : [faultsOn.get(cluster) ?? []];
    for (const faults of hit) faults.push(fault);
  };
  for (const fault of options.faults ?? []) inject(fault);
  const sizes = new Map(options.clusters.map(({ name, size }) => [name, size ?? 1]));
  const profiles = new Map(
    options.checks.map((check) => [check.signal, profileOf(check, options.profiles?.[check.signal])]),
  );
  const model = (cluster: string, check: Check): SignalModel | undefined => {
    const size = sizes.get(cluster);
    const profile = profiles.get(check.signal);
    if (size === undefined || profile === undefined) return undefined;
    const faults = faultsOn.get(cluster) ?? [];
    return { cluster, size, profile, faults, random: options.random, ...diurnalOf(options) };
  };
  const fleet: Fleet = {
    clusters: options.clusters,
    inject,
    counts: (cluster, check, minute) => countsOf(model(cluster, check), check, minute),
    items: (cluster, check, minute) => itemsOf(model(cluster, check), check, minute),
    value: (cluster, check, minute) => levelOf(model(cluster, check), check, minute),
    alerts: (cluster, now) => alertsAt(fleet, options, cluster, now),
    fired: (cluster, alertNames, window) => firedIn(fleet, options, { cluster, alertNames, window }),
    facts(cluster, ids, now) {
      const own = options.clusters.find(({ name }) => name === cluster);
      if (own === undefined) return new Map(ids.map((id) => [id, { is: 'no-data' }]));
      return factsAt(faultsOn.get(cluster) ?? [], own, ids, now);
    },
    away: (cluster, now) =>
      (faultsOn.get(cluster) ?? everywhere).find(
        (fault): fault is Extract<Fault, { kind: 'source-away' }> =>
          fault.kind === 'source-away' && isInForce(fault, now),
      )?.cause,
  };
  return fleet;
}

function diurnalOf({ diurnal }: FleetOptions): Pick<SignalModel, 'diurnal'> {
  return diurnal === undefined ? {} : { diurnal };
}
