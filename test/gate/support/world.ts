import type { Check, CheckedAlert } from '../../../src/domain/check.ts';
import type { Cluster, Phase, Policy } from '../../../src/domain/run.ts';
import type { Waiver } from '../../../src/domain/waiver.ts';
import { createGate } from '../../../src/gate/create-gate.ts';
import type { LearnedClasses } from '../../../src/gate/learning/learned-classes.ts';
import type { AppMode, GateLog, GateMetrics, LedgerRun, Store, WaveRules } from '../../../src/gate/ports.ts';
import type { Judging } from '../../../src/gate/run-readings.ts';
import type { Answer, Ask, Gate } from '../../../src/gate/use-cases.ts';
import { openSqliteStore } from '../../../src/store/sqlite/sqlite-store.ts';
import { POLICY } from '../../store/ledger-data.ts';
import { HOOK } from './callers.ts';
import { FakeSource, type Script, value } from './fake-source.ts';
import { judgeByInput } from './judge-by-input.ts';
import { ManualClock } from './manual-clock.ts';
import { testJudge } from './test-judge.ts';

const BASE = { halts: true, required: true, critical: false, on: 'change-or-limit', weight: 0.4 } as const;

/** A count, a state and a gauge. */
export const CHECKS: readonly Check[] = [
  {
    ...BASE,
    kind: 'ratio',
    signal: 'dns-errors',
    component: 'dns',
    title: 'DNS answers with SERVFAIL',
    exposureUnit: 'request',
    series: [{ key: 'dns-errors', what: 'answered with SERVFAIL', limit: 0.03, floor: 0.005 }],
  },
  {
    ...BASE,
    kind: 'state',
    signal: 'nodes-ready',
    component: 'nodes',
    title: 'Nodes that are not ready',
    item: 'node',
    forMinutes: 5,
  },
  {
    ...BASE,
    kind: 'gauge',
    signal: 'etcd-size',
    component: 'control-plane',
    title: 'Size of etcd',
    required: false,
    halts: false,
    worse: 'up',
    unit: 'bytes',
    forMinutes: 5,
  },
];

/** One that can halt, one that can't. */
export const ALERTS: readonly CheckedAlert[] = [
  {
    name: 'DnsErrorsHigh',
    signal: 'dns-errors',
    component: 'dns',
    severity: 'critical',
    summary: 'DNS fails',
    halts: true,
    critical: false,
    runbookUrl: 'https://gate.test/runbooks/DnsErrorsHigh',
  },
  {
    name: 'EtcdLarge',
    signal: 'etcd-size',
    component: 'control-plane',
    severity: 'warning',
    summary: 'etcd grows',
    halts: false,
    critical: false,
    runbookUrl: 'https://gate.test/runbooks/EtcdLarge',
  },
];

/** 1,200 requests with 2 errors a minute, 40 nodes of which all are ready. */
export const QUIET: Script = {
  count: () => value({ events: 2, exposure: 1_200 }),
  items: () => value({ bad: 0, among: 40 }),
  value: () => value(1e9),
};

/** Noon, and 10 s. */
export const NOON = Date.UTC(2026, 10, 23, 12, 0, 10);

/** What a world is made of; everything has a default. */
export interface WorldOptions {
  readonly store?: Store;
  readonly policy?: Policy;
  readonly judge?: Judging['judge'];
  readonly checks?: readonly Check[];
  readonly clusters?: readonly string[];
  /** Names of the waves in their order, and which clusters are not of the first. */
  readonly waves?: readonly string[];
  readonly waveOf?: Readonly<Record<string, string>>;
  /** Apps whose name begins with `bom` are in this mode. */
  readonly mode?: AppMode;
  /** Clusters whose metrics nobody reads. */
  readonly sourceless?: readonly string[];
  readonly startAt?: number;
  /** What is known of the classes; by default nothing is. */
  readonly learned?: LearnedClasses;
  readonly waivers?: () => readonly Waiver[];
}

/** A gate with its clock, its store, and two sources: `prom-a` for clusters whose name begins with a, else `prom-b`. */
export class World implements AsyncDisposable {
  readonly clock: ManualClock;
  readonly store: Store;
  readonly sources: { readonly a: FakeSource; readonly b: FakeSource };
  readonly logged: { readonly level: string; readonly message: string; readonly fields: object }[] = [];
  readonly blind = new Map<string, number>();
  readonly looks: { readonly runs: number; readonly failed: number }[] = [];
  policy: Policy;
  /** The fleet, its waves in their order, and which clusters are not of the first; read live. */
  clusters: readonly string[];
  waves: readonly string[];
  waveOf: Readonly<Record<string, string>>;
  /** Apps that are configured: those whose name begins with it. */
  apps = 'bom';
  /** Rules of waves by name, over: all their clusters need go, the first halt freezes. */
  rules: Record<string, Partial<WaveRules>> = {};
  /** Why the inventory can't be read. */
  unreadable: string | undefined;
  gate: Gate;
  readonly #options: WorldOptions;

