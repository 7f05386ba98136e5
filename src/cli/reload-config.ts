import type { ConfigWatch } from '../config/config-watch.ts';
import type { LiveInventory } from '../config/live-inventory.ts';
import type { Clock } from '../gate/ports.ts';
import type { Gate } from '../gate/use-cases.ts';
import type { ConfigHealth } from '../telemetry/config-health.ts';
import type { Log } from '../telemetry/log.ts';
import type { Metrics } from '../telemetry/metrics.ts';

/** What takes part in a reload. */
export interface ReloadParts {
  readonly configFile: ConfigWatch;
  readonly gate: Pick<Gate, 'record'>;
  readonly live: LiveInventory;
  readonly metrics: Pick<Metrics, 'configReloadTime'>;
  readonly health: Pick<ConfigHealth, 'file'>;
  readonly clock: Pick<Clock, 'now'>;
  readonly log: Pick<Log, 'info' | 'error'>;
}

/** Writes the configuration that the gate starts with into the audit log. */
export function recordFirstConfig({ path, sha256 }: ConfigWatch, gate: Pick<Gate, 'record'>): Promise<void> {
  return record(gate, path, sha256);
}

/**
 * Looks at the configuration file and puts what changed in force; what can't be is told in full, and the old
 * configuration stays. A version is in the audit log before anything is decided by it.
 *
 * @throws UnavailableError `store/...` when it could not be recorded; the next look tries again
 */
export async function reloadConfig(parts: ReloadParts): Promise<void> {
  const { configFile, gate, live, metrics, health, clock, log } = parts;
  const change = configFile.look();
  if (change.is === 'same') return;
  if (change.is === 'refused') {
    live.unreadable(
      'file',
      change.unreadable ? change.problems.map(({ message }) => message).join('; ') : undefined,
    );
    health.file(false);
    log.error(
      { file: configFile.path, problems: change.problems },
      'the configuration was refused; the one before stays in force',
    );
    return;
  }
  const { config, sha256 } = change;
  try {
    await record(gate, configFile.path, sha256);
  } catch (error) {
    configFile.forget();
    throw error;
  }
  live.replace(config);
  health.file(true);
  metrics.configReloadTime.set(clock.now() / 1000);
  log.info(
    { file: configFile.path, sha256, clusters: config.fleet.clusters.length, apps: config.apps.length },
    'a new configuration is in force',
  );
}

function record(gate: Pick<Gate, 'record'>, file: string, sha256: string): Promise<void> {
  return gate.record({ kind: 'config', actor: 'gate', data: { file, sha256 } });
}
