import { readFileSync, renameSync, statSync, writeFileSync } from 'node:fs';
import type { Check, CheckedAlert } from '../../domain/check.ts';
import type { Fault, FaultEffect } from '../../simulator/fault.ts';
import { createFleet, type Fleet } from '../../simulator/fleet.ts';
import { type RandomFor, seededRandom } from '../../simulator/random.ts';
import type { FastTime } from '../system-clock.ts';
import { DEMO_PROFILES, DEMO_WAVES } from './fleet.ts';

/** What the simulated fleet goes through: the processes of the demo share it as a file. */
export interface World {
  readonly seed: number;
  readonly time: FastTime;
  readonly faults: readonly WorldFault[];
}

/** A fault of the fleet; one without an end goes on. */
export type WorldFault = FaultEffect & {
  readonly cluster?: string;
  readonly component?: 'dns';
  /** Epoch milliseconds of the fleet. */
  readonly from: number;
  readonly to?: number;
};

/** What a fleet is built for. */
interface FleetParts {
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
}

/** Writes the file in one step: whoever reads at the same time sees the one or the other. */
export function writeWorld(file: string, world: World): void {
  writeFileSync(`${file}.new`, JSON.stringify(world));
  renameSync(`${file}.new`, file);
}

/** Reads the file; it is the demo's own and always whole. */
export function readWorld(file: string): World {
  return JSON.parse(readFileSync(file, 'utf8')) as World;
}

/** The fleet of a world. */
export function fleetOf({ seed, time, faults }: World, parts: FleetParts): Fleet {
  return createFleet({
    ...parts,
    clusters: DEMO_WAVES.flatMap(({ clusters, size }) => clusters.map((name) => ({ name, size }))),
    random: sinceStart(seededRandom(seed), time.start),
    profiles: DEMO_PROFILES,
    faults: faults.map((fault): Fault => ({ ...fault, to: fault.to ?? Number.POSITIVE_INFINITY })),
  });
}

/** The fleet of a file, built anew whenever the file was replaced. */
export function watchFleet(file: string, parts: FleetParts): () => Fleet {
  let version: bigint | undefined;
  let fleet: Fleet | undefined;
  return () => {
    const { ino, mtimeNs } = statSync(file, { bigint: true });
    const found = ino ^ mtimeNs;
    if (fleet === undefined || found !== version) fleet = fleetOf(readWorld(file), parts);
    version = found;
    return fleet;
  };
}

/** Numbers of a minute depend on how far it is from the start: every demo sees the same fleet, whenever it is started. */
function sinceStart(random: RandomFor, start: number): RandomFor {
  return (...name) => random(...name.map((part) => (typeof part === 'number' ? part - start : part)));
}