  private constructor(store: Store, options: WorldOptions) {
    this.store = store;
    this.clock = new ManualClock(options.startAt ?? NOON);
    this.policy = options.policy ?? POLICY;
    this.#options = options;
    const { checks = CHECKS, clusters = ['a-1', 'a-2', 'b-1'], waves = ['first'], waveOf = {} } = options;
    this.clusters = clusters;
    this.waves = waves;
    this.waveOf = waveOf;
    const source = (name: string) =>
      new FakeSource(name, { checks, script: QUIET, now: () => this.clock.now() });
    this.sources = { a: source('prom-a'), b: source('prom-b') };
    this.gate = this.newGate();
  }

  static async open(options: WorldOptions = {}): Promise<World> {
    return new World(options.store ?? (await openSqliteStore(':memory:')), options);
  }

  /** A gate that has just been started on the same store. */
  newGate(): Gate {
    const {
      judge = judgeByInput(testJudge),
      checks = CHECKS,
      sourceless = [],
      mode = 'enforce',
      waivers = () => [],
    } = this.#options;
    const world = this;
    const place = (name: string) => clusterOf(name, this.waveOf[name] ?? this.waves[0] ?? '');
    return createGate({
      ...(this.#options.learned && { learned: this.#options.learned }),
      store: this.store,
      clock: this.clock,
      sources: (cluster) => {
        if (sourceless.includes(cluster)) return undefined;
        return cluster.startsWith('a') ? this.sources.a : this.sources.b;
      },
      inventory: {
        get waves() {
          return world.waves;
        },
        get waivers() {
          return waivers();
        },
        get clusters() {
          return world.clusters.map(place);
        },
        cluster: (name) => (this.clusters.includes(name) || name === 'a-lone' ? place(name) : undefined),
        app: (name) =>
          name.startsWith(this.apps)
            ? { name, components: ['dns'], clusters: this.clusters, mode, owners: ['platform'] }
            : undefined,
        policyFor: () => this.policy,
        waveRules: (wave) => ({ quorum: 1, maxHalted: 1, ...this.rules[wave] }),
        unreadable: () => this.unreadable,
      },
      checks,
      alerts: ALERTS,
      judge,
      baseUrl: 'https://gate.test',
      log: this.#log(),
      metrics: this.#metrics(),
    });
  }

  /** Throws the gate away and starts another one. */
  restart(): void {
    this.gate = this.newGate();
  }

  /** Asks for app `bom` on `a-1`, digest `d1`, where nothing else is said. */
  ask(phase: Phase, ask: Partial<Ask> = {}): Promise<Answer> {
    return this.gate.ask({ app: 'bom', cluster: 'a-1', revision: 'r1', digest: 'd1', phase, ...ask }, HOOK);
  }

  /** Lets time pass as the loop would: a look every 15 s. */
  async pass(minutes: number): Promise<void> {
    for (let looks = 0; looks < minutes * 4; looks += 1) {
      this.clock.advance(15_000);
      await this.gate.look();
    }
  }

  /** Admits and syncs a change and lets it settle. */
  async soak(ask: Partial<Ask> = {}): Promise<LedgerRun> {
    await this.ask('PreSync', ask);
    const { runId } = await this.ask('PostSync', ask);
    for (let tries = 0; tries < 20; tries += 1) {
      await this.pass(0.25);
      const run = await this.run(runId);
      if (run.state === 'soaking') return run;
    }
    throw new Error(`run ${runId} does not settle`);
  }

  async run(id: string): Promise<LedgerRun> {
    const run = await this.store.run(id);
    if (!run) throw new Error(`there is no run ${id}`);
    return run;
  }

  /** Kinds of the audit entries of a run, in order. */
  async audited(runId?: string): Promise<string[]> {
    const entries = await this.store.audit(0, 100_000);
    return entries.filter((entry) => runId === undefined || entry.runId === runId).map(({ kind }) => kind);
  }

  async [Symbol.asyncDispose](): Promise<void> {
    await this.store.close();
  }

  #log(): GateLog {
    const at = (level: string) => (fields: object, message: string) => {
      this.logged.push({ level, fields, message });
    };
    return { info: at('info'), warn: at('warn'), error: at('error') };
  }

  #metrics(): GateMetrics {
    return {
      answered: () => undefined,
      changed: () => undefined,
      looked: (look) => this.looks.push(look),
      held: () => undefined,
      blind: (source, runs) => this.blind.set(source, runs),
      auditHead: () => undefined,
    };
  }
}

function clusterOf(name: string, wave: string): Cluster {
  return { name, wave, class: 'prod', region: 'eu-west-1', source: 'prom', labels: {}, links: {} };
}
