import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { AnyAlert, AnySignal, Slo } from '../../catalogue/signal.ts';
import { burnThreshold, SLO_PERIOD } from '../../domain/burn-rate.ts';
import { BUDGET_REMAINING } from '../../domain/recorded-series.ts';
import type { Node } from '../../promql/node.ts';
import { literal } from '../../promql/print.ts';
import { formatNumber } from '../format.ts';
import { SLO_WINDOWS, sloRatioSelector } from '../prometheus/slo.ts';
import { describePanel } from './describe-panel.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { signalPanels } from './signal-panels.ts';
import { tablePanel } from './table-panel.ts';

/** The SLO of a signal, where it has one. */
export function sloOf(signal: AnySignal): Slo | undefined {
  return 'slo' in signal ? signal.slo : undefined;
}

/** Everything that is drawn of a signal: its numbers with their limits, and how fast its budget goes. */
export function panelsWithBurn(signal: AnySignal, bundle: Bundle): readonly Panel[] {
  const slo = sloOf(signal);
  const burn = slo === undefined ? [] : [burnPanel(signal, slo, bundle)];
  return [...signalPanels(signal, bundle), ...burn];
}

/** How fast a budget is spent, in every window that its alerts read, with the line of each tier. */
function burnPanel(signal: AnySignal, slo: Slo, bundle: Bundle): Panel {
  const alerts = (signal.alerts as readonly AnyAlert[]).filter(({ when }) => when.is === 'burning');
  const promise = `Promised are ${formatNumber(slo.objective, 'percentunit')} over ${SLO_PERIOD}. ${slo.why}`;
  return linesPanel(
    {
      title: `Burn rate of ${slo.id}`,
      description: describePanel(
        {
          signal,
          alerts,
          drawn: `${promise}\n\nAt 1 the budget lasts exactly ${SLO_PERIOD}. An alert needs both of its windows above its line.`,
          empty: 'nothing to judge in the window: no traffic, or the rules do not run',
        },
        bundle,
      ),
      alerts: alerts.map(({ name }) => name),
      queries: SLO_WINDOWS.map((window) => ({
        of: dividedByBudget(sloRatioSelector(slo.id, window), slo),
        legend: legendOf([], window),
      })),
      unit: 'short',
      limits: alerts.flatMap(({ when, severity }) =>
        when.is === 'burning' ? [{ limit: burnThreshold(when.tier), operator: '>' as const, severity }] : [],
      ),
    },
    bundle,
  );
}

/** A share of bad events as a burn rate. */
export function dividedByBudget(errorRatio: Node, { objective }: Slo): Node {
  const budget: Node = {
    is: 'binary',
    operator: '-',
    left: { is: 'number', value: 1 },
    right: { is: 'number', value: objective },
  };
  return { is: 'binary', operator: '/', left: errorRatio, right: budget };
}

/** What is left of the budgets, the least first. */
export function budgetsPanel(slos: readonly Slo[], bundle: Bundle): Panel {
  const of: Node = {
    is: 'selector',
    metric: BUDGET_REMAINING,
    matchers: [{ label: 'slo', operator: '=~', value: slos.map(({ id }) => literal(id)).join('|') }],
  };
  return tablePanel(
    {
      title: `Error budget left of ${SLO_PERIOD}`,
      description: [
        `Share of the errors that ${SLO_PERIOD} allow and that nobody has used yet; below zero the promise is broken.`,
        'Empty means: no history yet, or the rules do not run.',
      ].join('\n\n'),
      alerts: [],
      of,
      unit: 'percentunit',
      columns: ['cluster', 'slo'],
      value: { heading: 'left', limits: [{ limit: 0, operator: '<', severity: 'critical' }] },
    },
    bundle,
  );
}
