import {
  GraphThresholdsStyleConfigBuilder,
  GraphThresholdsStyleMode,
  LegendDisplayMode,
  LegendPlacement,
  SortOrder,
  StackingConfigBuilder,
  StackingMode,
  TooltipDisplayMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/timeseries';
import type { Bundle } from '../../catalogue/bundle.ts';
import { framed, type PanelFrame, runbookLink } from './panel-frame.ts';
import { type PanelQuery, rangeQuery } from './query.ts';
import { type LimitLine, softMaxOf, thresholdSteps } from './thresholds.ts';

/** Values over time, with the limits of the alerts that compare them. */
export interface LinesPanel extends PanelFrame {
  readonly queries: readonly PanelQuery[];
  /** Grafana's unit id. */
  readonly unit: string;
  readonly limits: readonly LimitLine[];
  /** Series stand on top of each other: parts of a whole. */
  readonly stacked?: true;
}

/** A time series panel. */
export function linesPanel(panel: LinesPanel, { print, parameters }: Bundle): Panel {
  const builder = framed(new PanelBuilder(), panel, parameters)
    .targets(panel.queries.map((query) => rangeQuery(query, print)))
    .unit(panel.unit)
    .axisSoftMin(0)
    .legend(legend())
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Multi).sort(SortOrder.Descending))
    // A click on a line leads to the page with the line's own cluster; the header knows only what is chosen.
    .dataLinks(panel.alerts.map((alert) => runbookLink(alert, `\${__field.labels.cluster}`, parameters)));
  if (panel.limits.length > 0) drawLimits(builder, panel.limits);
  if (panel.stacked) {
    builder.stacking(new StackingConfigBuilder().mode(StackingMode.Normal)).fillOpacity(30);
  }
  return builder.build();
}

function drawLimits(builder: PanelBuilder, limits: readonly LimitLine[]): void {
  const steps = new ThresholdsConfigBuilder()
    .mode(ThresholdsMode.Absolute)
    .steps(thresholdSteps(limits, 'transparent'));
  // Above zero everything is beyond a limit of zero: an area would colour the whole panel.
  const mode = limits.some(({ limit }) => limit === 0)
    ? GraphThresholdsStyleMode.Line
    : GraphThresholdsStyleMode.LineAndArea;
  builder
    .thresholds(steps)
    .thresholdsStyle(new GraphThresholdsStyleConfigBuilder().mode(mode))
    .axisSoftMax(softMaxOf(limits));
}

function legend(): VizLegendOptionsBuilder {
  return new VizLegendOptionsBuilder()
    .showLegend(true)
    .displayMode(LegendDisplayMode.Table)
    .placement(LegendPlacement.Bottom)
    .calcs(['lastNotNull', 'max']);
}
