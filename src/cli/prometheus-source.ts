import { readFileSync } from 'node:fs';
import { milliseconds } from '../domain/duration.ts';
import { recordedSeries } from '../render/prometheus/recorded.ts';
import { createPrometheusSource } from '../sources/prometheus/prometheus-source.ts';
import type { SignalSource } from '../sources/signal-source.ts';
import type { SourceContext } from './compose-gate.ts';

/** A source of the configuration as an adapter that asks a Prometheus. */
export function prometheusSource({ source, bundle, checks, alerts, metrics }: SourceContext): SignalSource {
  const { auth } = source;
  const questions = metrics.sourceQuestions.labels({ source: source.name });
  const failures = metrics.sourceFailures.labels({ source: source.name });
  return createPrometheusSource({
    name: source.name,
    url: source.url,
    timeoutMs: milliseconds(source.timeout),
    settleDelayMs: milliseconds(source.settleDelay),
    clusterLabel: source.clusterLabel,
    series: recordedSeries(bundle),
    checks,
    alertNames: alerts.map(({ name }) => name),
    liveFallback: true,
    // Read at every question: projected tokens are replaced while the gate runs.
    ...(auth === undefined
      ? {}
      : { headers: () => ({ authorization: `Bearer ${readFileSync(auth.bearerFile, 'utf8').trim()}` }) }),
    onQuestion({ outcome }) {
      questions.inc();
      if (outcome !== 'answered') failures.inc();
    },
  });
}
