import type { Config } from '../../config/config.ts';
import type { LiveInventory } from '../../config/live-inventory.ts';
import type { GateMetrics } from '../../gate/ports.ts';
import type { AskedQuestion } from '../../sources/prometheus/client.ts';
import type { LogLevel } from '../../telemetry/log.ts';
import type { Standing } from '../../telemetry/standing-metrics.ts';

/** What a thread that looks is started with. */
export interface LookOrder {
  readonly config: Config;
  /** Turns at an SQLite ledger; absent where the ledger is a server. */
  readonly turns?: SharedArrayBuffer;
  readonly leaseMs?: number;
  readonly logLevel: LogLevel;
}

/** What the thread is told. */
export type LookWord =
  | { readonly is: 'nudge'; readonly clusters: readonly string[] }
  | InventoryWord
  | { readonly is: 'stop' };

/** A change of the inventory that the thread makes, too. */
export type InventoryWord = {
  readonly [C in 'replace' | 'follow' | 'unreadable']: {
    readonly is: 'inventory';
    readonly change: C;
    readonly told: Parameters<LiveInventory[C]>;
  };
}['replace' | 'follow' | 'unreadable'];

/** What the thread tells. */
export type LookNews =
  /** A run changed: whoever waits for it is to be woken. */
  | { readonly is: 'changed'; readonly runId: string }
  | { readonly is: 'question'; readonly question: AskedQuestion }
  | { readonly is: 'standing'; readonly standing: Standing }
  | MetricNews;

/** A call of the gate's metrics. */
export type MetricNews = {
  readonly [M in keyof GateMetrics]: {
    readonly is: 'metric';
    readonly metric: M;
    readonly told: Parameters<GateMetrics[M]>;
  };
}[keyof GateMetrics];
