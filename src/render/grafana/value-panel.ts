import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import type { Node } from '../../promql/node.ts';
import type { Vector } from '../../promql/vector.ts';
import { formatNumber } from '../format.ts';
import type { Measure } from '../prometheus/conditions.ts';
import { recordedSelector } from '../prometheus/recorded.ts';
import { describePanel, emptyNumbers } from './describe-panel.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { onlyWorst, onlyWorstInWords } from './worst-lines.ts';

/** An alert with what it compares. */
export interface Comparing {
  readonly alert: AnyAlert;
  readonly measure: Measure;
}

/** One number of a signal with the limits of all alerts that compare it; trends are told in words. */
export function valuePanel(
  signal: AnySignal,
  drawn: readonly [Comparing, ...Comparing[]],
  bundle: Bundle,
): Panel {
  const [{ alert, measure }] = drawn;
  const alerts = [...drawn.map((one) => one.alert), ...trendsOf(signal)];
  const { value, operator } = measure;
  const worst = operator === '>' ? 'highest' : 'lowest';
  const many = value.labels.length > 0;
  return linesPanel(
    {
      title: `${signal.title}${detailOf(alert)}`,
      description: describePanel(
        {
          signal,
          alerts,
          ...(many ? { drawn: onlyWorstInWords(worst) } : {}),
          empty: emptyNumbers(signal),
        },
        bundle,
      ),
      alerts: alerts.map(({ name }) => name),
      queries: [
        { of: shownOf(signal, many ? onlyWorst(worst, value) : value), legend: legendOf(value.labels) },
      ],
      unit: unitOf(signal),
      limits: drawn.map((one) => ({ ...one.measure, severity: one.alert.severity })),
    },
    bundle,
  );
}

/** A gauge per cluster is recorded, the same number under another name: one series instead of all scrapes. */
function shownOf(signal: AnySignal, value: Vector<string>): Node {
  return signal.kind === 'gauge' && signal.by.length === 0
    ? recordedSelector('value', signal.id)
    : value.node;
}

/** What the title of a signal leaves open: the bound and the time that an alert counts over. */
function detailOf({ when }: AnyAlert): string {
  const bound = when.is === 'slower' ? ` (slower than ${formatNumber(when.than, 's')})` : '';
  const over = 'over' in when && when.over !== undefined ? `, over ${when.over}` : '';
  return `${bound}${over}`;
}

/** Grafana's unit of the number that a signal is about; events are counted per minute. */
export function unitOf(signal: AnySignal): string {
  if (signal.kind === 'gauge') return signal.unit;
  return signal.kind === 'events' ? 'cpm' : 'percentunit';
}

/** Alerts on where a number is heading; no line says that. */
export function trendsOf(signal: AnySignal): readonly AnyAlert[] {
  return (signal.alerts as readonly AnyAlert[]).filter(({ when }) => when.is === 'filling');
}
