import type { ChangeTarget } from '../domain/change-target.ts';
import type { Component } from '../domain/component.ts';
import type { Right } from '../domain/rights.ts';
import type { GoPromise, Intent, Phase, Run, RunState } from '../domain/run.ts';
import type { Reason, Verdict } from '../domain/verdict.ts';
import type { CheckResult } from '../judge/judge-input.ts';
import type { JudgeMinute } from '../judge/run-facts.ts';
import type { Deployed } from './adopting.ts';
import type { SeenDeployed } from './deployed.ts';
import type { EvidenceOverTime } from './evidence-over-time.ts';
import type { Freeze } from './freezes.ts';
import type { FreezeOrder } from './freezing.ts';
import type { LearnedSummary } from './learning/learned-summary.ts';
import type { AuditDraft, AuditEntry, AuditHead, RunFilter } from './ports.ts';
import type { ClusterStanding } from './preflight/cluster-standing.ts';
import type { ProbeResults } from './probes.ts';
import type { Rollout } from './rollouts.ts';
import type { SettleProgress } from './settled.ts';

/** What a hook asks. Values are validated by the edge; names are free text and never trusted in a query. */
export interface Ask {
  readonly app: string;
  readonly cluster: string;
  readonly revision: string;
  /** Without one the revision stands in. */
  readonly digest?: string;
  readonly phase: Phase;
  readonly intent?: Intent;
  readonly components?: readonly Component[];
  /** What it brings, as far as it was told. */
  readonly change?: ChangeTarget;
  readonly argoApp?: string;
}

/** A change of a cluster that somebody waits for. */
export interface AwaitedChange {
  readonly app: string;
  readonly cluster: string;
  /** Or the revision, where there is none. */
  readonly digest: string;
}

/** The answer to an ask, as it goes over HTTP. Times are ISO 8601. */
export interface Answer {
  readonly verdict: Verdict;
  readonly reason: string;
  readonly reasons: readonly Reason[];
  readonly runId: string;
  readonly attempt: number;
  readonly phase: Phase;
  readonly app: string;
  readonly cluster: string;
  readonly wave: string;
  readonly digest: string;
  readonly state: RunState;
  /** When the state began. */
  readonly since: string;
  /** Who can move it, as a phrase. */
  readonly whoCanAct: string;
  /** How far the change has arrived, by what is furthest behind. */
  readonly settle: SettleProgress;
  readonly soak: {
    readonly startedAt?: string;
    readonly elapsedSeconds: number;
    readonly minSeconds: number;
    readonly maxSeconds: number;
  };
  /** What each required check will see and will have ruled out at go, as it was told at admission. */
  readonly promises?: readonly GoPromise[];
  /** When asking again can tell something new; 0 when nothing changes by itself. */
  readonly retryAfterSeconds: number;
  readonly decidedAt?: string;
  readonly expiresAt?: string;
  readonly evidenceUrl: string;
  /** Commands that move a held or stopped rollout, or tell what it waits for, ready to paste; absent when nothing does. */
  readonly next?: readonly string[];
  /** In observe mode only: what would have been said, had the answer not been go. */
  readonly observed?: { readonly verdict: Verdict; readonly reason: string };
}

/** Who calls, as far as the gate cares. */
export interface Caller {
  /** Name for the audit log. */
  readonly name: string;
  /** What the caller may do; the gate itself asks for `fix` only, routes for the others. */
  readonly rights: ReadonlySet<Right>;
}

/** A person's word on a run. */
export interface PersonsWord {
  readonly actor: string;
  readonly reason: string;
}

/** A minute that was judged. */
export interface EvidenceMinute {
  /** Its end, ISO 8601. */
  readonly minute: string;
  readonly readings: Omit<JudgeMinute, 'minute'>;
}

/** What a functional test found. */
export interface ProbeReport {
  readonly passed: number;
  readonly failed: number;
  /** What failed, in words. */
  readonly detail?: string;
}

/** The evidence of a run: what the last look saw, and what was judged minute by minute. */
export interface RunEvidence {
  readonly run: Run;
  readonly checks: readonly CheckResult[];
  readonly lookedAt?: string;
  /** When minutes, checks and opening were deleted because they were old, ISO 8601; what was decided stays. */
  readonly retiredAt?: string;
  /** The last hour before the change. */
  readonly before: readonly EvidenceMinute[];
  readonly minutes: readonly EvidenceMinute[];
  readonly alertsBefore: readonly string[];
  readonly covered: readonly string[];
  /** Clusters without the change that it is compared with; absent where there are too few. */
  readonly controls?: readonly string[];
  /** What functional tests reported, by name. */
  readonly probes: ProbeResults;
}

/**
 * The gate's use cases; HTTP and the hooks know this and no adapter.
 * Whatever writes rejects with UnavailableError `store/...` when the ledger can't be written, and `run/contended`
 * when a run is changed faster than it can be decided.
 */
