import { createHash } from 'node:crypto';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { PRESETS, type PresetName } from '../../src/config/policies.ts';
import type { Clock } from '../../src/gate/ports.ts';
import type { HookResult } from '../../src/hook/run-hook.ts';
import type { FaultEffect } from '../../src/simulator/fault.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { APP, FleetWorld } from '../scenarios/fleet-world.ts';
import type { ApplicationSpec, Deployment, Retry } from '../support/argo-cd/application.ts';
import { ArgoCd } from '../support/argo-cd/argo-cd.ts';
import { hookPods } from '../support/argo-cd/hook-pod.ts';
import type { Pod } from '../support/argo-cd/job.ts';
import { passTime } from '../support/argo-cd/pass-time.ts';
import type { ArgoVersion } from '../support/argo-cd/rolling-sync.ts';
import { type Commit, chartManifests } from './chart-manifests.ts';

/** How an app is gated, and by which Argo CD. */
export interface Setting {
  readonly version: ArgoVersion;
  /** `register` comes with a soak Application for each cluster. */
  readonly postSync: 'register' | 'wait';
  readonly webhook: boolean;
  /** Syncs of every change; default: two or three, as was measured. */
  readonly syncsPerChange?: number;
  readonly seed?: number;
}

/** A commit, and what it does to the clusters of a wave and of those after it. */
export interface Pushed extends Commit {
  readonly breaks?: { readonly from: number; readonly fault: FaultEffect };
}

/** Waves with their clusters. */
export const WAVES = [
  { name: 'canary', policy: 'quick', clusters: ['canary-1'] },
  { name: 'early', policy: 'quick', clusters: ['early-1', 'early-2'] },
  { name: 'late', policy: 'quick', clusters: ['late-1', 'late-2'] },
] as const satisfies readonly { name: string; policy: PresetName; clusters: readonly string[] }[];

/** What a DNS is judged by; the rest of the catalogue would only take time. */
export const WATCHED: readonly string[] = ['dns-errors', 'dns-latency', 'dns-replicas', 'api-errors'];

/** As the charts' examples have it: without end, with the newest commit. */
const RETRY: Retry = {
  limit: -1,
  refresh: true,
  backoff: { durationMs: 30_000, factor: 1, maxDurationMs: 30_000 },
};

/** Longest time until pods of a Deployment are replaced. */
const LONGEST_ROLL_MS = 60_000;

/** A real gate over a simulated fleet, asked by the real hook client in pods that a model of Argo CD starts. */
export class RolloutWorld implements AsyncDisposable {
  readonly fleet: FleetWorld;
  readonly argo: ArgoCd;
  /** How hooks ended, in order. */
  readonly ended: { readonly pod: Pod; readonly result: HookResult; readonly at: number }[] = [];
  /** Successful operations as Argo CD's notifications tell them. */
  readonly told: {
    readonly application: ApplicationSpec;
    readonly operation: Deployment;
    readonly history: readonly Deployment[];
  }[] = [];
  readonly #commits = new Map<string, Pushed>();
  readonly #harm = new Map<string, () => void>();
  #sleeping = 0;
  #asking = 0;

