import { copyFileSync } from 'node:fs';
import { stringify } from 'yaml';
import { bundleOf } from '../../src/cli/bundle.ts';
import { type RunningGate, startGate } from '../../src/cli/compose-gate.ts';
import { freeAddress } from '../../src/cli/free-address.ts';
import { readEnvironment } from '../../src/config/environment.ts';
import { parseConfig } from '../../src/config/load-config.ts';
import type { Check, CheckedAlert } from '../../src/domain/check.ts';
import { NotFoundError } from '../../src/domain/errors.ts';
import { MINUTE_MS } from '../../src/domain/reading.ts';
import type { Phase } from '../../src/domain/run.ts';
import type { Reason } from '../../src/domain/verdict.ts';
import { type HookResult, runHook } from '../../src/hook/run-hook.ts';
import type { Fault, FaultEffect } from '../../src/simulator/fault.ts';
import { createFleet, type Fleet } from '../../src/simulator/fleet.ts';
import type { Profile } from '../../src/simulator/profile.ts';
import { seededRandom } from '../../src/simulator/random.ts';
import { createSimulatedSource } from '../../src/sources/simulated/simulated-source.ts';
import { createLog } from '../../src/telemetry/log.ts';
import { ManualClock } from '../gate/support/manual-clock.ts';
import { TempDir } from '../support/temp-dir.ts';

/** The app that is rolled out in a world. */
export const APP = 'bom';

/** Monday noon. */
const NOON = Date.UTC(2026, 10, 23, 12);

/** What a world is made of. */
export interface FleetWorldOptions {
  /** In the order of the rollout. */
  readonly waves: readonly {
    readonly name: string;
    readonly policy: string;
    readonly clusters: readonly string[];
    readonly size?: number;
  }[];
  readonly profiles?: Readonly<Record<string, Partial<Profile>>>;
  readonly faults?: readonly Fault[];
  readonly seed?: number;
  /** Sections of the configuration beside those that the world writes: policies, bundle ... */
  readonly config?: Readonly<Record<string, unknown>>;
}

/** A run as the gate's own routes answer it. */
export interface ToldRun {
  readonly id: string;
  readonly cluster: string;
  readonly state: string;
  readonly verdict: string;
  readonly reasons: readonly Reason[];
  readonly settledAt?: string;
  readonly decidedAt?: string;
}

/**
 * A whole gate over a simulated fleet, on a clock that stands still until it is moved: its own configuration, ledger,
 * HTTP and loops; the hooks that ask it run in process.
 */
export class FleetWorld implements AsyncDisposable {
  readonly clock: ManualClock;
  /** Errors in the gate's log. */
  readonly complaints: string[] = [];
  readonly fleet: () => Fleet;
  readonly checks: () => readonly Check[];
  #gate: RunningGate | undefined;
  #loops = 0;
  readonly #dir = new TempDir();
  readonly #ledger = `${this.#dir.path}/ledger.sqlite`;
  readonly #options: FleetWorldOptions;
  readonly #start: () => Promise<RunningGate>;

  private constructor(options: FleetWorldOptions, listen: string, now: number) {
    this.#options = options;
    this.clock = new ManualClock(now);
    const config = parseConfig(configText(options, listen, this.#ledger), {
      source: 'world.yaml',
      folder: this.#dir.path,
      environment: readEnvironment({}),
    });
    let fleet: Fleet | undefined;
    let known: readonly Check[] = [];
    this.fleet = () => fleet ?? missing('fleet');
    this.checks = () => known;
    const fleetOf = (checks: readonly Check[], alerts: readonly CheckedAlert[]) =>
      createFleet({
        checks,
        alerts,
        clusters: options.waves.flatMap(({ clusters, size = 1 }) => clusters.map((name) => ({ name, size }))),
        random: seededRandom(options.seed ?? 1),
        ...(options.profiles && { profiles: options.profiles }),
        ...(options.faults && { faults: options.faults }),
      });
    this.#start = () =>
      startGate({
        config,
        bundle: bundleOf(config),
        clock: { now: () => this.clock.now(), sleep: (ms, signal) => this.clock.sleep(ms, signal) },
        log: createLog('error', { write: (line) => void this.complaints.push(line) }),
        createSource({ source, checks, alerts }) {
          known = checks;
          fleet ??= fleetOf(checks, alerts);
          return createSimulatedSource({ name: source.name, fleet, checks });
        },
      });
  }

  static async open(options: FleetWorldOptions): Promise<FleetWorld> {
    const world = new FleetWorld(options, await freeAddress(), NOON);
    await world.#begin();
    return world;
  }

  get url(): string {
    return this.#gate?.url ?? missing('gate');
  }

  /** Stops the gate and starts another one on the same ledger. */
  async restart(): Promise<void> {
    await this.#gate?.stop();
    await this.#begin();
  }

