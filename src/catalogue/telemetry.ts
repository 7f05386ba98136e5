import { CLUSTER_INFO } from '../domain/recorded-series.ts';
import { downShare, scraped } from '../promql/counter.ts';
import { by, recorded } from '../promql/vector.ts';
import { defineSignal } from './define-signal.ts';

export const clusterTelemetry = defineSignal({
  kind: 'presence',
  id: 'cluster-telemetry',
  component: 'telemetry',
  title: 'Clusters that report',
  why: 'A cluster of the inventory from which nothing arrives. The inventory is a rule of its own, so a dead gate does not silence it.',
  by: [],
  requires: ['kube-state-metrics'],
  expected: by('group', recorded(CLUSTER_INFO)),
  seen: scraped('kube-state-metrics'),
  alerts: [
    {
      name: 'ClusterTelemetryAbsent',
      severity: 'critical',
      for: '10m',
      summary: 'A cluster of the fleet reports nothing.',
      because:
        'The wait of kube-prometheus’ TargetDown. Agents that restart and remote writes that lag are back by then; a cluster that reports nothing has no share to weigh.',
      when: { is: 'missing' },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'ClusterTelemetryAbsent' },
});

export const targetsDown = defineSignal({
  kind: 'gauge',
  id: 'targets-down',
  component: 'telemetry',
  title: 'Share of a job’s targets that are down',
  why: 'What is not scraped is not judged.',
  by: ['job'],
  requires: [],
  value: downShare(),
  worse: 'up',
  unit: 'percentunit',
  alerts: [
    {
      name: 'TargetsDown',
      severity: 'warning',
      for: '10m',
      summary: 'Scrape targets of a job are down.',
      because:
        'Limit and wait of kube-prometheus’ TargetDown, cluster by cluster: nodes that come and go take single targets with them.',
      when: { is: 'above', limit: 0.1 },
    },
  ],
  check: { halts: false, on: 'limit', limitOf: 'TargetsDown' },
});
