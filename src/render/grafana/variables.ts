import {
  DatasourceVariableBuilder,
  QueryVariableBuilder,
  VariableRefresh,
  VariableSort,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { CLUSTER_INFO } from '../../domain/recorded-series.ts';
import { DATASOURCE } from './query.ts';

/**
 * Clusters of the inventory, which a silent one is in too, and whatever else reports. One request for both: a
 * variable has one query.
 */
const CLUSTERS = `label_values({__name__=~"${CLUSTER_INFO}|up"}, cluster)`;

/** What the reader chooses: the data source, then the clusters. */
export function variables(): [DatasourceVariableBuilder, QueryVariableBuilder] {
  return [
    new DatasourceVariableBuilder('datasource').label('Data source').type('prometheus'),
    new QueryVariableBuilder('cluster')
      .label('Cluster')
      .datasource(DATASOURCE)
      .query(CLUSTERS)
      .definition(CLUSTERS)
      .refresh(VariableRefresh.OnTimeRangeChanged)
      .sort(VariableSort.AlphabeticalAsc)
      .multi(true)
      .includeAll(true)
      .allValue('.+')
      .current({ selected: true, text: 'All', value: '$__all' }),
  ];
}
