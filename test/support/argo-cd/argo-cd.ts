import type { Clock } from '../../../src/gate/ports.ts';
import { Application, type ApplicationParts, type ApplicationSpec, type Deployment } from './application.ts';
import type { RunPod } from './job.ts';
import { keyOf, type Manifest } from './manifest.ts';
import { type ArgoVersion, RollingSync, type Step } from './rolling-sync.ts';

/** What an Argo CD is made of. */
export interface ArgoCdOptions {
  readonly version: ArgoVersion;
  readonly clock: Clock;
  /** 0 to 1; every run with the same one is the same. */
  readonly random: () => number;
  readonly steps: readonly Step[];
  readonly applications: readonly ApplicationSpec[];
  readonly render: ApplicationParts['render'];
  readonly runPod: RunPod;
  readonly healthyAfterMs?: ApplicationParts['healthyAfterMs'];
  readonly syncsPerChange?: () => number;
  /** Whether a commit is told to Argo CD at once, or found by asking the repository every two minutes or so. */
  readonly webhook: boolean;
  /** Told when an Application has brought a revision's objects to its cluster. */
  readonly applied?: (application: ApplicationSpec, revision: string) => void;
  /** Told, as by a notification, when an operation has succeeded. */
  readonly synced?: (
    application: ApplicationSpec,
    operation: Deployment,
    history: readonly Deployment[],
  ) => void;
}

/** Objects that came to a cluster. */
export interface Applied {
  readonly at: number;
  readonly application: string;
  readonly wave: string;
  readonly cluster: string;
  readonly revision: string;
  readonly keys: readonly string[];
}

/** How often the repository is asked, and how far that is spread. */
const POLL_MS = 120_000;
const POLL_JITTER_MS = 60_000;

/**
 * Argo CD as it was measured, on a clock that is moved by hand: one ApplicationSet with RollingSync over one repository.
 * It keeps to what real 3.2 and 3.5 were seen doing, the ways around its own hooks included.
 */
export class ArgoCd {
  readonly applications: readonly Application[];
  readonly rollingSync: RollingSync;
  /** Everything that was applied, in order. */
  readonly applied: Applied[] = [];
  readonly #options: ArgoCdOptions;
  #head = 'none';
  readonly #stop = new AbortController();

  constructor(options: ArgoCdOptions) {
    this.#options = options;
    const { clock, runPod, random, version, steps } = options;
    const parts: ApplicationParts = {
      clock,
      runPod,
      healthyAfterMs: options.healthyAfterMs ?? (() => 0),
      head: () => this.#head,
      render: options.render,
      changed: (application) => this.#changed(application),
      applied: ({ spec }, revision, manifests) => this.#note(spec, revision, manifests),
    };
    this.applications = options.applications.map((spec) => new Application(spec, parts));
    this.rollingSync = new RollingSync({
      ...{ version, steps, clock, random },
      applications: this.applications,
      syncsPerChange: options.syncsPerChange ?? (() => 2 + Math.floor(random() * 2)),
    });
    if (!options.webhook) for (const application of this.applications) void this.#poll(application);
  }

  /** Makes a commit the newest of the repository. */
  push(revision: string): void {
    this.#head = revision;
    if (this.#options.webhook) for (const application of this.applications) application.refresh();
  }

  /** Somebody clicks Refresh on an Application. */
  click(name: string): void {
    this.named(name).refresh();
    this.rollingSync.wake();
  }

  get head(): string {
    return this.#head;
  }

  named(name: string): Application {
    const found = this.applications.find(({ spec }) => spec.name === name);
    if (found === undefined) throw new TypeError(`no Application is called ${name}`);
    return found;
  }

  /** Whether every Application has what the newest commit wants, and nothing is going on. */
  get isDone(): boolean {
    return this.applications.every(
      (one) =>
        one.revision === this.#head && one.sync === 'Synced' && one.health === 'Healthy' && !one.isSyncing,
    );
  }

  /** Ends its polling, and every operation with its pods. */
  async stop(): Promise<void> {
    this.#stop.abort();
    await Promise.all(this.applications.map((application) => application.terminate()));
  }

  async #poll(application: Application): Promise<void> {
    const { clock, random } = this.#options;
    const { signal } = this.#stop;
    await clock.sleep(Math.floor(random() * POLL_MS), signal);
    while (!signal.aborted) {
      application.refresh();
      await clock.sleep(POLL_MS + Math.floor(random() * POLL_JITTER_MS), signal);
    }
  }

  #changed(application: Application): void {
    this.rollingSync.wake();
    const { operation, history, spec } = application;
    if (operation?.phase === 'Succeeded' && operation.finishedAt === this.#options.clock.now()) {
      const { revision, finishedAt } = operation;
      this.#options.synced?.(spec, { revision, deployedAt: finishedAt }, history);
    }
  }

  #note({ name, wave, cluster }: ApplicationSpec, revision: string, manifests: readonly Manifest[]): void {
    const keys = manifests.map(keyOf);
    this.applied.push({
      at: this.#options.clock.now(),
      application: name,
      ...{ wave, cluster, revision, keys },
    });
    const spec = this.named(name).spec;
    this.#options.applied?.(spec, revision);
  }
}
