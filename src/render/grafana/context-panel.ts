import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ContextPanel } from '../../catalogue/boards/context-panel.ts';
import type { Bundle } from '../../catalogue/bundle.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { tablePanel } from './table-panel.ts';

/** The panel of a context definition. */
export function contextPanel(context: ContextPanel, bundle: Bundle): Panel {
  const frame = {
    title: context.title,
    description: `${context.about}\n\nEmpty means: ${context.empty}.`,
    alerts: [],
    unit: context.unit,
  };
  if (context.draw === 'rows') {
    const [query] = context.queries;
    if (query === undefined) throw new RangeError(`${context.title} has no query`);
    return tablePanel(
      { ...frame, of: query.of.node, columns: ['cluster', ...query.of.labels], value: query.name ?? 'value' },
      bundle,
    );
  }
  return linesPanel(
    {
      ...frame,
      queries: context.queries.map(({ of, name }) => ({
        of: of.node,
        legend: legendOf(of.labels, ...(name === undefined ? [] : [name])),
      })),
      limits: [],
      ...(context.draw === 'stack' ? { stacked: true } : {}),
    },
    bundle,
  );
}