export interface Gate {
  /**
   * Answers a hook.
   *
   * @throws InputError `app/self` for the gate's own app
   * @throws NotFoundError `app/unknown`, `cluster/unknown`, `cluster/not-targeted`
   * @throws ConflictError `run/digest-mismatch` for a PostSync whose digest is not the open run's
   */
  ask(ask: Ask, caller: Caller): Promise<Answer>;
  /** Like `ask`, but answers a hold only after `waitMs`, or as soon as the run's state or reason changes. */
  askAndWait(ask: Ask, caller: Caller, waitMs: number, aborted: AbortSignal): Promise<Answer>;
  /**
   * The verdict on a change, for who asks for nothing: opens no run. Where none is open, or what was decided is no longer
   * about what the cluster has, it is a hold with `run/not-asked`. A hold is answered like that of `askAndWait`.
   *
   * @throws like `ask`
   */
  awaitVerdict(change: AwaitedChange, waitMs: number, aborted: AbortSignal): Promise<Answer>;
  /** @throws NotFoundError `run/unknown`, as all that takes an id */
  run(id: string): Promise<Run>;
  runs(filter: RunFilter): Promise<readonly Run[]>;
  evidence(id: string): Promise<RunEvidence>;
  /** How the evidence of harm grew, minute by minute: judged once more from what is stored. */
  evidenceOverTime(id: string): Promise<EvidenceOverTime>;
  /**
   * What would stand against a change of a cluster now; a source that is away is an answer.
   *
   * @throws NotFoundError `cluster/unknown`
   */
  standing(cluster: string): Promise<ClusterStanding>;
  /** @throws ConflictError `run/already-decided`, `run/wrong-state` */
  override(id: string, verdict: 'go' | 'halt', word: PersonsWord): Promise<Run>;
  /** @throws ConflictError `run/wrong-state` before the sync is reported, and after the verdict */
  reportProbe(id: string, name: string, report: ProbeReport, caller: Caller): Promise<Run>;
  /** @throws ConflictError `run/wrong-state`, `run/not-newest`, `run/other-open` */
  retry(id: string, word: PersonsWord): Promise<Run>;
  /**
   * A person has seen what a run stands for, and lets the rollout go on.
   *
   * @throws ConflictError `run/nothing-to-acknowledge`, `run/wrong-state`
   */
  acknowledge(id: string, word: PersonsWord): Promise<Run>;
  /**
   * Stops what an order covers until it is thawed or expires.
   *
   * @throws InputError `freeze/expired`, `freeze/too-long`, `input/...`, NotFoundError for a name that nobody knows
   */
  freeze(order: FreezeOrder, word: PersonsWord): Promise<Freeze>;
  /** @throws NotFoundError `freeze/unknown` */
  thaw(id: string, word: PersonsWord): Promise<Freeze>;
  /** Those in force, the oldest first. */
  freezes(): Promise<readonly Freeze[]>;
  /**
   * First install: records what the clusters have. All of it, or nothing.
   *
   * @throws InputError `adopt/...`, NotFoundError for names that nobody knows, ConflictError `adopt/known`
   */
  adopt(places: readonly Deployed[], word: PersonsWord): Promise<readonly Run[]>;
  /**
   * Somebody who watches Argo CD saw what a cluster has now: what no run accounts for is judged as an ungated sync.
   *
   * @throws like `ask`
   */
  deployed(seen: SeenDeployed, caller: Caller): Promise<{ readonly run: Run; readonly isNew: boolean }>;
  /**
   * What is on its way, or was last, of all apps or of one; what needs a person first.
   *
   * @throws NotFoundError `app/unknown`
   */
  rollouts(app?: string): Promise<readonly Rollout[]>;
  /** @throws NotFoundError `app/unknown`, `rollout/unknown` */
  rollout(app: string, digest: string): Promise<Rollout>;
  audit(after: number, limit: number): Promise<readonly AuditEntry[]>;
  /** Where the log ends now; publish it, and a truncated log is found. */
  auditHead(): Promise<AuditHead>;
  /** Writes into the log what happened at the edge: a refused identity, an accepted configuration. */
  record(entry: Pick<AuditDraft, 'kind' | 'actor' | 'data'>): Promise<void>;
  /**
   * An alert arrived for these clusters (all, when empty): look now, at most once a second and cluster.
   *
   * @returns those of them that are in the inventory; the others are not looked at
   */
  nudge(clusters: readonly string[]): readonly string[];
  /** One look at every open run; the loop calls it, tests call it by hand. */
  look(): Promise<void>;
  /** Looks on a schedule until the signal aborts. */
  start(aborted: AbortSignal): Promise<void>;
  /** Runs and audit entries of a cluster since a time, newest first: "what changed". */
  changes(cluster: string, since: number): Promise<readonly AuditEntry[]>;
  /** What is known of the quiet hours of a class; undefined while nothing was learned of it. */
  learned(className: string): LearnedSummary | undefined;
}
