import type { Reason } from '../domain/verdict.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import type { ControlDays } from './controls/control-days.ts';
import type { FleetMoves } from './controls/fleet-moves.ts';
import type { LearnedClasses } from './learning/learned-classes.ts';
import type { Ledger } from './ledger.ts';
import type { Clock, GateLog, GateMetrics, Inventory, Store } from './ports.ts';
import type { Judging, ReadingsCache } from './run-readings.ts';
import type { Watch } from './watch.ts';

/** What a gate is made of. */
export interface GateOptions extends Judging {
  readonly store: Store;
  readonly clock: Clock;
  /** Where a cluster's signals are read; undefined when the cluster is not known or has none. */
  readonly sources: (clusterName: string) => SignalSource | undefined;
  readonly inventory: Inventory;
  /** What was learned of the classes; by default what is stored of it. */
  readonly learned?: LearnedClasses;
  /** Under which people reach the gate, without a slash at its end. */
  readonly baseUrl: string;
  readonly log: GateLog;
  readonly metrics: GateMetrics;
  /** Tells who waits for a run that it changed; by default within this gate. */
  readonly watch?: Watch;
  /** Hears where a look is wanted now (at all, when empty); by default the gate's own loop does. */
  readonly nudge?: (clusters: readonly string[]) => void;
  /** Runs each look, once, so that a trace can hold it as a whole; by default it is just run. */
  readonly aroundLook?: (look: () => Promise<void>) => Promise<void>;
}

/** What the use cases share. */
export interface GateParts extends GateOptions {
  readonly learned: LearnedClasses;
  /** Who is being changed. */
  readonly moves: FleetMoves;
  readonly controlDays: ControlDays;
  readonly ledger: Ledger;
  readonly watch: Watch;
  readonly cache: ReadingsCache;
  /** Holds of the last seconds, by run. */
  readonly holds: Map<string, RecentHold>;
  /** Sources that could not be read at the last look. */
  readonly blindSources: Set<string>;
}

/** When a hold was decided, and why. */
export interface RecentHold {
  readonly at: number;
  readonly reasons: readonly Reason[];
}
