import type { Count } from '../../../src/domain/reading.ts';
import type { Reason } from '../../../src/domain/verdict.ts';
import type { CountComparison } from './compare-counts.ts';
import type { HookRun } from './hook.ts';
import type { Timing } from './timing.ts';

/** What became of one cluster at one gate. */
export interface ClusterOutcome {
  readonly cluster: string;
  readonly pre: HookRun;
  readonly post: HookRun;
  /** From the sync until the gate decided; absent while it has not. */
  readonly decidedAfterSeconds?: number;
  readonly counts: readonly CountComparison[];
  /** What the halt's first counted reason says it counted, of the same minutes as `counts`. */
  readonly told?: Told;
  /** Of harm only. */
  readonly halt?: HaltOutcome;
}

/** A count that a reason tells, and the recorded series that it is about. */
export interface Told extends Count {
  readonly series: string;
}

/** What somebody who was halted finds. */
export interface HaltOutcome {
  /** The same hook's question again: the halt must come from the ledger at once. */
  readonly again: { readonly verdict: string; readonly ms: number };
  /** Link and answer of the runbook that the reason names; absent where it names none. */
  readonly runbook?: { readonly url: string; readonly status: number; readonly isAboutCluster: boolean };
}

/** How far an alert came: from Prometheus over Alertmanager to the gate. */
export interface AlertOutcome {
  readonly alert: string;
  readonly cluster: string;
  /** From the sync until `ALERTS` said firing; absent when it never did. */
  readonly firedAfterSeconds?: number;
  /** Whether Alertmanager has it for the receiver `tidegate`. */
  readonly isRouted: boolean;
}

/** The gate as its own Prometheus sees it. */
export interface GateMetricsOutcome {
  /** Webhooks that it has accepted since the sync. */
  readonly webhooks: number;
  /** Webhooks that Alertmanager could not deliver. */
  readonly failedWebhooks: number;
  readonly isScraped: boolean;
  /** Verdicts that it has answered, as scraped. */
  readonly verdicts: number;
}

/** Everything that the scenario brought to light. */
export interface ScenarioOutcome {
  readonly timing: Timing['name'];
  readonly startedAt: string;
  readonly seconds: number;
  readonly clusters: readonly ClusterOutcome[];
  readonly alerts: readonly AlertOutcome[];
  readonly gate: GateMetricsOutcome;
  /** The same cluster at the same time, judged by a gate without one signal. */
  readonly leftOut: ClusterOutcome;
}

/** The signal that a reason is about: its evidence's, else the one that its code ends in. */
export function signalOf({ code, evidence }: Reason): string {
  return evidence?.signal ?? code.split('/').at(-1) ?? '';
}
