import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import type { Bundle } from '../../catalogue/bundle.ts';
import { TARGET_CLUSTER, TARGET_METRICS } from '../../domain/target-metrics.ts';
import type { Node } from '../../promql/node.ts';
import { gauge, gaugeAbout, times } from '../../promql/vector.ts';
import { countPanel } from './count-panel.ts';
import { type LaneState, statesPanel } from './states-panel.ts';
import { tablePanel } from './table-panel.ts';

/** The places where a wave can stand, as lanes draw them; each word is the status in the gate's metric. */
export const WAVE_STATES = [
  { value: 0, word: 'waiting', colour: 'text' },
  { value: 1, word: 'skipped', colour: 'text' },
  { value: 2, word: 'open', colour: 'blue' },
  { value: 3, word: 'complete', colour: 'green' },
  { value: 4, word: 'held', colour: 'yellow' },
  { value: 5, word: 'stalled', colour: 'orange' },
  { value: 6, word: 'inconclusive', colour: 'orange' },
  { value: 7, word: 'halted', colour: 'red' },
] as const satisfies readonly LaneState[];

const UNSCRAPED = 'tidegate is not scraped';

/** A lane for every wave of the newest rollout of every app. */
export function wavesPanel(bundle: Bundle): Panel {
  return statesPanel(
    {
      title: 'Waves of the newest rollouts',
      description: [
        'Where each wave of the newest digest of every app stands. A wave waits until every cluster of the waves before it has go.',
        `Empty means: nothing was rolled out yet, or ${UNSCRAPED}.`,
      ].join('\n\n'),
      alerts: [],
      lanes: [{ of: waveCodes(), legend: '{{app}} {{wave}}', states: WAVE_STATES }],
    },
    bundle,
  );
}

/** One number for each wave: the code of its status, which is a label in the metric. */
function waveCodes(): Node {
  const codes = WAVE_STATES.map(
    ({ value, word }) =>
      times(gauge('tidegate', 'tidegate_rollout_wave_status', { status: word }, ['app', 'wave']), value).node,
  );
  return codes.reduce((left, right) => ({ is: 'binary', operator: 'or', left, right }));
}

/** When each cluster got which verdict last. */
export function verdictsPanel(bundle: Bundle): Panel {
  const time = gauge('tidegate', TARGET_METRICS.verdictTime);
  return tablePanel(
    {
      title: 'Last verdicts',
      description: [
        'When a run of the app ended with the verdict on the cluster for the last time, since the gate started.',
        `Empty means: no run ended since the gate started, or ${UNSCRAPED}.`,
      ].join('\n\n'),
      alerts: [],
      // Grafana counts time in milliseconds.
      of: times(gaugeAbout(TARGET_CLUSTER, time, ['app', 'verdict']), 1000).node,
      unit: 'dateTimeFromNow',
      columns: ['cluster', 'app', 'verdict'],
      value: { heading: 'when', limits: [] },
    },
    bundle,
  );
}

/** On how many clusters a rollout is halted. */
export function haltedCountPanel(bundle: Bundle): Panel {
  const halted = gaugeAbout(TARGET_CLUSTER, gauge('tidegate', TARGET_METRICS.haltedRuns), ['app']);
  return countPanel(
    {
      title: 'Halted rollouts',
      description: `Apps and clusters whose rollout is halted and waits for a person.\n\nZero means: none is, or ${UNSCRAPED}.`,
      alerts: [],
      of: { is: 'binary', operator: '>', left: halted.node, right: { is: 'number', value: 0 } },
      colour: 'red',
    },
    bundle,
  );
}
