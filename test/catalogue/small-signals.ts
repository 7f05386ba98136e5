import type {
  Alert,
  EventsSignal,
  GaugeSignal,
  LatencySignal,
  PresenceSignal,
  RatioSignal,
  StateSignal,
} from '../../src/catalogue/signal.ts';
import { counter, histogram, scraped } from '../../src/promql/counter.ts';
import { by, gauge, test } from '../../src/promql/vector.ts';

/** An alert with whatever condition the test is about. */
export function alert(when: Alert['when'], name = 'SomethingWrong'): Alert {
  return {
    name,
    severity: 'warning',
    for: '5m',
    summary: 'Something is wrong.',
    because: 'For the test.',
    when,
  };
}

const base = {
  component: 'dns',
  title: 'Something',
  why: 'For the test.',
  requires: ['coredns'],
  alerts: [],
  check: { none: 'for the test' },
} as const;

/** The smallest signal of each kind; a test spreads what is wrong over it. */
export const ratio: RatioSignal = {
  ...base,
  kind: 'ratio',
  id: 'some-errors',
  by: [],
  bad: counter('coredns', 'queries_total', { rcode: 'SERVFAIL' }),
  total: counter('coredns', 'queries_total'),
  words: { exposure: 'queries', events: 'failed' },
};

export const latency: LatencySignal = {
  ...base,
  kind: 'latency',
  id: 'some-latency',
  by: [],
  of: histogram('coredns', 'duration_seconds', [0.1, 0.5, 1]),
  edges: [0.1, 1],
  words: { exposure: 'queries' },
};

export const events: EventsSignal = {
  ...base,
  kind: 'events',
  id: 'some-events',
  by: [],
  events: counter('coredns', 'panics_total'),
  words: { events: 'panics' },
};

export const value: GaugeSignal<'node'> = {
  ...base,
  kind: 'gauge',
  id: 'some-value',
  by: ['node'],
  value: gauge('coredns', 'temperature_celsius', {}, ['node']),
  worse: 'up',
  unit: 'short',
};

const ready = gauge('coredns', 'node_ready', {}, ['node']);

export const state: StateSignal<'node'> = {
  ...base,
  kind: 'state',
  id: 'some-state',
  by: ['node'],
  bad: test(ready, '==', 0),
  among: ready,
  item: 'node',
};

export const presence: PresenceSignal = {
  ...base,
  kind: 'presence',
  id: 'some-presence',
  by: [],
  expected: by('group', gauge('coredns', 'node_info')),
  seen: scraped('coredns'),
};
