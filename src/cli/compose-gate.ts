import { join } from 'node:path';
import type { Bundle } from '../catalogue/bundle.ts';
import type { Config } from '../config/config.ts';
import type { ConfigWatch } from '../config/config-watch.ts';
import { createLiveInventory } from '../config/live-inventory.ts';
import { milliseconds } from '../domain/duration.ts';
import { createGate } from '../gate/create-gate.ts';
import { createLearning, type Learn } from '../gate/learning/learn-classes.ts';
import { createLearnedClasses } from '../gate/learning/learned-classes.ts';
import { LOOK_INTERVAL_MS } from '../gate/look-loop.ts';
import type { Clock, GateMetrics } from '../gate/ports.ts';
import { retireOld } from '../gate/retention.ts';
import { createWatch } from '../gate/watch.ts';
import { createApp } from '../http/app.ts';
import type { SourceState } from '../http/readiness.ts';
import { type Listening, listen } from '../http/server.ts';
import { judgeRun } from '../judge/run-judge.ts';
import { readPages } from '../publish/files.ts';
import { clusterBoards } from '../render/board-link.ts';
import { catalogueView } from '../render/catalogue/catalogue-view.ts';
import { renderCheckedAlerts, renderChecks } from '../render/checks/render-checks.ts';
import { parsePage } from '../render/runbooks/page.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import { createConfigHealth } from '../telemetry/config-health.ts';
import { createGateMetrics, createLearningMetrics, tellLearnedAge } from '../telemetry/gate-metrics.ts';
import type { Log } from '../telemetry/log.ts';
import { createMetrics } from '../telemetry/metrics.ts';
import { readStanding, showStanding } from '../telemetry/standing-metrics.ts';
import { traceAsks, traceGateMetrics, traceLook } from '../telemetry/trace-gate.ts';
import { NO_TRACING, type Tracing } from '../telemetry/tracing.ts';
import { type CreateSource, countQuestions, gateSources } from './gate-sources.ts';
import { createLiveIdentity } from './live-identity.ts';
import { createLiveValues } from './live-values.ts';
import { hearNews } from './looks/hear-news.ts';
import { type LookThread, type StartLooks, toldInventory } from './looks/look-thread.ts';
import type { LookWord } from './looks/look-words.ts';
import { type OpenedStore, openStore } from './open-store.ts';
import { PACKAGE_ROOT } from './package-root.ts';
import { recordFirstConfig } from './reload-config.ts';
import { keepUp } from './upkeep.ts';
import { VERSION } from './version.ts';

/** Looks may take their time, but not this many intervals, before the gate counts as not ready. */
const LATE_LOOKS = 4;

/** What a gate is started with. */
export interface ComposeOptions {
  readonly config: Config;
  /** The file that the configuration comes from; changes of it are put in force while the gate runs. */
  readonly configFile?: ConfigWatch;
  readonly bundle: Bundle;
  readonly clock: Clock;
  readonly log: Log;
  /** By default nothing is traced. */
  readonly tracing?: Tracing;
  /** How long clusters of a replica that fell silent stay its own; by default as in production. */
  readonly leaseMs?: number;
  /** How the classes are learned; without it nothing is, and what is stored is used. */
  readonly learn?: Learn;
  readonly createSource: CreateSource;
  /** Who looks, in a thread of its own; without it the gate does between its answers. */
  readonly looks?: StartLooks;
}

/** A gate that answers. */
export interface RunningGate {
  readonly url: string;
  /** Answers whoever waits, ends requests and looks under way, closes the ledger. */
  stop(): Promise<void>;
}

/** Wires adapters to the use cases and starts listening and looking; what can't start leaves nothing behind. */
export async function startGate(options: ComposeOptions): Promise<RunningGate> {
  const { config, log, leaseMs } = options;
  const store = await openStore(config.gate.store, log, leaseMs === undefined ? {} : { leaseMs });
  try {
    return await startOn(store, options);
  } catch (error) {
    await store.close();
    throw error;
  }
}

