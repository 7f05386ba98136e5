import type { Check } from '../domain/check.ts';
import type { AlertReading, Reading } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import type { ControlMinute } from '../judge/controls.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { WaveEvidence } from '../judge/wave-evidence.ts';
import { minutesOf } from '../sources/minutes.ts';
import { CLOCK_SKEW_CAUSE, type MinuteWindow, type Observation } from '../sources/signal-source.ts';
import { readingAt } from './readings-json.ts';

/** What an observation says of one cluster. */
export interface Sight {
  readonly window: MinuteWindow;
  readonly readings: ClusterReadings;
  /** Alerts of this cluster alone. */
  readonly alerts: Reading<readonly AlertReading[]>;
  /** The last minute of the window that could be read; what lies behind it is asked again. */
  readonly readTo?: number;
  /** What the run's controls did in a minute of the window; absent where it has none. */
  readonly controls?: (minute: number) => ControlMinute;
  /** Names of alerts that fire on a control and did not when the run opened. */
  readonly controlAlerts?: readonly string[];
  /** What the runs of its wave show together. */
  readonly wave?: WaveEvidence;
  /** Why the cluster can't be judged right now: required readings or alerts are unknown or partial. */
  readonly blind?: Reason;
}

/** Where the reading of a signal stands. */
interface Place {
  readonly kind: keyof ClusterReadings;
  readonly key: string;
}

/** The places of a check's readings: one, or one for each edge. */
export function placesOf(check: Check): readonly Place[] {
  if ('series' in check) return check.series.map(({ key }) => ({ kind: 'counts', key }));
  return [{ kind: check.kind === 'gauge' ? 'values' : 'items', key: check.signal }];
}

/** The reading of a place in a minute. */
export function placeAt(readings: ClusterReadings, { kind, key }: Place, minute: number): Reading<unknown> {
  switch (kind) {
    case 'counts':
      return readingAt(readings.counts.get(key), minute);
    case 'items':
      return readingAt(readings.items.get(key), minute);
    case 'values':
      return readingAt(readings.values.get(key), minute);
  }
}

/**
 * One cluster's part of an observation, and whether it is enough to judge by.
 *
 * A minute can't be read when a required reading is unknown or partial, or all are. When a later one can be read, the
 * gap is a fact about that minute and not about the store: only the minutes behind the last readable one are missing.
 *
 * @param checks those of the signals that the cluster delivers
 */
export function seeCluster(observation: Observation, cluster: string, checks: readonly Check[]): Sight {
  const { window } = observation;
  const readings: ClusterReadings = {
    counts: observation.counts.get(cluster) ?? new Map(),
    items: observation.items.get(cluster) ?? new Map(),
    values: observation.values.get(cluster) ?? new Map(),
  };
  const alerts = alertsOf(observation.alerts, cluster);
  const required = checks.filter((check) => check.required).flatMap(placesOf);
  const all = checks.flatMap(placesOf);
  let cause: Reason | undefined;
  let readTo: number | undefined;
  for (const minute of [...minutesOf(window)].reverse()) {
    const unclean = uncleanAt(readings, required, all, minute);
    if (unclean === undefined) {
      readTo = minute;
      break;
    }
    cause ??= blindReason(unclean);
  }
  const blind = cause ?? blindReason(alerts);
  return {
    window,
    readings,
    alerts,
    ...(readTo !== undefined && { readTo }),
    ...(blind && { blind }),
  };
}

/** A cluster whose source is not known or failed to answer at all. */
export function unseen(window: MinuteWindow, cause: string): Sight {
  const unknown = { is: 'unknown', cause } as const;
  const blind: Reason = { code: 'data/unknown', text: `The metrics can't be read: ${cause}` };
  return { window, readings: NOTHING, alerts: unknown, blind };
}

const NOTHING: ClusterReadings = { counts: new Map(), items: new Map(), values: new Map() };

function uncleanAt(
  readings: ClusterReadings,
  required: readonly Place[],
  all: readonly Place[],
  minute: number,
): Reading<unknown> | undefined {
  const at = (place: Place) => placeAt(readings, place, minute);
  const missing = required.map(at).find(isUnclean);
  if (missing) return missing;
  const everything = all.map(at);
  return everything.every(isUnclean) ? everything[0] : undefined;
}

function isUnclean(reading: Reading<unknown>): boolean {
  return reading.is === 'unknown' || reading.is === 'partial';
}

function blindReason(reading: Reading<unknown>): Reason | undefined {
  if (reading.is === 'partial') {
    return { code: 'data/partial', text: `The metrics are incomplete: ${reading.cause}` };
  }
  if (reading.is !== 'unknown') return undefined;
  if (reading.cause.startsWith(CLOCK_SKEW_CAUSE)) {
    return { code: 'data/clock-skew', text: sentence(reading.cause.slice(CLOCK_SKEW_CAUSE.length)) };
  }
  return { code: 'data/unknown', text: `The metrics can't be read: ${reading.cause}` };
}

function sentence(text: string): string {
  return text.charAt(0).toUpperCase() + text.slice(1);
}

function alertsOf(
  alerts: Reading<readonly AlertReading[]>,
  cluster: string,
): Reading<readonly AlertReading[]> {
  if (alerts.is !== 'value' && alerts.is !== 'partial') return alerts;
  return { ...alerts, value: alerts.value.filter((alert) => alert.cluster === cluster) };
}
