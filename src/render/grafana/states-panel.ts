import {
  LegendDisplayMode,
  LegendPlacement,
  TooltipDisplayMode,
  VisibilityMode,
  VizLegendOptionsBuilder,
  VizTooltipOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import { MappingType, type Panel, type ValueMap } from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/statetimeline';
import type { Bundle } from '../../catalogue/bundle.ts';
import { refId } from './finalize.ts';
import { framed, type PanelFrame, runbookLink } from './panel-frame.ts';
import { type PanelQuery, rangeQuery } from './query.ts';

/** One value of a lane, as a word and a colour: never a colour alone. */
export interface LaneState {
  readonly value: number;
  readonly word: string;
  readonly colour: string;
}

/** Lanes over time, one an element, in words. */
export interface StatesPanel extends PanelFrame {
  readonly lanes: readonly (PanelQuery & { readonly states: readonly LaneState[] })[];
}

/** Lanes on one page of a panel; more stand on further pages. */
const LANES_PER_PAGE = 20;

/** A state timeline panel. */
export function statesPanel(panel: StatesPanel, { print, parameters }: Bundle): Panel {
  const builder = framed(new PanelBuilder(), panel, parameters)
    .targets(panel.lanes.map((lane) => rangeQuery(lane, print)))
    .perPage(LANES_PER_PAGE)
    .showValue(VisibilityMode.Auto)
    .mergeValues(true)
    .fillOpacity(70)
    .legend(
      new VizLegendOptionsBuilder()
        .showLegend(false)
        .displayMode(LegendDisplayMode.List)
        .placement(LegendPlacement.Bottom),
    )
    .tooltip(new VizTooltipOptionsBuilder().mode(TooltipDisplayMode.Single))
    .dataLinks(panel.alerts.map((alert) => runbookLink(alert, `\${__field.labels.cluster}`, parameters)));
  for (const [at, { states }] of panel.lanes.entries()) {
    builder.overrideByQuery(refId(at), [{ id: 'mappings', value: [mapping(states)] }]);
  }
  return builder.build();
}

function mapping(states: readonly LaneState[]): ValueMap {
  const options = states.map(({ value, word, colour }, index) => [
    value,
    { text: word, color: colour, index },
  ]);
  return { type: MappingType.ValueToText, options: Object.fromEntries(options) };
}
