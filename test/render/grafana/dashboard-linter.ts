import * as units from '@grafana/grafana-foundation-sdk/units';
import type { AnyAlert, AnySignal } from '../../../src/catalogue/signal.ts';
import { alertsOf, type Board, drawing, expanded, type Panel } from './boards.ts';
import { selectorsOf, syntaxErrors } from './promql-tree.ts';

/** A rule of grafana/dashboard-linter: findings in sentences, none where all is well. */
type Rule = (board: Board) => readonly string[];

/** Rules that do not fit, with the reason that the linter's own documentation gives as its example. */
const FIXED_JOB = 'job is fixed in the rules and their parameters; boards are filtered by cluster';
export const EXCLUDED = {
  'template-job-rule': FIXED_JOB,
  'template-instance-rule': FIXED_JOB,
  'target-job-rule': FIXED_JOB,
  'target-instance-rule': FIXED_JOB,
} as const;

/** Everything that the linter knows of Prometheus and that is not excluded. */
export const RULES = {
  'template-datasource-rule': ({ templating: { list } }) => {
    const sources = list.filter(({ type }) => type === 'datasource');
    const good =
      sources.length === 1 && sources[0]?.name === 'datasource' && sources[0].label === 'Data source';
    return good
      ? []
      : ['the board needs one variable "datasource" of this type, with the label "Data source"'];
  },

  'template-label-promql-rule': ({ templating: { list } }) =>
    list
      .filter(({ type }) => type === 'query')
      .flatMap(({ name, query }) => {
        const selector = /^label_values\((.+), *[a-zA-Z_]+\)$/.exec(query)?.[1];
        if (selector === undefined) return [`${name} is no label_values(selector, label)`];
        return syntaxErrors(selector).map((error) => `${name}: ${error}`);
      }),

  'template-on-time-change-reload-rule': ({ templating: { list } }) =>
    list
      .filter(({ type, refresh }) => type === 'query' && refresh !== 2)
      .map(({ name }) => `${name} is not refreshed when the time range changes`),

  'panel-datasource-rule': (board) =>
    drawing(board)
      // Stricter than the linter: the panel and every query of it, whatever its type.
      .filter(({ datasource, targets = [] }) =>
        [datasource, ...targets.map((target) => target.datasource)].some(
          (one) => one?.uid !== `\${datasource}`,
        ),
      )
      .map((panel) => `${panel.title} has another data source than the chosen one`),

  'panel-title-description-rule': (board) =>
    drawing(board)
      .filter(({ title, description }) => !title?.trim() || !description?.trim())
      .map(({ id }) => `panel ${id} lacks a title or a description`),

  'panel-units-rule': (board) => {
    const known = new Set<unknown>(Object.values(units));
    return drawing(board)
      .filter((panel) => panel.type !== 'state-timeline')
      .filter((panel) => !known.has(panel.fieldConfig?.defaults.unit))
      .map(({ title }) => `${title} has no unit that Grafana knows`);
  },

  'panel-no-targets-rule': (board) =>
    drawing(board)
      .filter(({ targets = [] }) => targets.length === 0)
      .map(({ title }) => `${title} asks nothing`),

  'target-promql-rule': (board) =>
    eachTarget(board, ({ title }, expr) => syntaxErrors(expanded(expr)).map((error) => `${title}: ${error}`)),

  'target-rate-interval-rule': (board) =>
    eachTarget(board, ({ title }, expr) =>
      rateRanges(expr)
        .filter((range) => range !== '$__rate_interval')
        .map((range) => `${title}: rate over [${range}]`),
    ),

  'target-counter-agg-rule': (board) =>
    eachTarget(board, ({ title }, expr) =>
      selectorsOf(expanded(expr))
        .filter(({ metric }) => metric.endsWith('_total'))
        .filter(({ inFunction = '' }) => !['rate', 'irate', 'increase'].includes(inFunction))
        .map(({ metric }) => `${title}: ${metric} outside of rate and increase`),
    ),

  'uneditable-dashboard': ({ editable }) => (editable ? ['the board can be edited'] : []),
} as const satisfies Record<string, Rule>;

/** The ranges right inside rate and irate, as written. */
export function rateRanges(expr: string): readonly string[] {
  return [...expr.matchAll(/\bi?rate\([^()]*\[([^\]]+)\]\)/g)].map(([, range]) => range ?? '');
}

/**
 * Findings of the rate interval rule that are meant: a panel of an alert is drawn over the alert's own window, or it
 * would show another number than the one that pages.
 */
export function isAlertWindow(panel: Panel, range: string, signals: readonly AnySignal[]): boolean {
  const names = alertsOf(panel);
  const alerts = signals.flatMap((signal) => signal.alerts as readonly AnyAlert[]);
  return alerts.some(({ name, when }) => names.includes(name) && 'over' in when && when.over === range);
}

function eachTarget(
  board: Board,
  check: (panel: Panel, expr: string) => readonly string[],
): readonly string[] {
  return drawing(board).flatMap((panel) => (panel.targets ?? []).flatMap(({ expr }) => check(panel, expr)));
}