async function startOn(
  store: OpenedStore,
  { looks: startLooks, leaseMs, ...options }: ComposeOptions,
): Promise<RunningGate> {
  const { config, configFile, bundle, clock, log, createSource, learn, tracing = NO_TRACING } = options;
  const metrics = createMetrics({ version: VERSION });
  const checks = renderChecks(bundle);
  const alerts = renderCheckedAlerts(bundle);
  const ownLive = createLiveInventory(config);
  const { inventory } = ownLive;
  const onQuestion = countQuestions(metrics);
  const context = { bundle, checks, alerts, tracing, createSource, onQuestion };
  const { all, sourceOf: sources } = gateSources({ live: ownLive, ...context });
  const open = await store.runs({ open: true });
  const gateMetrics = traceGateMetrics(createGateMetrics(metrics, open, clock.now), tracing);
  const watch = createWatch();
  let lastLookAt: number | undefined;
  const noteLook: GateMetrics = {
    ...gateMetrics,
    looked(look) {
      lastLookAt = clock.now();
      gateMetrics.looked(look);
    },
  };
  let thread: LookThread | undefined;
  const say = (word: LookWord) => thread?.say(word);
  const live = startLooks ? toldInventory(ownLive, say) : ownLive;
  const learned = createLearnedClasses(store);
  const plainGate = createGate({
    store,
    clock,
    sources,
    inventory,
    checks,
    alerts,
    learned,
    judge: judgeRun,
    baseUrl: config.gate.url.replace(/\/+$/, ''),
    log,
    metrics: noteLook,
    watch,
    ...(startLooks && { nudge: (clusters) => say({ is: 'nudge', clusters }) }),
    aroundLook: traceLook(tracing),
  });
  const gate = { ...plainGate, ...traceAsks(plainGate, tracing) };
  if (configFile !== undefined) await recordFirstConfig(configFile, gate);
  metrics.configReloadTime.set(clock.now() / 1000);
  const stopping = new AbortController();
  const app = createApp({
    gate,
    ...createLiveIdentity({ live, now: clock.now, metrics, log }),
    cluster: inventory.cluster,
    clusters: () => inventory.clusters,
    waves: () => inventory.waves,
    app: inventory.app,
    runbooks: await runbooksOf(),
    catalogue: catalogueView(bundle),
    boards: (cluster) => clusterBoards(bundle.parameters, cluster),
    liveValues: createLiveValues({ sources, checks, alerts, clock }),
    readiness: {
      storeWritable: () => store.probe(),
      lastLookAt: () => lastLookAt,
      maxLookAgeMs: LATE_LOOKS * LOOK_INTERVAL_MS,
      sources: () => Promise.all(all.map((source) => stateOf(source, clock.now()))),
    },
    metrics,
    tracing,
    log,
    now: clock.now,
    version: VERSION,
    publicUrl: config.gate.url,
    frameAncestors: config.gate.frameAncestors,
    stopping: stopping.signal,
  });
  const listening: Listening = await listen(app, config.gate.listen);
  const order = { config, ...(store.turns && { turns: store.turns }), ...(leaseMs && { leaseMs }) };
  thread = startLooks?.(order, (news) =>
    hearNews(news, { watch, metrics, gateMetrics: noteLook, onQuestion }),
  );
  const looking = thread?.ended ?? gate.start(stopping.signal);
  const upkeep = keepUp(
    {
      gate,
      live,
      health: createConfigHealth(metrics),
      sources: all,
      metrics,
      clock,
      log,
      ...(startLooks === undefined && {
        tellStanding: async () => showStanding(metrics, await readStanding({ gate, app: inventory.app })),
      }),
      retire: (aborted) => retireOld({ store, clock, log }, milliseconds(config.gate.keepEvidence), aborted),
      ...(configFile === undefined ? {} : { configFile }),
      ...(learn && {
        tellLearned: () =>
          tellLearnedAge(metrics, {
            learned,
            classes: new Set(inventory.clusters.map((cluster) => cluster.class)),
            now: clock.now(),
          }),
        learning: createLearning({
          store,
          clock,
          sources,
          inventory,
          checks,
          alerts,
          log,
          learn,
          learned,
          metrics: createLearningMetrics(metrics),
        }),
      }),
    },
    stopping.signal,
  );
  return {
    url: listening.url,
    async stop() {
      stopping.abort();
      say({ is: 'stop' });
      await Promise.allSettled([listening.stop(), looking, upkeep]);
      await store.close();
    },
  };
}

async function stateOf(source: SignalSource, now: number): Promise<SourceState> {
  return { name: source.name, ...(await source.health(now)) };
}

async function runbooksOf(): Promise<Parameters<typeof createApp>[0]['runbooks']> {
  const pages = await readPages(join(PACKAGE_ROOT, 'runbooks'));
  return new Map([...pages].map(([alert, text]) => [alert, parsePage(alert, text)]));
}
