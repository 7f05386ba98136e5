import type { Component } from '../domain/component.ts';
import type { Cluster, Policy, Run, RunState } from '../domain/run.ts';
import type { OwnShards } from '../domain/shards.ts';
import type { Waiver } from '../domain/waiver.ts';

/** Time in epoch milliseconds, and waiting; passed in so that tests own it. */
export interface Clock {
  now(): number;
  /** Resolves after `ms`, or at once when the signal aborts. */
  sleep(ms: number, signal?: AbortSignal): Promise<void>;
}

/** One line of the append-only log. `hash` covers the entry and the hash before it. */
export interface AuditEntry {
  readonly seq: number;
  readonly at: number;
  /** `admission`, `hold`, `sync`, `verdict`, `override`, `retry`, `attempt`, `superseded`, `config`, `refused` ... */
  readonly kind: string;
  /** `gate`, the hook's caller, or the person. */
  readonly actor: string;
  readonly runId?: string;
  /** What happened, as JSON-serialisable data. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly previous: string;
  readonly hash: string;
}

export type AuditDraft = Pick<AuditEntry, 'at' | 'kind' | 'actor' | 'data'> & { readonly runId?: string };

/** Where the log ends; `{seq: 0, hash: GENESIS}` before the first entry. */
export interface AuditHead {
  readonly seq: number;
  readonly hash: string;
}

/** A run as the ledger keeps it. */
export interface LedgerRun extends Run {
  /** Counts the writes; 0 is a run that was never written. A write with an old version is refused. */
  readonly version: number;
  /** Who opened the attempt: a hook's ask, the gate after blindness, or a person's retry. */
  readonly openedBy: 'ask' | 'gate' | 'person';
  /** The run of another digest that this one ended, and the one that ended this one. */
  readonly supersedes?: string;
  readonly supersededBy?: string;
  /** When its minutes, opening and look were deleted, as is done with what is long decided; told by the store alone. */
  readonly evidenceRetiredAt?: number;
}

/** All final readings of one minute of one run, as JSON: what was judged, and what a replay judges again. */
export interface StoredMinute {
  readonly minute: number;
  readonly json: string;
}

/**
 * A small thing that the gate keeps and that is no run: a freeze, what was learned of a class, a probe's result.
 * Found by its kind and key; `version` counts the writes.
 */
export interface StoredDocument {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly json: string;
  /** From when on it means nothing; some time later it is deleted. Epoch milliseconds; absent is for good. */
  readonly expiresAt?: number;
}

/** A document as it shall be: `version` is the one that was read, 0 for a new one; without `json` it is deleted. */
export interface DocumentWrite {
  readonly kind: string;
  readonly key: string;
  readonly version: number;
  readonly json?: string;
  readonly expiresAt?: number;
}

/** Everything written in one transaction; the parts that belong to a run need the run among `runs`. */
export interface Change {
  /** Known ones are written before new ones. The stored version must be the one given; it becomes one more. */
  readonly runs?: readonly LedgerRun[];
  readonly audit?: readonly AuditDraft[];
  /** Minutes are written once: one that is there already refuses the whole change. */
  readonly minutes?: { readonly runId: string; readonly rows: readonly StoredMinute[] };
  /** The baseline, the alerts that fired before and the coverage of a run, as JSON: fixed at admission. */
  readonly opening?: { readonly runId: string; readonly lastMinute: number; readonly json: string };
  /** What the last look saw and judged, as JSON; each replaces the one before. */
  readonly look?: { readonly runId: string; readonly json: string };
  readonly documents?: readonly DocumentWrite[];
}

/** What is deleted as too old to be asked for. Times are epoch milliseconds. */
export interface Retirement {
  readonly now: number;
  /** Minutes, opening and look of a run decided before, unless nothing came onto its cluster after it: that is still there. */
  readonly decidedBefore: number;
  /** Documents that meant nothing any more before. */
  readonly expiredBefore: number;
  /** Kinds of documents whose keys are runs: they go with the run's minutes. */
  readonly kindsByRun: readonly string[];
  /** So many runs and so many documents at most; what is left takes another call. */
  readonly limit: number;
}

/** How much was deleted. */
export interface Retired {
  readonly runs: number;
  readonly documents: number;
}

/** Runs that match all of it; the newest first. */
export interface RunFilter {
  readonly app?: string;
  readonly cluster?: string;
  readonly digest?: string;
  /** Asked, admitted, settling or soaking: or none of these. */
  readonly open?: boolean;
  readonly state?: RunState;
  /** Code of the first reason. */
  readonly reason?: string;
  /** Whether the digest was let onto the cluster, or came there: `wasApplied`. */
  readonly applied?: boolean;
  /** Only the newest run of each app and cluster, whatever its digest. */
  readonly newest?: boolean;
  readonly limit?: number;
  /** Only runs opened before this one, for paging. */
  readonly before?: string;
}

/**
 * The ledger. Every write is durable when its promise resolves. A change is atomic: runs and the audit entries that tell
 * of them appear together or not at all. Changes that are committed at once (hundreds of them) share a transaction, and
 * cost little more than one; commit what belongs to nobody else without waiting for the one before.
 *
 * A commit rejects with ConflictError `store/stale-run` when a run was changed since it was read, when another replica
 * opened the same attempt, or when another run is open for the same app and cluster: read again, decide again; and with
 * `store/stale-document` when a document is not the version that was read.
 * Everything rejects with UnavailableError `store/...` when the database can't be used (full, read-only, locked, broken).
 */
export interface Store {
  commit(change: Change): Promise<readonly AuditEntry[]>;
  run(id: string): Promise<LedgerRun | undefined>;
  /** The run that was opened last. */
  latest(app: string, cluster: string, digest?: string): Promise<LedgerRun | undefined>;
  runs(filter: RunFilter): Promise<readonly LedgerRun[]>;
  /** Ascending; only those after a minute, where one is given. */
  minutes(runId: string, after?: number): Promise<readonly StoredMinute[]>;
  /** The last minute that is stored, in the opening or after it; undefined while the run has no opening. */
  lastMinute(runId: string): Promise<number | undefined>;
  opening(runId: string): Promise<string | undefined>;
  look(runId: string): Promise<string | undefined>;
  /** Documents of a kind, by key ascending. */
  documents(kind: string): Promise<readonly StoredDocument[]>;
  document(kind: string, key: string): Promise<StoredDocument | undefined>;
  /** Entries behind a sequence number, ascending. */
  audit(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** Entries that tell of a cluster's runs since a time, the newest first. */
  auditOfCluster(cluster: string, since: number, limit: number): Promise<readonly AuditEntry[]>;
  auditHead(): Promise<AuditHead>;
  /** Deletes what is too old to be asked for; runs and the audit log stay for good. */
  retire(order: Retirement): Promise<Retired>;
  /** Renews the leases of this replica: clusters of these shards are its to look at, until another one takes them over. */
  claimShards(): Promise<OwnShards>;
  /** Writes something that means nothing, durably: resolves when a commit would find room. */
  probe(): Promise<void>;
  close(): Promise<void>;
}

/** Whether an app's hooks hear the verdict, or always go with the verdict beside it. */
export const APP_MODES = ['enforce', 'observe'] as const;
export type AppMode = (typeof APP_MODES)[number];

/** What is rolled out, as far as the gate cares. */
export interface App {
  readonly name: string;
  /** What a change of this app touches, where the hook does not tell. */
  readonly components: readonly Component[];
  /** Names of the clusters it is rolled out to. */
  readonly clusters: readonly string[];
  readonly mode: AppMode;
  /** Teams that look after it. */
  readonly owners: readonly string[];
}

/** How the soak of later waves gets shorter with every go: `factor` of it after each `afterGo` clusters, not below a floor. */
export interface Shrink {
  /** Above 0 and below 1. */
  readonly factor: number;
  readonly afterGo: number;
  readonly floorMs: number;
}

/** What a rollout goes by in a wave; read live at every ask, where a run's policy is pinned. */
export interface WaveRules {
  /** Share of the wave's clusters that need go before the next wave is let go, above 0 and at most 1. */
  readonly quorum: number;
  /** How many of its clusters may change at a time: a number of them, or a share. */
  readonly maxParallel?: { readonly count: number } | { readonly share: number };
  /** Clusters that may be halted before the whole rollout is frozen. */
  readonly maxHalted: number;
  readonly shrink?: Shrink;
}

/** The fleet, read live. */
export interface Inventory {
  /** Names of the waves in the order of the rollout. */
  readonly waves: readonly string[];
  /** All clusters, of whatever class and wave. */
  readonly clusters: readonly Cluster[];
  cluster(name: string): Cluster | undefined;
  app(name: string): App | undefined;
  /** What people let stand for a while; none when absent. */
  readonly waivers?: readonly Waiver[];
  /** The policy that a run opened now is judged by. */
  policyFor(app: string, cluster: string): Policy;
  /** Rules of a wave; a name that is no wave's has the strictest. */
  waveRules(wave: string): WaveRules;
  /** Why what is known of the fleet may be wrong: it can't be read. Absent, or undefined, while it can. */
  unreadable?(): string | undefined;
  /** What is wrong with the description of a cluster that is not taken for one; undefined where nobody describes it. */
  unfit?(cluster: string): string | undefined;
}

/** Where the gate says what it does, for those who run it: fields first, then a constant message. */
export interface GateLog {
  info(fields: Readonly<Record<string, unknown>>, message: string): void;
  warn(fields: Readonly<Record<string, unknown>>, message: string): void;
  error(fields: Readonly<Record<string, unknown>>, message: string): void;
}

/** What is told of a run that changed. */
export type ChangedRun = Pick<Run, 'id' | 'app' | 'cluster' | 'state' | 'verdict' | 'reasons' | 'decidedAt'>;

/** What the gate counts; called after the fact, and must not throw. */
export interface GateMetrics {
  /** A hook got its answer. */
  answered(phase: string, verdict: string, reason: string): void;
  /** A run was opened (`from` is absent) or changed its state. */
  changed(run: ChangedRun, from?: RunState): void;
  /** A look is over. */
  looked(look: { readonly durationMs: number; readonly runs: number; readonly failed: number }): void;
  /** How many shards of the clusters this replica looks at. */
  held(shards: number): void;
  /** How many open runs can't be judged because this source can't be read; 0 when it can. Pages the gate's owners. */
  blind(source: string, runs: number): void;
  /** The head of the audit log, after every entry. */
  auditHead(head: AuditHead): void;
}
