import { describe, expect, test } from 'vitest';
import { type Board, boardsOf, bundleWith, drawing, type Panel, type Target } from './boards.ts';
import { EXCLUDED, isAlertWindow, RULES, rateRanges } from './dashboard-linter.ts';

const bundle = bundleWith();
const boards = boardsOf(bundle);
const [board] = boards as [Board];

/** The rules of the linter that are about Prometheus, by its own names. */
const PROMETHEUS_RULES = 15;

/** The board with its first graph changed. */
function withPanel(change: (panel: Panel) => Partial<Panel>): Board {
  const [first] = drawing(board).filter(({ type }) => type === 'timeseries') as [Panel];
  return { ...board, panels: [{ ...first, ...change(first) }] };
}

function withQuery(expr: string): Board {
  return withPanel(({ targets = [] }) => ({
    targets: targets.map((target): Target => ({ ...target, expr })),
  }));
}

function withVariable(name: string, change: Record<string, unknown>): Board {
  const list = board.templating.list.map((one) => (one.name === name ? { ...one, ...change } : one));
  return { ...board, templating: { list } };
}

const withUnit = (unit: string) =>
  withPanel(({ fieldConfig }) => ({
    fieldConfig: { overrides: [], defaults: { ...fieldConfig?.defaults, unit } },
  }));

/** A board that breaks each rule. */
const BROKEN: Record<keyof typeof RULES, Board> = {
  'template-datasource-rule': withVariable('datasource', { label: 'prom' }),
  'template-label-promql-rule': withVariable('cluster', { query: 'label_values(up{, cluster)' }),
  'template-on-time-change-reload-rule': withVariable('cluster', { refresh: 1 }),
  'panel-datasource-rule': withPanel(() => ({ datasource: { uid: 'P1809' } })),
  'panel-title-description-rule': withPanel(() => ({ description: ' ' })),
  'panel-units-rule': withUnit('rule evaluations'),
  'panel-no-targets-rule': withPanel(() => ({ targets: [] })),
  'target-promql-rule': withQuery('sum by (cluster) (up'),
  'target-rate-interval-rule': withQuery('rate(x_total{cluster=~"$cluster"}[5m])'),
  'target-counter-agg-rule': withQuery('sum(x_total{a="b"})'),
  'uneditable-dashboard': { ...board, editable: true },
};

describe('the rules of grafana/dashboard-linter', () => {
  test('are all there or excluded with a reason', () => {
    expect(Object.keys(RULES).length + Object.keys(EXCLUDED).length).toBe(PROMETHEUS_RULES);
  });

  test.each(Object.entries(RULES))('%s finds what it is for', (name, rule) => {
    expect(rule(BROKEN[name as keyof typeof RULES])).not.toEqual([]);
  });

  describe.each(Object.entries(RULES).filter(([name]) => name !== 'target-rate-interval-rule'))(
    '%s',
    (_, rule) => {
      test.each(boards)('is kept by $title', (one) => {
        expect(rule(one)).toEqual([]);
      });
    },
  );

  test.each(boards)('target-rate-interval-rule is kept by $title but for the windows of alerts', (one) => {
    const other = drawing(one).flatMap((panel) =>
      (panel.targets ?? [])
        .flatMap(({ expr }) => rateRanges(expr))
        .filter((range) => range !== '$__rate_interval' && !isAlertWindow(panel, range, bundle.signals))
        .map((range) => `${panel.title}: rate over [${range}]`),
    );
    expect(other).toEqual([]);
  });
});
