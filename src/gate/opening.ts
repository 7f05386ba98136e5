import type { Check } from '../domain/check.ts';
import { MINUTE_MS } from '../domain/reading.ts';
import { alertIdentity } from '../judge/alert-identity.ts';
import { BASELINE_MINUTES } from '../judge/baseline.ts';
import { coveredSignals } from '../judge/coverage.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { RunFacts } from '../judge/run-facts.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import {
  decodeOpenedControls,
  type EncodedOpenedControls,
  encodeOpenedControls,
  type OpenedControls,
} from './controls/opened-controls.ts';
import type { PinnedClass } from './learning/learned-classes.ts';
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
  /** Clusters that the run is compared with; absent where there are too few. */
  readonly controls?: OpenedControls;
  /** What was known of the class when the run opened, and is used until its end; absent while nothing was learned. */
  readonly learned?: PinnedClass;
  /** How many times worse go will have ruled out, by signal: promised before the soak. */
  readonly promises?: NonNullable<RunFacts['promises']>;
}

/** An opening without its day of readings: what a look needs of it. */
export interface OpeningFacts extends Omit<Opening, 'readings' | 'controls'> {
  readonly controls?: Omit<OpenedControls, 'minutes'>;
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

/** What a look needs of an opening. */
export function openingFacts({ readings: _, controls, ...opening }: Opening): OpeningFacts {
  if (controls === undefined) return opening;
  const { minutes: _minutes, ...named } = controls;
  return { ...opening, controls: named };
}

interface EncodedOpening {
  readonly baselineEnd: number;
  readonly alertsBefore: readonly string[];
  readonly covered: readonly string[];
  readonly readings: EncodedReadings;
  readonly controls?: EncodedOpenedControls;
  readonly learned?: NonNullable<Opening['learned']>;
  readonly promises?: NonNullable<Opening['promises']>;
}

/** The opening of a run as it is stored. */
export function storedOpening(runId: string, opening: Opening): NonNullable<Change['opening']> {
  return { runId, lastMinute: opening.window.to, json: encodeOpening(opening) };
}

function encodeOpening(opening: Opening): string {
  const { baselineEnd, alertsBefore, covered, readings, window, controls, learned, promises } = opening;
  const encoded: EncodedOpening = {
    baselineEnd,
    alertsBefore,
    covered,
    readings: encodeReadings(readings, window),
    ...(controls && { controls: encodeOpenedControls(controls, window) }),
    ...(learned && { learned }),
    ...(promises && { promises }),
  };
  return JSON.stringify(encoded);
}

/** The opposite of `storedOpening`: an opening of its JSON. */
export function decodeOpening(json: string): Opening {
  const { readings, controls, ...rest } = JSON.parse(json) as EncodedOpening;
  const { window } = readings;
  return {
    ...rest,
    window,
    readings: decodeReadings(readings),
    ...(controls && { controls: decodeOpenedControls(controls, window) }),
  };
}
