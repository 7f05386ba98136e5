import { setTimeout as delay } from 'node:timers/promises';
import { RECORDED } from '../../../src/domain/recorded-series.ts';
import type { Prometheus } from '../../support/prometheus.ts';
import { TempDir } from '../../support/temp-dir.ts';
import { waitFor } from '../../support/wait-for.ts';
import { CLUSTERS, LEFT_OUT } from './clusters.ts';
import { type Fleet, LOAD_PER_SECOND, startFleet } from './fleet.ts';
import { type GateProcess, gateUrl, startGate } from './gate-process.ts';
import { type Monitoring, startMonitoring } from './monitoring.ts';
import type { ScenarioOutcome } from './outcome.ts';
import { rollOut } from './roll-out.ts';
import { SCRAPE_INTERVAL, type Timing } from './timing.ts';

/** Everything that runs while a rollout is watched. */
export interface Stage {
  readonly timing: Timing;
  readonly fleet: Fleet;
  readonly monitoring: Monitoring;
  readonly gate: GateProcess;
  /** The same gate without one signal. */
  readonly poorerGate: GateProcess;
  readonly tell: (line: string) => void;
  readonly signal: AbortSignal;
}

/** How the scenario is run. */
export interface ScenarioOptions {
  readonly timing: Timing;
  /** Takes the story, line by line. */
  readonly tell: (line: string) => void;
  /** Ends it early: everything is stopped, and the reason is thrown. */
  readonly signal: AbortSignal;
  /** Called when all is told and everything still runs. */
  readonly beforeEnd?: (stage: Stage, outcome: ScenarioOutcome) => Promise<void>;
}

/** Runs the scenario from an empty machine to the outcome; whatever it started is stopped when it ends, however it ends. */
export async function runScenario(options: ScenarioOptions): Promise<ScenarioOutcome> {
  const startedAt = Date.now();
  await using resources = new AsyncDisposableStack();
  const over = new AbortController();
  const signal = AbortSignal.any([options.signal, over.signal]);
  const stage = await buildStage(resources, { ...options, signal });
  // What fails in one place ends the waits and the hooks in all others, before the servers go.
  resources.defer(() => over.abort(new Error('the scenario is over')));
  const told = await haveBaseline(stage)
    .then(() => rollOut(stage))
    .catch((error: unknown) => {
      if (!options.signal.aborted) for (const line of lastLines(stage.gate)) options.tell(`gate: ${line}`);
      throw error;
    });
  const outcome: ScenarioOutcome = {
    timing: options.timing.name,
    startedAt: new Date(startedAt).toISOString(),
    seconds: Math.round((Date.now() - startedAt) / 1000),
    ...told,
  };
  await options.beforeEnd?.(stage, outcome);
  return outcome;
}

/** What the gate said last, for those who wonder why it does not answer. */
function lastLines({ process }: GateProcess): readonly string[] {
  return process.output.trimEnd().split('\n').slice(-5);
}

async function buildStage(
  resources: AsyncDisposableStack,
  { timing, tell, signal }: ScenarioOptions,
): Promise<Stage> {
  const dir = resources.use(new TempDir());
  const [url, poorerUrl] = [await gateUrl(), await gateUrl()];
  const fleet = resources.use(await startFleet(CLUSTERS));
  tell(
    `${CLUSTERS.length} clusters, each a real CoreDNS with ${LOAD_PER_SECOND} real queries a second; a real node exporter.`,
  );
  tell('Not real: there is no Kubernetes here, so the numbers of kube-state-metrics are served pages.');
  const monitoring = resources.use(await startMonitoring({ timing, scrape: fleet.scrape, gateUrl: url }));
  const { prometheus } = monitoring;
  tell(
    `A real Prometheus (${prometheus.url}) scrapes all of it every ${SCRAPE_INTERVAL}, with ${monitoring.rules} rendered rules;`,
  );
  tell(`a real Alertmanager (${monitoring.alertmanager.url}) has the rendered route.`);
  signal.throwIfAborted();
  const shared = { dir, prometheusUrl: prometheus.url, timing };
  const gate = resources.use(await startGate({ ...shared, name: 'gate', url }));
  const poorerGate = resources.use(
    await startGate({ ...shared, name: 'poorer-gate', url: poorerUrl, leaveOut: [LEFT_OUT.signal] }),
  );
  tell(`The gate is ready (${url}); beside it one that does without ${LEFT_OUT.signal} (${poorerUrl}).`);
  return { timing, fleet, monitoring, gate, poorerGate, tell, signal };
}

/** Sixty seconds in milliseconds: rules record by the minute. */
const MINUTE_MS = 60_000;

/** A sync in these seconds of a minute loses least: harm of less than a whole minute is in the first one judged. */
const SYNC_SECONDS = { from: 40, to: 52 } as const;

async function haveBaseline({ timing, monitoring, tell, signal }: Stage): Promise<void> {
  const { baselineMinutes } = timing;
  tell(
    `Waiting for ${baselineMinutes} recorded minutes of every cluster: real ones, nothing is back-filled.`,
  );
  await waitFor(
    'every cluster has its recorded minutes',
    () => hasMinutes(monitoring.prometheus, baselineMinutes),
    {
      timeoutMs: (baselineMinutes + 3) * MINUTE_MS,
      everyMs: 1_000,
      signal,
    },
  );
  const second = new Date().getUTCSeconds();
  if (second >= SYNC_SECONDS.from && second <= SYNC_SECONDS.to) return;
  const wait = (SYNC_SECONDS.from - second + 60) % 60;
  await delay(wait * 1000, undefined, { signal });
}

async function hasMinutes(prometheus: Prometheus, minutes: number): Promise<boolean> {
  const signals = 'dns-errors|dns-latency';
  const counts = await prometheus.query(
    `count_over_time({__name__="${RECORDED.exposure}", signal=~"${signals}"}[1h])`,
  );
  const enough = counts.filter(({ value }) => value >= minutes);
  return enough.length === CLUSTERS.length * signals.split('|').length;
}
