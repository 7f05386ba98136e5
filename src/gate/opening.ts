import type { Check } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { alertIdentity } from '../judge/alert-identity.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import type { Change } from './ports.ts';
import { decodeReadings, type EncodedReadings, encodeReadings } from './readings-json.ts';
import { placeAt, placesOf, type Sight } from './sight.ts';

/** How far back the time before a change is read. */
export const BASELINE_MINUTES = 24 * 60;

/** What is fixed when a change is let onto a cluster, and judged by from then on. */
export interface Opening {
  /** The admission, or the sync where there was none; epoch milliseconds. */
  readonly baselineEnd: number;
  readonly window: MinuteWindow;
  /** `alertIdentity` of what fired before. */
  readonly alertsBefore: readonly string[];
  /** Signals that the cluster delivered in the window. */
  readonly covered: readonly string[];
  readonly readings: ClusterReadings;
}

/** The day of whole minutes that ends with `to`. */
export function baselineWindow(to: number): MinuteWindow {
  return { from: to - (BASELINE_MINUTES - 1) * MINUTE_MS, to };
}

/** Signals with at least one value, or known to have no traffic, in the readings. */
export function coveredSignals(
  readings: ClusterReadings,
  window: MinuteWindow,
  checks: readonly Check[],
): readonly string[] {
  return checks.filter((check) => isCovered(readings, window, check)).map(({ signal }) => signal);
}

/** Fixes what was seen, as of `baselineEnd`. */
export function takeOpening(sight: Sight, checks: readonly Check[], baselineEnd: number): Opening {
  const { window, readings, alerts } = sight;
  const firing = alerts.is === 'value' ? alerts.value.filter(({ state }) => state === 'firing') : [];
  return {
    baselineEnd,
    window,
    alertsBefore: [...new Set(firing.map(alertIdentity))].sort(),
    covered: coveredSignals(readings, window, checks),
    readings,
  };
}

interface EncodedOpening {
  readonly baselineEnd: number;
  readonly alertsBefore: readonly string[];
  readonly covered: readonly string[];
  readonly readings: EncodedReadings;
}

/** The opening of a run as it is stored. */
export function storedOpening(runId: string, opening: Opening): NonNullable<Change['opening']> {
  return { runId, lastMinute: opening.window.to, json: encodeOpening(opening) };
}

function encodeOpening({ baselineEnd, alertsBefore, covered, readings, window }: Opening): string {
  const encoded: EncodedOpening = {
    baselineEnd,
    alertsBefore,
    covered,
    readings: encodeReadings(readings, window),
  };
  return JSON.stringify(encoded);
}

/** The opposite of `storedOpening`: an opening of its JSON. */
export function decodeOpening(json: string): Opening {
  const { readings, ...rest } = JSON.parse(json) as EncodedOpening;
  return { ...rest, window: readings.window, readings: decodeReadings(readings) };
}

function isCovered(readings: ClusterReadings, { from, to }: MinuteWindow, check: Check): boolean {
  const places = placesOf(check);
  for (let minute = to; minute >= from; minute -= MINUTE_MS) {
    for (const place of places) {
      const { is } = placeAt(readings, place, minute);
      if (is === 'value' || is === 'no-traffic') return true;
    }
  }
  return false;
}