  private constructor(
    fleet: FleetWorld,
    manifests: Awaited<ReturnType<typeof chartManifests>>,
    setting: Setting,
  ) {
    this.fleet = fleet;
    const { version, postSync, webhook, syncsPerChange, seed = 1 } = setting;
    const random = seededRandom(seed)('argo-cd');
    const clock: Clock = { now: () => fleet.clock.now(), sleep: (ms, signal) => this.#sleep(ms, signal) };
    const commitOf = (revision: string) => this.commit(revision);
    this.argo = new ArgoCd({
      ...{ version, clock, webhook, random },
      steps: WAVES.map(({ name }) => ({ wave: name })),
      applications: applicationsOf(WAVES, postSync === 'register'),
      render(spec, revision) {
        const commit = commitOf(revision);
        return isSoak(spec) ? manifests.soak(spec, commit) : manifests.app(spec, commit);
      },
      runPod: hookPods({
        clock,
        gateUrl: () => fleet.url,
        fetch: (url, init) => this.#fetch(url, init),
        ended: (pod, result) => void this.ended.push({ pod, result, at: clock.now() }),
      }),
      healthyAfterMs: ({ kind }) => (kind === 'ConfigMap' ? Math.floor(random() * LONGEST_ROLL_MS) : 0),
      ...(syncsPerChange !== undefined && { syncsPerChange: () => syncsPerChange }),
      applied: (application, revision) => this.#applied(application, commitOf(revision)),
      synced: (application, operation, history) =>
        void this.told.push({ application, operation, history: [...history] }),
    });
  }

  static async open(setting: Setting): Promise<RolloutWorld> {
    const policy = PRESETS.quick;
    const { minSoak, maxSoak, maxSync, maxSettle, maxBlind } = policy;
    const manifests = await chartManifests({
      app: APP,
      policy: { minSoak, maxSoak, maxSync, maxSettle, maxBlind },
      postSync: setting.postSync,
    });
    const leaveOut = CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id));
    const fleet = await FleetWorld.open({
      waves: WAVES,
      config: { bundle: { leaveOut } },
      ...(setting.seed !== undefined && { seed: setting.seed }),
    });
    return new RolloutWorld(fleet, manifests, setting);
  }

  /** Makes a commit the newest. */
  push(commit: Pushed): void {
    this.#commits.set(commit.revision, commit);
    this.argo.push(commit.revision);
  }

  /** @throws TypeError for a revision that was never pushed */
  commit(revision: string): Pushed {
    const found = this.#commits.get(revision);
    if (found === undefined) throw new TypeError(`nobody pushed ${revision}`);
    return found;
  }

  /** Lets time go by. @returns whether `until` came true before it was over */
  pass(atMostMs: number, until?: () => boolean): Promise<boolean> {
    return passTime(this.fleet.clock, {
      atMostMs,
      isSettled: () => this.fleet.isIdle(this.#sleeping + this.#asking),
      ...(until && { until }),
    });
  }

  /** Ends the sync of an Application, as a person does. */
  async terminate(application: string): Promise<void> {
    const ended = this.argo.named(application).terminate();
    await this.pass(0);
    await ended;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    const stopped = this.argo.stop();
    await this.pass(0);
    await stopped;
    await this.fleet[Symbol.asyncDispose]();
  }

  #applied(application: ApplicationSpec, { breaks }: Pushed): void {
    if (isSoak(application)) return;
    const { cluster, wave } = application;
    this.#harm.get(cluster)?.();
    this.#harm.delete(cluster);
    if (breaks && WAVES.findIndex(({ name }) => name === wave) >= breaks.from) {
      this.#harm.set(cluster, this.fleet.inject({ ...breaks.fault, cluster, component: 'dns' }));
    }
  }

  async #sleep(ms: number, signal?: AbortSignal): Promise<void> {
    this.#sleeping += 1;
    await this.fleet.clock.sleep(ms, signal);
    this.#sleeping -= 1;
  }

  // Answered when the whole answer is there: nothing may be on its way while the clock moves. Whoever waits for an answer
  // sleeps in the gate.
  async #fetch(url: Parameters<typeof fetch>[0], init?: RequestInit): Promise<Response> {
    this.#asking += 1;
    try {
      const response = await fetch(url, init);
      return new Response(await response.text(), response);
    } finally {
      this.#asking -= 1;
    }
  }
}

/** A digest like those of the charts. */
export function digestOf(name: string): string {
  return `sha256:${createHash('sha256').update(name).digest('hex')}`;
}

/** Whether an Application holds a soak Job. */
export function isSoak({ name }: Pick<ApplicationSpec, 'name'>): boolean {
  return name.startsWith('soak-');
}

/** The Applications of the app on every cluster, and those of its soak Jobs. */
export function applicationsOf(
  waves: readonly { readonly name: string; readonly clusters: readonly string[] }[],
  withSoak: boolean,
): readonly ApplicationSpec[] {
  return waves.flatMap(({ name: wave, clusters }) =>
    clusters.flatMap((cluster) => [
      { name: `bom-${cluster}`, cluster, wave, retry: RETRY },
      ...(withSoak ? [{ name: `soak-${cluster}`, cluster, wave, retry: RETRY, prune: true }] : []),
    ]),
  );
}
