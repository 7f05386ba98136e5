import type { Clock } from '../../../src/gate/ports.ts';
import type { Health } from './job.ts';
import { type ClusterParts, LiveObjects } from './live-objects.ts';
import { keyOf, type Manifest, syncPlan } from './manifest.ts';
import { attemptSync, type Operation } from './sync-attempt.ts';

/** How often and when a failed sync is tried again. */
export interface Retry {
  /** -1 is without end. */
  readonly limit: number;
  readonly backoff: { readonly durationMs: number; readonly factor: number; readonly maxDurationMs: number };
  /** Whether a retry takes the newest commit instead of the one that the operation began with. */
  readonly refresh?: boolean;
}

/** What Argo CD does when an Application says nothing of retries. */
export const DEFAULT_RETRY: Retry = {
  limit: 5,
  backoff: { durationMs: 5_000, factor: 2, maxDurationMs: 180_000 },
};

/** An Application as its manifest says. */
export interface ApplicationSpec {
  readonly name: string;
  readonly cluster: string;
  /** The label that RollingSync goes by. */
  readonly wave: string;
  readonly retry?: Retry;
  readonly prune?: boolean;
}

/** A revision that was synced with success. */
export interface Deployment {
  readonly revision: string;
  readonly deployedAt: number;
}

/** What an Application needs of its surroundings. */
export interface ApplicationParts extends ClusterParts {
  readonly clock: Clock;
  /** The newest commit. */
  readonly head: () => string;
  readonly render: (spec: ApplicationSpec, revision: string) => readonly Manifest[];
  /** Told when sync status, health or operation have changed. */
  readonly changed: (application: Application) => void;
  readonly applied: (application: Application, revision: string, changed: readonly Manifest[]) => void;
}

/** An Application: compares, syncs, remembers. */
export class Application {
  readonly spec: ApplicationSpec;
  sync: 'Synced' | 'OutOfSync' = 'OutOfSync';
  /** What it was compared with last. */
  revision = '';
  health: Health = 'Healthy';
  operation: Operation | undefined;
  readonly history: Deployment[] = [];
  readonly live: LiveObjects;
  readonly #parts: ApplicationParts;
  #waiting: (() => void)[] = [];
  #stop = new AbortController();
  /** Measured: a commit that comes while a PostSync hook runs is taken for seen, and never synced. */
  #overlooked = '';

  constructor(spec: ApplicationSpec, parts: ApplicationParts) {
    this.spec = spec;
    this.#parts = parts;
    this.live = new LiveObjects({ argoApp: spec.name, cluster: spec.cluster }, parts, () => this.refresh());
  }

  get isSyncing(): boolean {
    return this.operation?.phase === 'Running';
  }

  /** Compares what is there with what the newest commit wants. */
  refresh(): void {
    const head = this.#parts.head();
    const { operation } = this;
    if (operation?.phase === 'Running' && operation.stage === 'PostSync' && head !== operation.revision) {
      this.#overlooked = head;
    }
    const before = `${this.sync} ${this.health} ${this.revision}`;
    this.revision = head === this.#overlooked && operation ? operation.revision : head;
    const { resources } = syncPlan(this.#parts.render(this.spec, this.revision));
    const isSynced =
      resources.every((manifest) => this.live.isAsWanted(manifest)) &&
      this.live.extraneous(resources).every(isIgnored);
    this.sync = isSynced ? 'Synced' : 'OutOfSync';
    this.health = this.live.health();
    for (const wake of this.#waiting.splice(0)) wake();
    if (before !== `${this.sync} ${this.health} ${this.revision}`) this.#parts.changed(this);
  }

  /**
   * Starts a sync of the newest commit. Only one runs at a time: another one that is asked for meanwhile is lost, unless
   * it may take the place of one that waits for its next retry.
   *
   * @param only keys of the objects of a partial sync, which skips hooks
   */
  start({ only, replacesRetry = false }: { only?: readonly string[]; replacesRetry?: boolean } = {}): void {
    if (this.isSyncing && !(replacesRetry && this.operation?.waitsForRetry)) return;
    const { clock, head } = this.#parts;
    this.#stop.abort();
    this.#stop = new AbortController();
    const before = this.operation?.hooksDone ?? new Set();
    this.operation = {
      phase: 'Running',
      revision: head(),
      startedAt: clock.now(),
      retries: 0,
      waitsForRetry: false,
      stage: 'PreSync',
      hooksDone: new Set(),
      aborted: this.#stop.signal,
    };
    void this.#operate(this.operation, before, only);
  }

  /** Ends the sync that runs. */
  async terminate(): Promise<void> {
    this.#stop.abort();
    while (this.isSyncing) await this.#nextChange();
  }

  /** What a controller with self-heal on does when an object was changed by hand, or a commit is taken for unchanged. */
  selfHeal(): void {
    const { resources } = syncPlan(this.#parts.render(this.spec, this.#parts.head()));
    this.start({ only: resources.filter((one) => !this.live.isAsWanted(one)).map(keyOf) });
  }

  async #operate(
    operation: Operation,
    before: ReadonlySet<string>,
    only: readonly string[] | undefined,
  ): Promise<void> {
    const { clock, head, render, changed, applied } = this.#parts;
    const { limit, backoff, refresh } = this.spec.retry ?? DEFAULT_RETRY;
    changed(this);
    for (;;) {
      const isDone = await attemptSync({
        clock,
        live: this.live,
        operation,
        before,
        manifests: render(this.spec, operation.revision),
        prune: this.spec.prune ?? false,
        ...(only && { only }),
        applied: (manifests) => {
          applied(this, operation.revision, manifests);
          this.refresh();
        },
        changed: () => this.#nextChange(),
      });
      if (isDone || operation.aborted.aborted || (limit >= 0 && operation.retries >= limit)) {
        return this.#end(operation, isDone && !operation.aborted.aborted, only !== undefined);
      }
      operation.retries += 1;
      operation.waitsForRetry = true;
      changed(this);
      const { durationMs, factor, maxDurationMs } = backoff;
      await clock.sleep(Math.min(durationMs * factor ** operation.retries, maxDurationMs), operation.aborted);
      if (operation.aborted.aborted) return this.#end(operation, false, only !== undefined);
      operation.waitsForRetry = false;
      if (refresh) operation.revision = head();
    }
  }

  #end(operation: Operation, isDone: boolean, isPartial: boolean): void {
    const now = this.#parts.clock.now();
    operation.phase = isDone ? 'Succeeded' : 'Failed';
    operation.finishedAt = now;
    // Measured: a partial sync leaves the old revision in the history.
    if (isDone && !isPartial) this.history.push({ revision: operation.revision, deployedAt: now });
    this.refresh();
    for (const wake of this.#waiting.splice(0)) wake();
    this.#parts.changed(this);
  }

  #nextChange(): Promise<void> {
    return new Promise((resolve) => this.#waiting.push(resolve));
  }
}

function isIgnored({ metadata: { annotations } }: Manifest): boolean {
  return (annotations?.['argocd.argoproj.io/compare-options'] ?? '').includes('IgnoreExtraneous');
}
