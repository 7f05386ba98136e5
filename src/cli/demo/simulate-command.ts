import { once } from 'node:events';
import type { Command } from 'commander';
import { loadConfig } from '../../config/load-config.ts';
import type { SignalSource } from '../../sources/signal-source.ts';
import { createSimulatedSource } from '../../sources/simulated/simulated-source.ts';
import { createLog } from '../../telemetry/log.ts';
import { bundleOf } from '../bundle.ts';
import { startGate } from '../compose-gate.ts';
import type { SourceContext } from '../gate-sources.ts';
import { untilTold } from '../signals.ts';
import { fastClock } from '../system-clock.ts';
import { endTracing, startTracing } from '../tracing.ts';
import { readWorld, watchFleet } from './world.ts';

/** Longest that the end waits for traces to be taken. */
const TRACE_PATIENCE_MS = 1_500;

/** What a gate of the demo tells the process that started it, once it answers. */
export interface GateListens {
  readonly url: string;
}

/** `tidegate simulate`: the gate of the demo, a process of its own, over a simulated fleet. */
export function addSimulateCommand(program: Command): void {
  program
    .command('simulate', { hidden: true })
    .description('run a gate over a simulated fleet in fast-forward; the demo starts it')
    .requiredOption('--config <file>', 'configuration')
    .requiredOption('--world <file>', 'seed, clock and faults of the fleet; read anew when it is replaced')
    .action(simulateAction);
}

async function simulateAction({ config: file, world }: { readonly config: string; readonly world: string }) {
  const config = loadConfig(file, { TIDEGATE_LOG_LEVEL: 'error' });
  const log = createLog('error');
  const { tracing } = await startTracing('tidegate', TRACE_PATIENCE_MS, log.warn.bind(log));
  try {
    const gate = await startGate({
      config,
      bundle: bundleOf(config),
      clock: fastClock(readWorld(world).time),
      log,
      tracing,
      createSource: (context) => worldSource(world, context),
    });
    process.send?.({ url: gate.url } satisfies GateListens);
    // Whoever started it may die without a word; then nobody would end it.
    await Promise.race([untilTold(), ...(process.connected ? [once(process, 'disconnect')] : [])]);
    await gate.stop();
  } finally {
    if (process.connected) process.disconnect();
    await endTracing(tracing);
  }
}

/** Reads the fleet as it is at each question: faults come and go while the gate runs. */
function worldSource(file: string, { source, checks, alerts }: SourceContext): SignalSource {
  const fleet = watchFleet(file, { checks, alerts });
  const now = () => createSimulatedSource({ name: source.name, fleet: fleet(), checks });
  return {
    name: source.name,
    settleDelayMs: now().settleDelayMs,
    observe: (...asked) => now().observe(...asked),
    fired: (...asked) => now().fired(...asked),
    facts: (...asked) => now().facts(...asked),
    health: (at) => now().health(at),
  };
}
