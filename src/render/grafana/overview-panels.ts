import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { type Bundle, runbookUrl } from '../../catalogue/bundle.ts';
import type { Severity } from '../../catalogue/signal.ts';
import type { Component } from '../../domain/component.ts';
import type { Matcher, Node } from '../../promql/node.ts';
import { literal } from '../../promql/print.ts';
import { countPanel } from './count-panel.ts';
import { tablePanel } from './table-panel.ts';
import { SEVERITY_COLOURS } from './thresholds.ts';

/** Alerts that fire now for some components, as Prometheus records them. */
export function firingAlerts(components: readonly Component[], ...more: readonly Matcher[]): Node {
  const component = components.map(literal).join('|');
  return {
    is: 'selector',
    metric: 'ALERTS',
    matchers: [
      { label: 'alertstate', operator: '=', value: 'firing' },
      { label: 'component', operator: '=~', value: component },
      ...more,
    ],
  };
}

const NOTHING_FIRES = 'nothing fires, or the rules do not run';

/** How many alerts of a severity fire. */
export function firingCountPanel(
  severity: Severity,
  components: readonly Component[],
  bundle: Bundle,
): Panel {
  return countPanel(
    {
      title: `Firing: ${severity}`,
      description: `Alerts of this board and severity that fire in the chosen clusters.\n\nZero means: ${NOTHING_FIRES}.`,
      alerts: [],
      of: firingAlerts(components, { label: 'severity', operator: '=', value: severity }),
      colour: SEVERITY_COLOURS[severity],
    },
    bundle,
  );
}

/** Which alerts fire, each with the way to its page. */
export function firingTablePanel(components: readonly Component[], bundle: Bundle): Panel {
  const page = `${runbookUrl(`\${__data.fields.alertname}`, bundle.parameters)}?cluster=\${__data.fields.cluster}`;
  return tablePanel(
    {
      title: 'Firing alerts',
      description: `A click on an alert opens its runbook for the cluster of the row.\n\nEmpty means: ${NOTHING_FIRES}.`,
      alerts: [],
      of: firingAlerts(components),
      unit: 'short',
      columns: ['alertname', 'severity', 'cluster', 'component', 'gate'],
      without: ['alertstate', 'signal', 'slo'],
      columnStyles: {
        alertname: [{ id: 'links', value: [{ title: 'Runbook', url: page, targetBlank: true }] }],
      },
    },
    bundle,
  );
}
