import { counter } from '../promql/counter.ts';
import { defineSignal } from './define-signal.ts';

export const containerRestarts = defineSignal({
  kind: 'events',
  id: 'container-restarts',
  component: 'workloads',
  title: 'Containers that restart',
  why: 'What a change breaks for a few pods among hundreds: they crash, or can’t be started, and are tried again and again. Counted over all namespaces and compared with before, so what always crashes is no news.',
  by: ['namespace'],
  requires: ['kube-state-metrics'],
  events: counter('kube-state-metrics', 'kube_pod_container_status_restarts_total'),
  words: { events: 'restarts of containers' },
  alerts: [],
  // Per minute: two pods that crash, of which each is tried again every five minutes at last.
  check: { halts: true, on: 'change', required: true, floor: 0.3 },
});
