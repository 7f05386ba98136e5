import type { Threshold } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Severity } from '../../catalogue/signal.ts';

/** A limit of an alert, as a board draws it. */
export interface LimitLine {
  readonly limit: number;
  readonly operator: '>' | '<';
  readonly severity: Severity;
}

/** Names of Grafana's palette, which fit its light and its dark theme. */
export const SEVERITY_COLOURS = {
  info: 'blue',
  warning: 'orange',
  critical: 'red',
} as const satisfies Record<Severity, string>;

const WORST_FIRST = ['critical', 'warning', 'info'] as const satisfies readonly Severity[];

/**
 * Grafana's threshold steps for limits of either direction: a step at every limit, coloured like the worst alert
 * whose limit is passed from there on.
 *
 * @param calm colour where nothing fires; with `transparent` Grafana draws a lower limit in the colour below it
 */
export function thresholdSteps(lines: readonly LimitLine[], calm: string): Threshold[] {
  const limits = [...new Set(lines.map(({ limit }) => limit))].sort((a, b) => a - b);
  const bounds = [Number.NEGATIVE_INFINITY, ...limits, Number.POSITIVE_INFINITY];
  return bounds.slice(0, -1).map((from, at) => {
    const to = bounds[at + 1] ?? Number.POSITIVE_INFINITY;
    const passed = lines.filter(({ limit, operator }) => (operator === '>' ? from >= limit : to <= limit));
    const worst = WORST_FIRST.find((severity) => passed.some((line) => line.severity === severity));
    const color = worst === undefined ? calm : SEVERITY_COLOURS[worst];
    // Grafana writes its first step, which begins nowhere, with null.
    return { value: at === 0 ? null : from, color };
  });
}

/** The top of an axis on which every limit is seen while all is well. */
export function softMaxOf(lines: readonly LimitLine[]): number {
  const highest = Math.max(0, ...lines.map(({ limit }) => limit));
  return highest === 0 ? 1 : Number((highest * 1.1).toPrecision(6));
}
