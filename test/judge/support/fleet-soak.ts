import type { CountCheck } from '../../../src/domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../../../src/domain/reading.ts';
import type { ControlMinute } from '../../../src/judge/controls.ts';
import type { JudgeInput } from '../../../src/judge/judge-input.ts';
import type { LearnedClass, LearnedCounts } from '../../../src/judge/learning/learned-class.ts';
import { causesOf } from '../../../src/judge/streams-before.ts';
import { SYNC } from './case-file.ts';
import type { Fleet } from './fleet.ts';

/** The count check that soaks of simulated fleets are judged by. */
export const FLEET_CHECK: CountCheck = {
  signal: 'errors',
  kind: 'ratio',
  component: 'dns',
  title: 'Errors',
  halts: true,
  required: true,
  critical: true,
  on: 'change',
  weight: 1,
  exposureUnit: 'request',
  series: [{ key: 'errors', what: 'that failed', limit: 0.05, floor: 0 }],
};

/** A soak of one cluster of a fleet; minutes of the fleet before `at` are the past. */
export interface FleetSoak {
  readonly fleet: Fleet;
  readonly learned: LearnedClass;
  readonly treated: number;
  /** Index of the first minute after the sync. */
  readonly at: number;
  readonly controls: readonly number[];
  /** How the change alters the treated cluster's events of a minute since the sync. */
  readonly change?: (events: number, minute: number) => number;
  readonly check?: CountCheck;
  readonly alpha?: number;
}

/** The judge's input after so many minutes of a soak. */
export function inputOf(soak: FleetSoak, minutes: number): JudgeInput {
  const { fleet, learned, treated, at, controls, change = (events) => events, check = FLEET_CHECK } = soak;
  const [{ key }] = check.series as [CountCheck['series'][number]];
  const counts = learned.counts[key] as LearnedCounts;
  const range = Array.from(
    { length: Math.min(at, 1440) + minutes },
    (_, i) => at + minutes - 1 - i,
  ).reverse();
  const minuteOf = (index: number) => SYNC + (index - at + 1) * MINUTE_MS;
  const eventsOf = (cluster: number, index: number) => fleet[cluster]?.events[index] ?? 0;
  const exposureOf = (cluster: number, index: number) => fleet[cluster]?.exposure[index] ?? 0;
  const row = range.map((index): MinuteReading<{ events: number; exposure: number }> => {
    const events = eventsOf(treated, index);
    const value = {
      events: index < at ? events : change(events, index - at),
      exposure: exposureOf(treated, index),
    };
    return { minute: minuteOf(index), reading: { is: 'value', value } };
  });
  const pooled = range.map((index): ControlMinute => {
    const sum = (pick: (cluster: number) => number) =>
      controls.reduce((all, cluster) => all + pick(cluster), 0);
    const count = {
      clusters: controls.length,
      events: sum((cluster) => eventsOf(cluster, index)),
      causes: sum((cluster) => causesOf(counts, eventsOf(cluster, index))),
      exposure: sum((cluster) => exposureOf(cluster, index)),
    };
    return { minute: minuteOf(index), counts: { [key]: count }, items: {}, values: {} };
  });
  return {
    now: SYNC + minutes * MINUTE_MS,
    policy: {
      name: 'standard',
      minSoakMs: 15 * MINUTE_MS,
      maxSoakMs: 30 * MINUTE_MS,
      maxSyncMs: 0,
      maxSettleMs: 0,
      maxBlindMs: 0,
      alpha: soak.alpha ?? 0.01,
      onInconclusive: 'stop',
    },
    components: ['dns'],
    baselineEnd: SYNC,
    syncedAt: SYNC,
    settledAt: SYNC,
    soakMs: minutes * MINUTE_MS,
    checks: [check],
    alerts: [],
    covered: [check.signal],
    readings: { counts: new Map([[key, row]]), items: new Map(), values: new Map() },
    alertsNow: { is: 'value', value: [] },
    alertsBefore: [],
    learned,
    ...(controls.length > 0 && {
      controls: { clusters: controls.map((each) => `cluster-${each}`), minutes: pooled },
    }),
  };
}
