import type { Run } from '../domain/run.ts';

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
  /** `verdict`, `override`, `retry`, `admission`, `config`, `refused` ... */
  readonly kind: string;
  /** `gate`, `hook`, or the person. */
  readonly actor: string;
  readonly runId?: string;
  /** What happened, as JSON-serialisable data. */
  readonly data: Readonly<Record<string, unknown>>;
  readonly previous: string;
  readonly hash: string;
}

export type AuditDraft = Pick<AuditEntry, 'at' | 'kind' | 'actor' | 'data'> & { readonly runId?: string };

/** All final readings of one minute of one run, as JSON: what was judged, and what a replay judges again. */
export interface StoredMinute {
  readonly minute: number;
  readonly json: string;
}

/** Everything written in one transaction. */
export interface Change {
  readonly runs?: readonly Run[];
  readonly audit?: readonly AuditDraft[];
  readonly minutes?: { readonly runId: string; readonly rows: readonly StoredMinute[] };
  /** The baseline, the alerts that fired before and the coverage of a run, as JSON: fixed when it opens. */
  readonly opening?: { readonly runId: string; readonly json: string };
}

/** Runs that match; the newest first. */
export interface RunFilter {
  readonly app?: string;
  readonly cluster?: string;
  readonly digest?: string;
  readonly open?: boolean;
  readonly limit?: number;
  /** Only runs older than this id, for paging. */
  readonly before?: string;
}

/**
 * The ledger. Every write is durable when its promise resolves. `commit` is one transaction: runs and the audit entries
 * that tell of them appear together or not at all.
 *
 * Rejects with UnavailableError `store/...` when the database can't be written (disk full, read-only, locked).
 */
export interface Store {
  commit(change: Change): Promise<readonly AuditEntry[]>;
  run(id: string): Promise<Run | undefined>;
  /** The newest attempt. */
  latest(app: string, cluster: string, digest?: string): Promise<Run | undefined>;
  runs(filter: RunFilter): Promise<readonly Run[]>;
  minutes(runId: string): Promise<readonly StoredMinute[]>;
  opening(runId: string): Promise<string | undefined>;
  audit(after: number, limit: number): Promise<readonly AuditEntry[]>;
  auditHead(): Promise<{ seq: number; hash: string }>;
  close(): Promise<void>;
}
