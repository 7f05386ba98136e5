import { stringify } from 'yaml';
import { CATALOGUE } from '../../src/catalogue/catalogue.ts';
import { DEMO_WAVES } from '../../src/cli/demo/fleet.ts';
import { type GateProcess, startGateProcess } from '../../src/cli/demo/gate-process.ts';
import { type WorldFault, writeWorld } from '../../src/cli/demo/world.ts';
import { freeAddress } from '../../src/cli/free-address.ts';
import { type FastTime, fastClock } from '../../src/cli/system-clock.ts';
import { PRESETS } from '../../src/config/policies.ts';
import type { Clock } from '../../src/gate/ports.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { APP, type ToldRun } from '../scenarios/fleet-world.ts';
import type { ApplicationSpec } from '../support/argo-cd/application.ts';
import { ArgoCd } from '../support/argo-cd/argo-cd.ts';
import { PodProcesses } from '../support/argo-cd/pod-process.ts';
import type { ArgoVersion } from '../support/argo-cd/rolling-sync.ts';
import { TempDir } from '../support/temp-dir.ts';
import { waitFor } from '../support/wait-for.ts';
import { type CommitManifests, chartManifests } from './chart-manifests.ts';
import { applicationsOf, digestOf, isSoak, type Pushed, WATCHED } from './rollout-world.ts';

/** The first clusters of the demo's fleet, each wave with the quickest policy. */
export const PROCESS_WAVES = DEMO_WAVES.slice(0, 2);

/** A minute of the fleet takes a second. */
const FACTOR = 60;

/** Monday noon. */
const NOON = Date.UTC(2026, 10, 23, 12);

const SEED = 1;

/** Longest time until pods of a Deployment are replaced. */
const LONGEST_ROLL_MS = 60_000;

/** The demo's gate and every hook as processes of their own; only the fleet is simulated, and Argo CD a model. */
export class ProcessWorld implements AsyncDisposable {
  readonly argo: ArgoCd;
  readonly pods: PodProcesses;
  /** The fleet's, Argo CD's and the gate's. */
  readonly clock: Clock;
  readonly #gate: GateProcess;
  readonly #folder: TempDir;
  readonly #time: FastTime;
  readonly #commits = new Map<string, Pushed>();
  readonly #faults: WorldFault[] = [];
  readonly #ended = new AbortController();

