import type { Command } from 'commander';
import { watchConfig } from '../config/config-watch.ts';
import { readEnvironment } from '../config/environment.ts';
import { ConfigError } from '../domain/errors.ts';
import { createLog } from '../telemetry/log.ts';
import { bundleOf } from './bundle.ts';
import { type ComposeOptions, startGate } from './compose-gate.ts';
import { learnInWorker } from './learn-in-worker.ts';
import { looksInWorker } from './looks/look-in-worker.ts';
import { prometheusSource } from './prometheus-source.ts';
import { untilTold } from './signals.ts';
import { systemClock } from './system-clock.ts';
import { endTracing, startTracing } from './tracing.ts';

/** A gate that was told to end must not wait for a collector that is away. */
const PATIENCE_MS = 1_500;

/** `tidegate serve`: the gate. */
export function addServeCommand(program: Command): void {
  program
    .command('serve')
    .description('run the gate')
    .option('--config <file>', 'configuration (or TIDEGATE_CONFIG)')
    .action(async (flags: { readonly config?: string }) => {
      const environment = readEnvironment();
      const file = flags.config ?? environment.configPath;
      if (file === undefined) {
        const message = 'no configuration is named; give --config FILE or set TIDEGATE_CONFIG';
        throw new ConfigError('the call', [{ path: '--config', message }]);
      }
      const configFile = watchConfig(file, environment);
      const plainLog = createLog(environment.logLevel);
      const { tracing } = await startTracing('tidegate', PATIENCE_MS, plainLog.warn.bind(plainLog));
      const log = createLog(environment.logLevel, undefined, tracing.logFields);
      try {
        await serveUntilTold({
          config: configFile.config,
          configFile,
          log,
          tracing,
          looks: looksInWorker(environment.logLevel),
        });
      } finally {
        await endTracing(tracing);
      }
    });
}

async function serveUntilTold(
  given: Pick<ComposeOptions, 'config' | 'configFile' | 'log' | 'tracing' | 'looks'>,
): Promise<void> {
  const { config, log } = given;
  const gate = await startGate({
    ...given,
    bundle: bundleOf(config),
    clock: systemClock,
    learn: learnInWorker,
    createSource: prometheusSource,
  });
  log.info(
    { url: gate.url, clusters: config.fleet.clusters.length, apps: config.apps.length },
    'the gate listens',
  );
  await untilTold();
  log.info({}, 'the gate stops');
  await gate.stop();
}
