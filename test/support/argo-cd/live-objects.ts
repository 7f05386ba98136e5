import type { Clock } from '../../../src/gate/ports.ts';
import { type Health, Job, type RunPod } from './job.ts';
import { keyOf, type Manifest } from './manifest.ts';

/** An object on a cluster; what takes a while to get healthy has a moment for it. */
interface Live {
  readonly manifest: Manifest;
  readonly job?: Job;
  readonly healthyAt: number;
}

/** Where objects are, and what runs there. */
export interface ClusterParts {
  readonly clock: Clock;
  readonly runPod: RunPod;
  /** From being applied until it is healthy, in milliseconds; of everything but Jobs. */
  readonly healthyAfterMs: (manifest: Manifest) => number;
}

/** What an Application has on its cluster: the objects that it is compared with, and its hooks. */
export class LiveObjects {
  readonly hooks = new Map<string, { readonly manifest: Manifest; readonly job?: Job }>();
  readonly #objects = new Map<string, Live>();
  readonly #place: { readonly argoApp: string; readonly cluster: string };
  readonly #parts: ClusterParts;
  /** Told when the health of an object may have changed. */
  readonly #changed: () => void;

  constructor(place: { argoApp: string; cluster: string }, parts: ClusterParts, changed: () => void) {
    this.#place = place;
    this.#parts = parts;
    this.#changed = changed;
  }

  has(manifest: Manifest): boolean {
    return this.#objects.has(keyOf(manifest));
  }

  /** Whether an object is as it is wanted. */
  isAsWanted(manifest: Manifest): boolean {
    return JSON.stringify(this.#objects.get(keyOf(manifest))?.manifest) === JSON.stringify(manifest);
  }

  /** Objects that nobody wants any more, but for those that say so themselves. */
  extraneous(wanted: readonly Manifest[]): readonly Manifest[] {
    const keys = new Set(wanted.map(keyOf));
    return [...this.#objects.values()].map(({ manifest }) => manifest).filter((one) => !keys.has(keyOf(one)));
  }

  /** @returns whether anything had to be done */
  apply(manifest: Manifest): boolean {
    if (this.isAsWanted(manifest)) return false;
    this.remove(manifest);
    const { clock, healthyAfterMs } = this.#parts;
    if (manifest.kind === 'Job') {
      const job = this.#run(manifest);
      this.#objects.set(keyOf(manifest), { manifest, job, healthyAt: 0 });
      void job.ended.then(this.#changed);
      return true;
    }
    const afterMs = healthyAfterMs(manifest);
    this.#objects.set(keyOf(manifest), { manifest, healthyAt: clock.now() + afterMs });
    if (afterMs > 0) void clock.sleep(afterMs).then(this.#changed);
    return true;
  }

  remove(manifest: Manifest): void {
    this.#objects.get(keyOf(manifest))?.job?.delete();
    this.#objects.delete(keyOf(manifest));
  }

  /** Somebody changes an object by hand. */
  edit(key: string, data: unknown): void {
    const live = this.#objects.get(key);
    if (live) this.#objects.set(key, { ...live, manifest: { ...live.manifest, data } });
  }

  createHook(manifest: Manifest): Job | undefined {
    const job = manifest.kind === 'Job' ? this.#run(manifest) : undefined;
    this.hooks.set(keyOf(manifest), { manifest, ...(job && { job }) });
    return job;
  }

  deleteHook(manifest: Manifest): void {
    this.hooks.get(keyOf(manifest))?.job?.delete();
    this.hooks.delete(keyOf(manifest));
  }

  /** What every Job and hook that hangs waits for has come. */
  finishJobs(): void {
    for (const { job } of [...this.#objects.values(), ...this.hooks.values()]) job?.finish();
  }

  /** The worst of all objects; hooks do not count. */
  health(): Health {
    const now = this.#parts.clock.now();
    const each = [...this.#objects.values()].map(
      ({ job, healthyAt }) => job?.health ?? (healthyAt <= now ? 'Healthy' : 'Progressing'),
    );
    return (['Degraded', 'Progressing'] as const).find((health) => each.includes(health)) ?? 'Healthy';
  }

  #run(manifest: Manifest): Job {
    return new Job(manifest, this.#place, this.#parts);
  }
}
