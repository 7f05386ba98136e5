import { TableCellDisplayMode, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/table';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { Node } from '../../promql/node.ts';
import { framed, type PanelFrame } from './panel-frame.ts';
import { instantQuery } from './query.ts';
import { type LimitLine, thresholdSteps } from './thresholds.ts';

/** The newest elements of an expression, one a row. */
export interface TablePanel extends PanelFrame {
  readonly of: Node;
  readonly unit: string;
  /** Labels to show, in this order; every other is left out unless `restLabels`. */
  readonly columns: readonly string[];
  /** Labels to leave out of the rest. */
  readonly without?: readonly string[];
  /** Heading of the value; left out where the value says nothing. */
  readonly value?: string;
  readonly ascending?: true;
  readonly limits?: readonly LimitLine[];
  /** More about a column, by its name, in Grafana's words. */
  readonly columnStyles?: Readonly<Record<string, readonly DynamicConfigValue[]>>;
}

/** A table panel. */
export function tablePanel(panel: TablePanel, { print, parameters }: Bundle): Panel {
  const builder = framed(new PanelBuilder(), panel, parameters)
    .withTarget(instantQuery(panel.of, print))
    .unit(panel.unit)
    .withTransformation({ id: 'organize', options: organised(panel) });
  for (const [name, properties] of Object.entries(panel.columnStyles ?? {})) {
    builder.overrideByName(name, [...properties]);
  }
  if (panel.limits !== undefined) {
    builder
      .thresholds(
        new ThresholdsConfigBuilder()
          .mode(ThresholdsMode.Absolute)
          .steps(thresholdSteps(panel.limits, 'green')),
      )
      .cellOptions({ type: TableCellDisplayMode.ColorText });
  }
  if (panel.value !== undefined) {
    builder.sortBy([
      new TableSortByFieldStateBuilder().displayName(panel.value).desc(panel.ascending !== true),
    ]);
  }
  return builder.build();
}

function organised({ columns, value, without = [] }: TablePanel) {
  const hidden = ['Time', '__name__', ...without, ...(value === undefined ? ['Value'] : [])];
  return {
    excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
    indexByName: Object.fromEntries(columns.map((name, at) => [name, at])),
    renameByName: value === undefined ? {} : { Value: value },
  };
}