  private constructor(
    version: ArgoVersion,
    parts: {
      readonly gate: GateProcess;
      readonly folder: TempDir;
      readonly time: FastTime;
      readonly manifests: CommitManifests;
    },
  ) {
    const { gate, folder, time, manifests } = parts;
    this.#gate = gate;
    this.#folder = folder;
    this.#time = time;
    this.clock = punctual(fastClock(time), this.#ended.signal);
    this.pods = new PodProcesses({ gateUrl: gate.url, folder, factor: FACTOR });
    const random = seededRandom(SEED)('argo-cd');
    this.argo = new ArgoCd({
      ...{ version, clock: this.clock, webhook: true, random },
      steps: PROCESS_WAVES.map(({ name }) => ({ wave: name })),
      applications: applicationsOf(PROCESS_WAVES, true),
      render: (spec, revision) =>
        isSoak(spec)
          ? manifests.soak(spec, this.#commit(revision))
          : manifests.app(spec, this.#commit(revision)),
      runPod: (pod) => this.pods.run(pod),
      healthyAfterMs: ({ kind }) => (kind === 'ConfigMap' ? Math.floor(random() * LONGEST_ROLL_MS) : 0),
      applied: (application, revision) => this.#applied(application, this.#commit(revision)),
    });
  }

  static async open(version: ArgoVersion): Promise<ProcessWorld> {
    const { minSoak, maxSoak, maxSync, maxSettle, maxBlind } = PRESETS.quick;
    const policy = { minSoak, maxSoak, maxSync, maxSettle, maxBlind };
    const manifests = await chartManifests({ app: APP, policy, postSync: 'register' });
    const folder = new TempDir();
    const time = { factor: FACTOR, realStart: Date.now(), start: NOON };
    const world = worldFile(folder);
    writeWorld(world, { seed: SEED, time, faults: [] });
    const config = folder.write('gate.yaml', configText(await freeAddress(), `${folder.path}/ledger.sqlite`));
    const gate = await startGateProcess({ config, world });
    return new ProcessWorld(version, { gate, folder, time, manifests });
  }

  /** Makes a commit the newest, with a digest of its own. */
  push(revision: string, breaks?: Pushed['breaks']): Pushed {
    const commit = { revision, digest: digestOf(revision), ...(breaks && { breaks }) };
    this.#commits.set(revision, commit);
    this.argo.push(revision);
    return commit;
  }

  /** Waits on the fleet's clock. @throws Error when it is over before `until` came true */
  async until(what: string, atMostMs: number, until: () => boolean): Promise<void> {
    await waitFor(what, until, { timeoutMs: atMostMs / FACTOR });
  }

  /** Runs of a commit by the gate's own word. */
  async runs({ digest }: Pushed): Promise<readonly ToldRun[]> {
    const response = await fetch(new URL(`/v1/runs?${new URLSearchParams({ digest })}`, this.#gate.url));
    return ((await response.json()) as { readonly runs: readonly ToldRun[] }).runs;
  }

  async [Symbol.asyncDispose](): Promise<void> {
    this.#ended.abort();
    await this.pods[Symbol.asyncDispose]();
    await this.#gate.stop();
    this.#folder[Symbol.dispose]();
  }

  #applied(application: ApplicationSpec, { breaks }: Pushed): void {
    if (isSoak(application)) return;
    const { cluster, wave } = application;
    const now = this.clock.now();
    const wasBroken = this.#faults.findIndex((fault) => fault.cluster === cluster && fault.to === undefined);
    const [fault] = wasBroken < 0 ? [] : this.#faults.splice(wasBroken, 1);
    if (fault) this.#faults.push({ ...fault, to: now });
    if (breaks && PROCESS_WAVES.findIndex(({ name }) => name === wave) >= breaks.from) {
      this.#faults.push({ ...breaks.fault, cluster, component: 'dns', from: now });
    }
    writeWorld(worldFile(this.#folder), { seed: SEED, time: this.#time, faults: this.#faults });
  }

  #commit(revision: string): Pushed {
    const found = this.#commits.get(revision);
    if (found === undefined) throw new TypeError(`nobody pushed ${revision}`);
    return found;
  }
}

/** Wakes nobody a moment too early, as timers of whole milliseconds do, and nobody at all any more when it is over. */
function punctual(clock: Clock, over: AbortSignal): Clock {
  return {
    now: () => clock.now(),
    async sleep(ms, signal) {
      const until = clock.now() + ms;
      const ended = signal ? AbortSignal.any([signal, over]) : over;
      do await clock.sleep(Math.max(0, until - clock.now()), ended);
      while (clock.now() < until && !ended.aborted);
      if (over.aborted) await new Promise<never>(() => undefined);
    },
  };
}

function worldFile({ path }: TempDir): string {
  return `${path}/world.json`;
}

function configText(listen: string, sqlite: string): string {
  return stringify({
    gate: { listen, store: { sqlite } },
    sources: [{ name: 'simulated', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: {
      clusters: PROCESS_WAVES.flatMap(({ name: wave, clusters }) =>
        clusters.map((name) => ({
          ...{ name, wave, class: 'standard', region: 'eu-central-1', source: 'simulated' },
        })),
      ),
    },
    waves: PROCESS_WAVES.map(({ name }) => ({ name, policy: 'quick' })),
    apps: [{ name: APP, components: ['dns'], owners: ['platform'] }],
    bundle: { leaveOut: CATALOGUE.map(({ id }) => id).filter((id) => !WATCHED.includes(id)) },
  });
}
