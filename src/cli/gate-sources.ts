import type { Bundle } from '../catalogue/bundle.ts';
import type { Config } from '../config/config.ts';
import type { LiveInventory } from '../config/live-inventory.ts';
import type { Check, CheckedAlert } from '../domain/check.ts';
import type { AskedQuestion } from '../sources/prometheus/client.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import type { Metrics } from '../telemetry/metrics.ts';
import { traceSource } from '../telemetry/trace-source.ts';
import type { Tracing } from '../telemetry/tracing.ts';

/** What a source adapter is made from. */
export interface SourceContext {
  readonly source: Config['sources'][number];
  readonly bundle: Bundle;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  readonly tracing: Tracing;
  /** Called after each question; must not throw. */
  readonly onQuestion: (question: AskedQuestion) => void;
}

/** Makes the adapter of a source. */
export type CreateSource = (context: SourceContext) => SignalSource;

/** The sources of a configuration. */
export interface GateSources {
  readonly all: readonly SignalSource[];
  /** Where a cluster's signals are read; undefined when it is not known, or has none. */
  readonly sourceOf: (cluster: string) => SignalSource | undefined;
}

/** Makes all sources of the configuration; which cluster reads from which is asked at every use. */
export function gateSources({
  live,
  createSource,
  ...context
}: Omit<SourceContext, 'source'> & {
  readonly live: LiveInventory;
  readonly createSource: CreateSource;
}): GateSources {
  const byName = new Map(
    live.config.sources.map((source) => [
      source.name,
      traceSource(createSource({ source, ...context }), context.tracing),
    ]),
  );
  return {
    all: [...byName.values()],
    sourceOf: (cluster) => byName.get(live.inventory.cluster(cluster)?.source ?? ''),
  };
}

/** Counts the questions put to sources, and those that were not answered in full. */
export function countQuestions({
  sourceQuestions,
  sourceFailures,
}: Pick<Metrics, 'sourceQuestions' | 'sourceFailures'>): SourceContext['onQuestion'] {
  return ({ source, outcome }) => {
    sourceQuestions.inc({ source });
    if (outcome !== 'answered') sourceFailures.inc({ source });
  };
}
