import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { ContextPanel } from '../../catalogue/boards/context-panel.ts';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { Vector } from '../../promql/vector.ts';
import { linesPanel } from './lines-panel.ts';
import { legendOf } from './query.ts';
import { tablePanel } from './table-panel.ts';
import { onlyWorst, onlyWorstInWords } from './worst-lines.ts';

/** The panel of a context definition. */
export function contextPanel(context: ContextPanel, bundle: Bundle): Panel {
  const frame = {
    title: context.title,
    description: describe(context),
    alerts: [],
    unit: context.unit,
  };
  if (context.draw === 'rows') {
    const [{ of }] = context.queries;
    return tablePanel({ ...frame, of: of.node, columns: ['cluster', ...of.labels] }, bundle);
  }
  return linesPanel(
    {
      ...frame,
      queries: context.queries.map(({ of, name }) => ({
        of: shownOf(context, of).node,
        legend: legendOf(of.labels, ...(name === undefined ? [] : [name])),
      })),
      limits: [],
      ...(context.draw === 'stack' ? { stacked: true } : {}),
    },
    bundle,
  );
}

function shownOf({ draw }: ContextPanel, of: Vector<string>): Vector<string> {
  return draw === 'highest' || draw === 'lowest' ? onlyWorst(draw, of) : of;
}

function describe({ about, draw, empty }: ContextPanel): string {
  const drawn = draw === 'highest' || draw === 'lowest' ? [onlyWorstInWords(draw)] : [];
  return [about, ...drawn, `Empty means: ${empty}.`].join('\n\n');
}
