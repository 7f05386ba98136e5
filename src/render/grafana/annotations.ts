import { AnnotationQueryBuilder } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import type { Component } from '../../domain/component.ts';
import { TARGET_CLUSTER, TARGET_METRICS } from '../../domain/target-metrics.ts';
import type { Verdict } from '../../domain/verdict.ts';
import type { Node } from '../../promql/node.ts';
import { print } from '../../promql/print.ts';
import { inChosenClusters } from './cluster-filter.ts';
import { firingAlerts } from './overview-panels.ts';
import { DATASOURCE } from './query.ts';

/** Colours of the final verdicts; their words stand beside them. */
const VERDICT_COLOURS = {
  go: 'green',
  halt: 'red',
  inconclusive: 'orange',
} as const satisfies Record<Exclude<Verdict, 'hold'>, string>;

/** What is marked in every graph of a board: alerts of its components, and verdicts of the gate. */
export function annotations(
  components: readonly Component[],
  { print: context }: Bundle,
): AnnotationQueryBuilder[] {
  const text = (of: Node) => print(inChosenClusters(of), context);
  return [
    annotation('Firing alerts', text(firingAlerts(components)), 'orange')
      .titleFormat('{{alertname}}')
      .textFormat('{{severity}} on {{cluster}}')
      .tagKeys('cluster,severity'),
    ...Object.entries(VERDICT_COLOURS).map(([verdict, colour]) =>
      annotation(`Verdicts: ${verdict}`, text(verdictTimes(verdict)), colour)
        .titleFormat(`${verdict}: {{app}}`)
        .textFormat(`${verdict} for {{app}} on {{${TARGET_CLUSTER}}}`)
        .tagKeys(`${TARGET_CLUSTER},app,verdict`)
        .useValueForTime(true),
    ),
  ];
}

function annotation(name: string, expr: string, colour: string): AnnotationQueryBuilder {
  return new AnnotationQueryBuilder()
    .name(name)
    .datasource(DATASOURCE)
    .enable(true)
    .iconColor(colour)
    .expr(expr)
    .step('60s');
}

/** When the gate gave such a verdict last, on each cluster: seconds in the metric, milliseconds for Grafana. */
function verdictTimes(verdict: string): Node {
  return {
    is: 'binary',
    operator: '*',
    left: {
      is: 'selector',
      metric: TARGET_METRICS.verdictTime,
      matchers: [{ label: 'verdict', operator: '=', value: verdict }],
    },
    right: { is: 'number', value: 1000 },
  };
}
