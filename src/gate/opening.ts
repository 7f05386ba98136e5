import type { Check } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { alertIdentity } from '../judge/alert-identity.ts';
import { BASELINE_MINUTES } from '../judge/baseline.ts';
import { coveredSignals } from '../judge/coverage.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import type { Change } from './ports.ts';
import { decodeReadings, type EncodedReadings, encodeReadings } from './readings-json.ts';
import type { Sight } from './sight.ts';

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

/** Fixes what was seen, as of `baselineEnd`. */
export function takeOpening(sight: Sight, checks: readonly Check[], baselineEnd: number): Opening {
  const { window, readings, alerts } = sight;
  const firing = alerts.is === 'value' ? alerts.value.filter(({ state }) => state === 'firing') : [];
  return {
    baselineEnd,
    window,
    alertsBefore: [...new Set(firing.map(alertIdentity))].sort(),
    covered: coveredSignals(checks, readings, window),
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
