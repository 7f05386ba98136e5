import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnySignal } from '../../catalogue/signal.ts';
import type { RecordedKind } from '../../domain/recorded-series.ts';
import { combine, compare, type Vector, vectorOf } from '../../promql/vector.ts';
import { formatNumber } from '../format.ts';
import { recordedShare } from '../prometheus/conditions.ts';
import { recordedSelector } from '../prometheus/recorded.ts';
import { describePanel, emptyNumbers } from './describe-panel.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { trendsOf, unitOf } from './value-panel.ts';

/** A signal that no alert compares with a limit: its recorded number, without a line. */
export function unlimitedPanel(signal: AnySignal, bundle: Bundle): Panel {
  const alerts = trendsOf(signal);
  return linesPanel(
    {
      title: signal.title,
      description: describePanel({ signal, alerts, empty: emptyNumbers(signal) }, bundle),
      alerts: alerts.map(({ name }) => name),
      queries: recordedNumbers(signal).map(({ value, words }) => ({
        of: value.node,
        legend: legendOf([], ...words),
      })),
      unit: unitOf(signal),
      limits: [],
    },
    bundle,
  );
}

/** A number per cluster, with the words that tell several of one signal apart. */
interface RecordedNumber {
  readonly value: Vector;
  readonly words: readonly string[];
}

function recordedNumbers(signal: AnySignal): readonly RecordedNumber[] {
  const series = (kind: RecordedKind): Vector => vectorOf(recordedSelector(kind, signal.id), []);
  switch (signal.kind) {
    case 'latency':
      return signal.edges.map((edge: number) => ({
        value: recordedShare(signal.id, '5m', edge),
        words: [`slower than ${formatNumber(edge, 's')}`],
      }));
    case 'ratio':
    case 'events':
      return [{ value: recordedShare(signal.id, '5m'), words: [] }];
    case 'gauge':
      return [{ value: series('value'), words: [] }];
    case 'state':
    case 'presence':
      return [{ value: combine(series('bad'), '/', compare(series('among'), '>', 0)), words: [] }];
  }
}
