import { TableCellDisplayMode, TableSortByFieldStateBuilder } from '@grafana/grafana-foundation-sdk/common';
import {
  type DynamicConfigValue,
  FieldColorModeId,
  type Panel,
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
  /** Labels that stand first, in this order; others follow. */
  readonly columns: readonly string[];
  /** Labels that say nothing here. */
  readonly without?: readonly string[];
  /** The value's heading and limits, the lowest first; left out where the value says nothing. */
  readonly value?: { readonly heading: string; readonly limits: readonly LimitLine[] };
  /** More about a column, by its name, as Grafana's overrides. */
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
  if (panel.value !== undefined) {
    const { heading, limits } = panel.value;
    builder.sortBy([new TableSortByFieldStateBuilder().displayName(heading).desc(false)]);
    builder.overrideByName(heading, coloured(limits));
  }
  return builder.build();
}

/** Only the value: by default Grafana would colour the names beside it too. */
function coloured(limits: readonly LimitLine[]): DynamicConfigValue[] {
  return [
    { id: 'color', value: { mode: FieldColorModeId.Thresholds } },
    { id: 'custom.cellOptions', value: { type: TableCellDisplayMode.ColorText } },
    { id: 'thresholds', value: { mode: ThresholdsMode.Absolute, steps: thresholdSteps(limits, 'green') } },
  ];
}

function organised({ columns, value, without = [] }: TablePanel) {
  const hidden = ['Time', '__name__', ...without, ...(value === undefined ? ['Value'] : [])];
  return {
    excludeByName: Object.fromEntries(hidden.map((name) => [name, true])),
    indexByName: Object.fromEntries(columns.map((name, at) => [name, at])),
    renameByName: value === undefined ? {} : { Value: value.heading },
  };
}
