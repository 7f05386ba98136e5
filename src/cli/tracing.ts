import { readTraceEnvironment } from '../config/environment.ts';
import type { TraceWarning } from '../telemetry/otel-exporter.ts';
import { NO_TRACING, type TraceCarrier, type Tracing } from '../telemetry/tracing.ts';
import { VERSION } from './version.ts';

/** Tracing of a process, and the span of whoever started it. */
export interface ProcessTracing {
  readonly tracing: Tracing;
  readonly parent: TraceCarrier;
}

/** Time after the last traces were sent, or given up, until what still hangs on a connection is cut off. */
const LINGER_MS = 100;

/**
 * Starts tracing, where the environment names a receiver; only then is OpenTelemetry loaded.
 *
 * @param service    what the process is called in traces
 * @param patienceMs most time that sending takes, also at the end of the process
 */
export async function startTracing(
  service: string,
  patienceMs: number,
  warn: TraceWarning,
): Promise<ProcessTracing> {
  const { settings, problems } = readTraceEnvironment();
  for (const problem of problems)
    warn({ problem }, 'the environment sets up traces in a way that can not be used');
  if (settings === undefined) return { tracing: NO_TRACING, parent: {} };
  const { createOtelTracing } = await import('../telemetry/otel-tracing.ts');
  const tracing = createOtelTracing(settings, { service, version: VERSION, patienceMs, warn });
  return { tracing, parent: settings.parent };
}

/** Sends the last traces; call it last, for the process ends soon after. */
export async function endTracing(tracing: Tracing): Promise<void> {
  if (tracing === NO_TRACING) return;
  await tracing.stop();
  // A connection to a receiver that drops packets, or a name that nobody resolves, would hold the process for minutes.
  // The timer holds nothing itself: it fires only when something else does.
  setTimeout(() => process.exit(), LINGER_MS).unref();
}
