import type { Clock } from '../../../src/gate/ports.ts';
import type { Application } from './application.ts';

/** What versions of Argo CD differ in, as far as RollingSync goes. */
export const RULES = {
  /** A step waits for the operation, too; a sync that waits for its retry is started anew. */
  '3.2': { heedsOperation: true, replacesRetry: true },
  /** Since 3.3 only health and sync status count, whatever became of the operation. */
  '3.3': { heedsOperation: false, replacesRetry: false },
  '3.5': { heedsOperation: false, replacesRetry: false },
} as const satisfies Record<string, { readonly heedsOperation: boolean; readonly replacesRetry: boolean }>;

export type ArgoVersion = keyof typeof RULES;

/** A step of a RollingSync: the Applications with one value of the wave label. */
export interface Step {
  readonly wave: string;
  /** How many may be under way at a time, or a share of them such as `50%`; default: all. */
  readonly maxUpdate?: number | string;
}

type Status = 'Waiting' | 'Pending' | 'Progressing' | 'Healthy';

interface Progress {
  status: Status;
  since: number;
  /** The revision that it was started for. */
  target: string;
  /** Syncs that are still started for the same change because the controller sees an old status of its own. */
  reruns: number;
}

/** What the controller of an ApplicationSet needs. */
export interface RollingSyncParts {
  readonly version: ArgoVersion;
  readonly steps: readonly Step[];
  readonly applications: readonly Application[];
  readonly clock: Clock;
  /** 0 to 1. */
  readonly random: () => number;
  /** How often a change is synced, 1 or more. Measured: two or three times in almost every wave. */
  readonly syncsPerChange: () => number;
}

/** From what happens until the controller has seen it: 0.3 to 1.2 s were measured. */
const SEEN_AFTER_MS = { least: 300, most: 1_200 };

/** How long the controller may take its own status for what it was. */
const STALE_MS = 10_000;

/** The controller of an ApplicationSet with strategy RollingSync. */
export class RollingSync {
  readonly #parts: RollingSyncParts;
  readonly #progress: Map<Application, Progress>;
  #isScheduled = false;

  constructor(parts: RollingSyncParts) {
    this.#parts = parts;
    const none = { status: 'Healthy', since: 0, target: '', reruns: 0 } as const;
    this.#progress = new Map(parts.applications.map((application) => [application, { ...none }]));
  }

  statusOf(application: Application): Status {
    return this.#of(application).status;
  }

  /** Something has happened: it is seen in a moment, with all that happens until then. */
  wake(): void {
    if (this.#isScheduled) return;
    this.#isScheduled = true;
    const { clock, random } = this.#parts;
    const { least, most } = SEEN_AFTER_MS;
    void clock.sleep(least + Math.floor(random() * (most - least))).then(() => {
      this.#isScheduled = false;
      this.#reconcile();
    });
  }

  #reconcile(): void {
    const { applications } = this.#parts;
    for (const application of applications) this.#update(application);
    this.#openSteps();
    const { replacesRetry } = RULES[this.#parts.version];
    for (const application of applications) {
      if (this.statusOf(application) === 'Pending') application.start({ replacesRetry });
    }
  }

  #update(application: Application): void {
    const { version, clock, random } = this.#parts;
    const progress = this.#of(application);
    const { operation } = application;
    const to = (status: Status) => Object.assign(progress, { status, since: clock.now() });
    if (this.#isOutdated(application, progress)) to('Waiting');
    if (progress.status === 'Waiting' && this.#isHealthy(application)) to('Healthy');
    if (progress.status === 'Pending' && operation && operation.startedAt >= progress.since) {
      const isOld = application.isSyncing && clock.now() - operation.startedAt < STALE_MS;
      const isStale = progress.reruns > 0 && (isOld || (!application.isSyncing && random() < 0.5));
      if (!isStale) to('Progressing');
      // It takes its own status for what it was, and starts the same sync again.
      else if (!application.isSyncing) progress.reruns -= 1;
    }
    if (progress.status !== 'Pending' && progress.reruns > 0 && operation?.phase === 'Succeeded') {
      // Or it did so before it saw that all was well, and the sync overlaps what comes after it.
      progress.reruns -= 1;
      void clock.sleep(Math.floor(random() * STALE_MS)).then(() => application.start());
    }
    if (progress.status === 'Progressing' && this.#isHealthy(application)) to('Healthy');
    else if (progress.status === 'Progressing' && RULES[version].heedsOperation && isFailing(application))
      to('Waiting');
  }

  #isOutdated(application: Application, { status, target }: Progress): boolean {
    if (application.sync === 'Synced') return false;
    if (status === 'Healthy') return true;
    return status === 'Progressing' && !application.isSyncing && application.revision !== target;
  }

  /** Whether an Application lets the next step begin. */
  #isHealthy({ sync, health, operation }: Application): boolean {
    const { heedsOperation } = RULES[this.#parts.version];
    const isOver = operation === undefined || operation.phase === 'Succeeded';
    return sync === 'Synced' && health === 'Healthy' && (!heedsOperation || isOver);
  }

  #openSteps(): void {
    const { steps, applications, clock, syncsPerChange } = this.#parts;
    for (const { wave, maxUpdate } of steps) {
      const own = applications.filter(({ spec }) => spec.wave === wave);
      const isUnderWay = (one: Application) => ['Pending', 'Progressing'].includes(this.statusOf(one));
      let room = roomOf(maxUpdate, own.length) - own.filter(isUnderWay).length;
      for (const application of own) {
        if (this.statusOf(application) !== 'Waiting' || room <= 0) continue;
        room -= 1;
        Object.assign(this.#of(application), {
          status: 'Pending',
          since: clock.now(),
          target: application.revision,
          reruns: syncsPerChange() - 1,
        });
      }
      if (own.some((one) => this.statusOf(one) !== 'Healthy')) return;
    }
  }

  #of(application: Application): Progress {
    const progress = this.#progress.get(application);
    if (progress === undefined) throw new TypeError(`${application.spec.name} is of another ApplicationSet`);
    return progress;
  }
}

function isFailing({ sync, operation }: Application): boolean {
  return sync === 'OutOfSync' && (operation?.waitsForRetry === true || operation?.phase === 'Failed');
}

function roomOf(maxUpdate: Step['maxUpdate'], of: number): number {
  if (maxUpdate === undefined) return of;
  if (typeof maxUpdate === 'number') return maxUpdate;
  const share = Number(maxUpdate.replace('%', '')) / 100;
  return share === 0 ? 0 : Math.max(1, Math.floor(share * of));
}
