import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import type { Node } from '../../promql/node.ts';
import { print } from '../../promql/print.ts';
import { type Vector, vectorOf } from '../../promql/vector.ts';
import { formatNumber } from '../format.ts';
import { expressionOf, type Measure, measureOf, recordedShare } from '../prometheus/conditions.ts';
import { recordedSelector } from '../prometheus/recorded.ts';
import { describePanel, emptyNumbers } from './describe-panel.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { statesPanel } from './states-panel.ts';
import { SEVERITY_COLOURS } from './thresholds.ts';
import { onlyWorst, onlyWorstInWords } from './worst-lines.ts';

/** An alert with what it compares. */
interface Drawn {
  readonly alert: AnyAlert;
  readonly measure: Measure;
}

/**
 * The panels of a signal, from its definition alone: one for each number that its alerts compare, with their limits
 * in it; bad items and missing things as lanes. Burn alerts stand in panels of their own.
 */
export function signalPanels(signal: AnySignal, bundle: Bundle): readonly Panel[] {
  if (signal.kind === 'presence') return [presencePanel(signal, bundle)];
  const alerts = signal.alerts as readonly AnyAlert[];
  const items = alerts.filter(({ when }) => when.is === 'any');
  const comparing = alerts.flatMap((alert): readonly Drawn[] => {
    const measure = alert.when.is === 'any' ? undefined : measureOf(signal, alert, bundle);
    return measure === undefined ? [] : [{ alert, measure }];
  });
  const sameMeasure = Map.groupBy(comparing, ({ measure }) => print(measure.value.node, bundle.print));
  const panels = [...sameMeasure.values()].map((drawn) => valuePanel(signal, drawn, bundle));
  return [
    ...panels,
    ...(items.length > 0 ? [itemsPanel(signal, items, titleOfItems(signal, panels), bundle)] : []),
    ...(panels.length === 0 && items.length === 0 ? [unlimitedPanel(signal, bundle)] : []),
  ];
}

/** One number with the limits of all alerts that compare it. */
function valuePanel(signal: AnySignal, drawn: readonly Drawn[], bundle: Bundle): Panel {
  const [{ alert, measure }] = drawn as readonly [Drawn, ...Drawn[]];
  const trends = (signal.alerts as readonly AnyAlert[]).filter(({ when }) => when.is === 'filling');
  const alerts = [...drawn.map((one) => one.alert), ...trends];
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
function unitOf(signal: AnySignal): string {
  if (signal.kind === 'gauge') return signal.unit;
  return signal.kind === 'events' ? 'cpm' : 'percentunit';
}

/** Beside a panel of their share, the items are called by what they are. */
function titleOfItems(signal: AnySignal, shares: readonly Panel[]): string {
  return shares.length === 0 ? signal.title : `${signal.title}, one by one`;
}

/** A lane for every item that is bad by an alert. */
function itemsPanel(signal: AnySignal, alerts: readonly AnyAlert[], title: string, bundle: Bundle): Panel {
  const lanes = alerts.map((alert) => ({
    of: expressionOf(signal, alert, bundle),
    legend: legendOf(signal.by, ...(alerts.length > 1 ? [`(${alert.severity})`] : [])),
    states: [{ value: 1, word: alert.summary.replace(/\.$/, ''), colour: SEVERITY_COLOURS[alert.severity] }],
  }));
  const what = signal.kind === 'state' ? signal.item : 'item';
  return statesPanel(
    {
      title,
      description: describePanel(
        { signal, alerts, empty: `no ${what} is bad, or ${emptyNumbers(signal)}` },
        bundle,
      ),
      alerts: alerts.map(({ name }) => name),
      lanes,
    },
    bundle,
  );
}

/** A lane for every cluster: seen or missing. */
function presencePanel(signal: AnySignal, bundle: Bundle): Panel {
  const alerts = signal.alerts as readonly AnyAlert[];
  const colour = SEVERITY_COLOURS[alerts[0]?.severity ?? 'info'];
  return statesPanel(
    {
      title: signal.title,
      description: describePanel(
        { signal, alerts, empty: 'nothing is known of any chosen cluster, not even that it should be there' },
        bundle,
      ),
      alerts: alerts.map(({ name }) => name),
      lanes: [
        {
          of: recordedSelector('bad', signal.id),
          legend: legendOf([]),
          states: [
            { value: 0, word: 'seen', colour: 'green' },
            { value: 1, word: 'missing', colour },
          ],
        },
      ],
    },
    bundle,
  );
}

/** A signal that no alert compares: its recorded number, without a line. */
function unlimitedPanel(signal: AnySignal, bundle: Bundle): Panel {
  return linesPanel(
    {
      title: signal.title,
      description: describePanel({ signal, alerts: [], empty: emptyNumbers(signal) }, bundle),
      alerts: [],
      queries: recordedValues(signal).map(({ value, word }) => ({
        of: value.node,
        legend: legendOf([], ...word),
      })),
      unit: unitOf(signal),
      limits: [],
    },
    bundle,
  );
}

function recordedValues(signal: AnySignal): readonly { value: Vector; word: readonly string[] }[] {
  switch (signal.kind) {
    case 'latency':
      return signal.edges.map((edge: number) => ({
        value: recordedShare(signal.id, '5m', edge),
        word: [`> ${formatNumber(edge, 's')}`],
      }));
    case 'ratio':
    case 'events':
      return [{ value: recordedShare(signal.id, '5m'), word: [] }];
    case 'gauge':
      return [{ value: vectorOf(recordedSelector('value', signal.id), []), word: [] }];
    case 'state':
    case 'presence':
      return [{ value: vectorOf(recordedSelector('bad', signal.id), []), word: ['bad'] }];
  }
}
