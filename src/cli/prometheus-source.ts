import { readFileSync } from 'node:fs';
import { milliseconds } from '../domain/duration.ts';
import { renderFacts } from '../render/checks/render-facts.ts';
import { recordedSeries } from '../render/prometheus/recorded.ts';
import { createPrometheusSource } from '../sources/prometheus/prometheus-source.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import { traceQuery } from '../telemetry/trace-source.ts';
import type { SourceContext } from './gate-sources.ts';

/** A source of the configuration as an adapter that asks a Prometheus. */
export function prometheusSource({
  source,
  bundle,
  checks,
  alerts,
  tracing,
  onQuestion,
}: SourceContext): SignalSource {
  const { auth } = source;
  const url = new URL(source.url);
  return createPrometheusSource({
    name: source.name,
    url: source.url,
    timeoutMs: milliseconds(source.timeout),
    settleDelayMs: milliseconds(source.settleDelay),
    clusterLabel: source.clusterLabel,
    series: recordedSeries(bundle),
    checks,
    alertNames: alerts.map(({ name }) => name),
    facts: renderFacts(bundle),
    liveFallback: true,
    // Read at every question: projected tokens are replaced while the gate runs.
    headers: () => ({
      ...tracing.headers(),
      ...(auth && { authorization: `Bearer ${readFileSync(auth.bearerFile, 'utf8').trim()}` }),
    }),
    onQuestion(question) {
      onQuestion(question);
      traceQuery(tracing, url, question);
    },
  });
}