  /** Another world that goes on from here, with a copy of the ledger and the same fleet; faults injected here stay here. */
  async fork(): Promise<FleetWorld> {
    await this.#gate?.stop();
    const fork = new FleetWorld(this.#options, await freeAddress(), this.clock.now());
    copyFileSync(this.#ledger, fork.#ledger);
    await Promise.all([this.#begin(), fork.#begin()]);
    return fork;
  }

  /** Lets a fault begin now. @returns what ends it */
  inject(
    fault: FaultEffect & Pick<Fault, 'cluster' | 'signal' | 'component'>,
    lastsMs = Number.POSITIVE_INFINITY,
  ): () => void {
    const from = this.clock.now();
    const injected = { ...fault, from, to: from + lastsMs };
    this.fleet().inject(injected);
    return () => {
      injected.to = Math.min(injected.to, this.clock.now());
    };
  }

  /** Runs a hook to its end: PostSync registers, everything else takes the answer of now. */
  hook(
    phase: Phase,
    cluster: string,
    digest: string,
    ask: Readonly<Record<string, unknown>> = {},
  ): Promise<HookResult> {
    return runHook(
      {
        gateUrl: this.url,
        ask: { app: APP, cluster, revision: digest, digest, phase, ...ask },
        token: async () => undefined,
        mode: phase === 'PostSync' ? 'register' : 'wait',
        onHold: 'fail',
        maxWaitMs: 0,
      },
      { clock: this.clock, progress: () => undefined, aborted: new AbortController().signal },
    );
  }

  /** The answer to somebody who asks again after the sync. */
  verdict(cluster: string, digest: string, ask: Readonly<Record<string, unknown>> = {}): Promise<HookResult> {
    return runHook(
      {
        gateUrl: this.url,
        ask: { app: APP, cluster, revision: digest, digest, phase: 'PostSync', ...ask },
        token: async () => undefined,
        mode: 'wait',
        onHold: 'fail',
        maxWaitMs: 0,
      },
      { clock: this.clock, progress: () => undefined, aborted: new AbortController().signal },
    );
  }

  /** Lets minutes go by, with a look in each and everything that a gate does at intervals. */
  async pass(minutes: number, eachMinute?: (minute: number) => Promise<boolean>): Promise<void> {
    for (let minute = 1; minute <= minutes; minute += 1) {
      this.clock.advance(MINUTE_MS);
      await this.#idle();
      if (eachMinute && (await eachMinute(minute))) return;
    }
  }

  /** Runs by the gate's own word, the newest first. */
  async runs(digest?: string): Promise<readonly ToldRun[]> {
    const found: ToldRun[] = [];
    for (let before: string | undefined; ; before = found.at(-1)?.id) {
      const url = new URL('/v1/runs', this.url);
      url.searchParams.set('limit', '100');
      if (digest !== undefined) url.searchParams.set('digest', digest);
      if (before !== undefined) url.searchParams.set('before', before);
      const { runs } = await this.get<{ readonly runs: readonly ToldRun[] }>(url.pathname + url.search);
      found.push(...runs);
      if (runs.length < 100) return found;
    }
  }

  /** @throws NotFoundError for everything but 200 */
  async get<T>(path: string): Promise<T> {
    const response = await fetch(new URL(path, this.url));
    if (response.ok) return (await response.json()) as T;
    throw new NotFoundError(
      'world/answer',
      `${path} is answered with ${response.status}: ${await response.text()}`,
    );
  }

  async post(path: string, json: unknown): Promise<{ readonly status: number; readonly body: unknown }> {
    const response = await fetch(new URL(path, this.url), {
      method: 'POST',
      headers: { 'content-type': 'application/json' },
      body: JSON.stringify(json),
    });
    return { status: response.status, body: await response.json() };
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.#gate?.stop();
    this.#dir[Symbol.dispose]();
  }

  async #begin(): Promise<void> {
    this.#gate = await this.#start();
    // Every loop of the gate works once and then sleeps: when no more fall asleep, they all do.
    for (
      let quiet = 0, before = -1;
      quiet < QUIET_TURNS;
      quiet = this.clock.sleeping === before ? quiet + 1 : 0
    ) {
      before = this.clock.sleeping;
      await turn();
    }
    this.#loops = this.clock.sleeping;
  }

  /**
   * Whether everything that the gate does at intervals is done for now.
   *
   * @param others how many sleep on the clock beside its loops
   */
  isIdle(others = 0): boolean {
    return this.clock.sleeping - others >= this.#loops;
  }

  async #idle(): Promise<void> {
    do await turn();
    while (!this.isIdle());
  }
}

/** How many runs of a digest there are in each state. */
export async function countStates(
  world: FleetWorld,
  digest: string,
): Promise<Readonly<Record<string, number>>> {
  const counts: Record<string, number> = {};
  for (const { state } of await world.runs(digest)) counts[state] = (counts[state] ?? 0) + 1;
  return counts;
}

/** Turns of the event loop without a change after which everything that could fall asleep has. */
const QUIET_TURNS = 50;

function turn(): Promise<void> {
  return new Promise((resolve) => setImmediate(resolve));
}

function missing(what: string): never {
  throw new TypeError(`the world has no ${what} yet: open it first`);
}

function configText({ waves, config = {} }: FleetWorldOptions, listen: string, sqlite: string): string {
  const clusters = waves.flatMap((wave) =>
    wave.clusters.map((name) => ({
      name,
      wave: wave.name,
      class: 'standard',
      region: 'eu-west-1',
      source: 'fleet',
    })),
  );
  return stringify({
    gate: { listen, store: { sqlite } },
    sources: [{ name: 'fleet', kind: 'prometheus', url: 'http://127.0.0.1:9' }],
    fleet: { clusters },
    waves: waves.map(({ name, policy }) => ({ name, policy })),
    apps: [{ name: APP, components: ['dns'], owners: ['platform'] }],
    ...config,
  });
}
