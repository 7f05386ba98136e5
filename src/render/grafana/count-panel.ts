import {
  BigValueColorMode,
  BigValueGraphMode,
  BigValueTextMode,
  ReduceDataOptionsBuilder,
} from '@grafana/grafana-foundation-sdk/common';
import {
  type Panel,
  ThresholdsConfigBuilder,
  ThresholdsMode,
} from '@grafana/grafana-foundation-sdk/dashboard';
import { PanelBuilder } from '@grafana/grafana-foundation-sdk/stat';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { Node } from '../../promql/node.ts';
import { framed, type PanelFrame } from './panel-frame.ts';
import { instantQuery } from './query.ts';

/** How many elements an expression has now; any is coloured. */
export interface CountPanel extends PanelFrame {
  readonly of: Node;
  readonly colour: string;
}

/** A stat panel; Grafana counts the rows, so that no query has to throw the clusters together. */
export function countPanel(panel: CountPanel, { print, parameters }: Bundle): Panel {
  const steps = [
    { value: null, color: 'green' },
    { value: 1, color: panel.colour },
  ];
  return framed(new PanelBuilder(), panel, parameters)
    .withTarget(instantQuery(panel.of, print))
    .unit('short')
    .noValue('0')
    .thresholds(new ThresholdsConfigBuilder().mode(ThresholdsMode.Absolute).steps(steps))
    .reduceOptions(new ReduceDataOptionsBuilder().calcs(['count']).values(false).fields('/^Value$/'))
    .colorMode(BigValueColorMode.Value)
    .graphMode(BigValueGraphMode.None)
    .textMode(BigValueTextMode.Value)
    .build();
}
