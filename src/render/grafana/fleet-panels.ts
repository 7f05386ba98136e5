import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert } from '../../catalogue/signal.ts';
import { CLUSTER_INFO } from '../../domain/recorded-series.ts';
import type { Node } from '../../promql/node.ts';
import { literal } from '../../promql/print.ts';
import { vectorOf } from '../../promql/vector.ts';
import { boardUrl } from '../board-link.ts';
import { sloRatioSelector } from '../prometheus/slo.ts';
import { countPanel } from './count-panel.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { dividedByBudget, sloOf } from './slo-panels.ts';
import { tablePanel } from './table-panel.ts';
import { SEVERITY_COLOURS } from './thresholds.ts';
import { onlyWorst, onlyWorstInWords } from './worst-lines.ts';

const NO_RULES = 'the rules do not run';

/** The window that most people mean by "now" when they ask how fast a budget burns. */
const BURN_WINDOW = '1h';

/** How many clusters spend a budget so fast that somebody is paged; undefined without promises. */
export function burningCountPanel(bundle: Bundle): Panel | undefined {
  const alerts = bundle.signals
    .flatMap((signal) => signal.alerts as readonly AnyAlert[])
    .filter(({ when }) => when.is === 'burning' && when.tier === 'fast');
  if (alerts.length === 0) return undefined;
  const firing: Node = {
    is: 'selector',
    metric: 'ALERTS',
    matchers: [
      { label: 'alertstate', operator: '=', value: 'firing' },
      { label: 'alertname', operator: '=~', value: alerts.map(({ name }) => literal(name)).join('|') },
    ],
  };
  return countPanel(
    {
      title: 'Clusters burning fast',
      description: `Clusters on which at least one error budget is spent so fast that somebody is paged.\n\nZero means: none does, or ${NO_RULES}.`,
      alerts: [],
      of: { is: 'aggregate', name: 'group', by: ['cluster'], of: firing },
      colour: SEVERITY_COLOURS.critical,
    },
    bundle,
  );
}

/** The fastest of all budgets; undefined without promises. */
export function fastestBurnPanel(bundle: Bundle): Panel | undefined {
  const slos = bundle.signals.flatMap((signal) => sloOf(signal) ?? []);
  if (slos.length === 0) return undefined;
  return linesPanel(
    {
      title: 'Burn rates, the fastest clusters of each promise',
      description: [
        `How many times faster than it lasts each error budget was spent over ${BURN_WINDOW}. The lines of the alerts stand on the board of each promise.`,
        onlyWorstInWords('highest'),
        `Empty means: nothing to judge in the window, or ${NO_RULES}.`,
      ].join('\n\n'),
      alerts: [],
      queries: slos.map((slo) => ({
        of: onlyWorst('highest', vectorOf(dividedByBudget(sloRatioSelector(slo.id, BURN_WINDOW), slo), []))
          .node,
        legend: legendOf([], slo.id),
      })),
      unit: 'short',
      limits: [],
    },
    bundle,
  );
}

/** The inventory; a click on a cluster opens its control plane. */
export function clustersPanel(bundle: Bundle): Panel {
  const url = boardUrl('control-plane', bundle.parameters, `\${__data.fields.cluster}`);
  return tablePanel(
    {
      title: 'Clusters of the inventory',
      description: [
        'Every cluster that should exist, with its wave, class and region. A click on one opens its control plane.',
        'Empty means: no fleet was given when the rules were rendered, or they do not run.',
      ].join('\n\n'),
      alerts: [],
      of: { is: 'selector', metric: CLUSTER_INFO, matchers: [] },
      unit: 'short',
      columns: ['cluster', 'wave', 'class', 'region'],
      columnStyles: { cluster: [{ id: 'links', value: [{ title: 'Control plane', url }] }] },
    },
    bundle,
  );
}
