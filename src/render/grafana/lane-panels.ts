import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal } from '../../catalogue/signal.ts';
import { expressionOf } from '../prometheus/conditions.ts';
import { recordedSelector } from '../prometheus/recorded.ts';
import { describePanel, emptyNumbers } from './describe-panel.ts';
import { legendOf } from './query.ts';
import { statesPanel } from './states-panel.ts';
import { SEVERITY_COLOURS } from './thresholds.ts';

/** A lane for every item that is bad by an alert. */
export function itemsPanel(
  signal: AnySignal,
  alerts: readonly AnyAlert[],
  title: string,
  bundle: Bundle,
): Panel {
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
export function presencePanel(signal: AnySignal, bundle: Bundle): Panel {
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
