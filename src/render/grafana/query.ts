import type { DataSourceRef } from '@grafana/grafana-foundation-sdk/dashboard';
import { DataqueryBuilder, PromQueryFormat } from '@grafana/grafana-foundation-sdk/prometheus';
import type { Node } from '../../promql/node.ts';
import { type PrintContext, print } from '../../promql/print.ts';
import { inChosenClusters } from './cluster-filter.ts';

/** The data source that the reader chose on the board. */
export const DATASOURCE: DataSourceRef = { type: 'prometheus', uid: `\${datasource}` };

/** One expression of a panel, with the name of its series. */
export interface PanelQuery {
  readonly of: Node;
  /** In Grafana's notation: `{{cluster}} {{node}}`. */
  readonly legend: string;
}

/** The name of a series: its cluster, its labels and what else tells it apart. */
export function legendOf(labels: readonly string[], ...words: readonly string[]): string {
  return [...['cluster', ...labels].map((label) => `{{${label}}}`), ...words].join(' ');
}

/** A query over the time range of the board. */
export function rangeQuery({ of, legend }: PanelQuery, context: PrintContext): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(print(inChosenClusters(of), context))
    .legendFormat(legend)
    .range();
}

/** A query for the newest values, one row an element. */
export function instantQuery(of: Node, context: PrintContext): DataqueryBuilder {
  return new DataqueryBuilder()
    .datasource(DATASOURCE)
    .expr(print(inChosenClusters(of), context))
    .format(PromQueryFormat.Table)
    .instant();
}
