import { setPriority } from 'node:os';
import type { MessagePort } from 'node:worker_threads';
import { createLiveInventory } from '../../config/live-inventory.ts';
import { createGate } from '../../gate/create-gate.ts';
import type { Clock, GateMetrics } from '../../gate/ports.ts';
import { judgeRun } from '../../judge/run-judge.ts';
import { renderCheckedAlerts, renderChecks } from '../../render/checks/render-checks.ts';
import type { Log } from '../../telemetry/log.ts';
import { readStanding } from '../../telemetry/standing-metrics.ts';
import { traceGateMetrics, traceLook } from '../../telemetry/trace-gate.ts';
import type { Tracing } from '../../telemetry/tracing.ts';
import { bundleOf } from '../bundle.ts';
import { type CreateSource, gateSources } from '../gate-sources.ts';
import { openStore } from '../open-store.ts';
import { METRICS_INTERVAL_MS, repeat } from '../upkeep.ts';
import type { LookNews, LookOrder, LookWord, MetricNews } from './look-words.ts';

/** What a thread looks with. */
export interface LookParts {
  readonly order: LookOrder;
  readonly port: MessagePort;
  readonly clock: Clock;
  readonly log: Log;
  readonly tracing: Tracing;
  readonly createSource: CreateSource;
}

/** As much nicer than the threads that answer: two thirds of their share of a busy machine, and all of a quiet one. */
const PRIORITY = 2;

/** Looks at a ledger that another thread answers from, until it is told to stop. */
export async function lookInThread(parts: LookParts): Promise<void> {
  const { order, port, clock, log, tracing, createSource } = parts;
  // On Linux a priority is a thread's own.
  if (process.platform === 'linux') setPriority(PRIORITY);
  const { config } = order;
  const stopping = new AbortController();
  const tell = outbox(port);
  const live = createLiveInventory(config);
  const { inventory } = live;
  const bundle = bundleOf(config);
  const checks = renderChecks(bundle);
  const alerts = renderCheckedAlerts(bundle);
  const onQuestion = (question: (LookNews & { is: 'question' })['question']) =>
    tell({ is: 'question', question });
  const { sourceOf } = gateSources({ live, bundle, checks, alerts, tracing, createSource, onQuestion });
  const store = await openStore(config.gate.store, log, order);
  try {
    const gate = createGate({
      store,
      clock,
      sources: sourceOf,
      inventory,
      checks,
      alerts,
      judge: judgeRun,
      baseUrl: config.gate.url.replace(/\/+$/, ''),
      log,
      metrics: traceGateMetrics(toldMetrics(tell), tracing),
      watch: { changed: (runId) => tell({ is: 'changed', runId }), next: () => new Promise(() => undefined) },
      aroundLook: traceLook(tracing),
    });
    port.on('message', (word: LookWord) => {
      if (word.is === 'nudge') gate.nudge(word.clusters);
      else if (word.is === 'inventory') Reflect.apply(live[word.change], live, word.told);
      else stopping.abort();
    });
    await Promise.all([
      gate.start(stopping.signal),
      repeat({ clock, log }, 'standing metrics', METRICS_INTERVAL_MS, stopping.signal, async () => {
        tell({ is: 'standing', standing: await readStanding({ gate, app: inventory.app }) });
      }),
    ]);
  } finally {
    await store.close();
  }
}

/** Sends news together that come together: a look at a fleet has thousands. */
function outbox(port: MessagePort): (news: LookNews) => void {
  let waiting: LookNews[] = [];
  return (news) => {
    waiting.push(news);
    if (waiting.length > 1) return;
    setImmediate(() => {
      port.postMessage(waiting);
      waiting = [];
    });
  };
}

function toldMetrics(tell: (news: LookNews) => void): GateMetrics {
  const told = (metric: MetricNews['metric'], ...args: readonly unknown[]) =>
    tell({ is: 'metric', metric, told: args } as LookNews);
  return {
    answered: (...args) => told('answered', ...args),
    changed: ({ id, app, cluster, state, verdict, reasons, decidedAt }, from) =>
      told(
        'changed',
        { id, app, cluster, state, verdict, reasons, ...(decidedAt !== undefined && { decidedAt }) },
        from,
      ),
    looked: (...args) => told('looked', ...args),
    held: (...args) => told('held', ...args),
    blind: (...args) => told('blind', ...args),
    auditHead: (...args) => told('auditHead', ...args),
  };
}
