import type { ConfigWatch } from '../config/config-watch.ts';
import type { LiveInventory } from '../config/live-inventory.ts';
import { WATCHDOG } from '../domain/watchdog.ts';
import type { Clock } from '../gate/ports.ts';
import type { Gate } from '../gate/use-cases.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import { createChainWatch } from '../telemetry/chain-watch.ts';
import type { ConfigHealth } from '../telemetry/config-health.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { followFleet } from './argocd-fleet.ts';
import { reloadConfig } from './reload-config.ts';

/** Rules are evaluated once a minute: metrics twice as often are never older than one evaluation. */
export const METRICS_INTERVAL_MS = 30_000;
const CHAIN_INTERVAL_MS = 60_000;
/** What is due is learned; most turns only look whether another replica has learned. */
const LEARNING_INTERVAL_MS = 60_000;
const CONFIG_INTERVAL_MS = 10_000;
/** Following ends with the gate; should it end before, it is begun anew. */
const FLEET_PAUSE_MS = 5_000;
const RETENTION_INTERVAL_MS = 3_600_000;

/** What is looked after while a gate runs. */
export interface UpkeepParts {
  readonly gate: Gate;
  readonly live: LiveInventory;
  readonly sources: readonly SignalSource[];
  readonly metrics: Metrics;
  readonly health: ConfigHealth;
  readonly clock: Clock;
  readonly log: Log;
  /** Absent where the configuration is in no file. */
  readonly configFile?: ConfigWatch;
  /** Brings up to date what is known of the classes; absent where nothing is learned. */
  readonly learning?: (aborted: AbortSignal) => Promise<void>;
  /** Tells where runs and rollouts stand; absent where another thread does. */
  readonly tellStanding?: () => Promise<void>;
  /** Tells how old what was learned is; absent where nothing is learned. */
  readonly tellLearned?: () => void;
  /** Deletes what is too old to be asked for. */
  readonly retire: (aborted: AbortSignal) => Promise<void>;
}

/** Everything that is done at intervals beside looks and requests, until the signal aborts. */
export async function keepUp(parts: UpkeepParts, aborted: AbortSignal): Promise<void> {
  const { gate, live, sources, metrics, configFile, learning, retire, tellStanding, tellLearned } = parts;
  const chain = createChainWatch(gate);
  // Unbroken as far as it was read, which is not at all; a zero would page before anything was looked at.
  metrics.auditChainValid.set(1);
  // Who has a token for it is expected to push: then silence from the start is told, too.
  if (live.config.identity.tokens.some(({ kind }) => kind === 'webhook')) {
    metrics.watchdogs.inc({ alertname: WATCHDOG }, 0);
  }
  const { secrets } = live.config.fleet;
  await Promise.all([
    ...(secrets === undefined
      ? []
      : [repeat(parts, 'fleet', FLEET_PAUSE_MS, aborted, () => followFleet(secrets, parts, aborted))]),
    ...(tellLearned === undefined
      ? []
      : [repeat(parts, 'age of what was learned', METRICS_INTERVAL_MS, aborted, async () => tellLearned())]),
    ...(tellStanding === undefined
      ? []
      : [repeat(parts, 'standing metrics', METRICS_INTERVAL_MS, aborted, tellStanding)]),
    ...sources.map((source) =>
      repeat(parts, `source ${source.name}`, METRICS_INTERVAL_MS, aborted, () => tellHealth(source, parts)),
    ),
    repeat(parts, 'audit chain', CHAIN_INTERVAL_MS, aborted, async () => {
      const found = await chain.check();
      metrics.auditChainValid.set(found.ok ? 1 : 0);
      if (!found.ok) parts.log.error({ seq: found.seq, problem: found.problem }, 'the audit log is broken');
    }),
    repeat(parts, 'retention', RETENTION_INTERVAL_MS, aborted, () => retire(aborted)),
    ...(learning === undefined
      ? []
      : [repeat(parts, 'learning', LEARNING_INTERVAL_MS, aborted, () => learning(aborted))]),
    ...(configFile === undefined
      ? []
      : [
          repeat(parts, 'configuration', CONFIG_INTERVAL_MS, aborted, () =>
            reloadConfig({ ...parts, configFile }),
          ),
        ]),
  ]);
}

async function tellHealth(source: SignalSource, { metrics, clock }: UpkeepParts): Promise<void> {
  const { reachable } = await source.health(clock.now());
  metrics.sourceReachable.set({ source: source.name }, reachable ? 1 : 0);
}

/** Works, waits, works again; what fails is logged and tried at the next turn. */
export async function repeat(
  { clock, log }: Pick<UpkeepParts, 'clock' | 'log'>,
  what: string,
  everyMs: number,
  aborted: AbortSignal,
  work: () => Promise<void>,
): Promise<void> {
  while (!aborted.aborted) {
    try {
      await work();
    } catch (err) {
      log.error({ err, what }, 'upkeep failed; it is tried again');
    }
    await clock.sleep(everyMs, aborted);
  }
}
