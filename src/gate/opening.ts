import type { Check } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import { alertIdentity } from '../judge/alert-identity.ts';
import { BASELINE_MINUTES } from '../judge/baseline.ts';
import { type Before, summariseBefore } from '../judge/before.ts';
import { coveredSignals } from '../judge/coverage.ts';
import type { ClusterReadings } from '../judge/judge-input.ts';
import type { LearnedClass } from '../judge/learning/learned-class.ts';
import type { RunFacts } from '../judge/run-facts.ts';
import type { MinuteWindow } from '../sources/signal-source.ts';
import { decodeBefore, type EncodedBefore, encodeBefore } from './before-json.ts';
import {
  decodeOpenedControls,
  type EncodedOpenedControls,
  encodeOpenedControls,
  type OpenedControls,
} from './controls/opened-controls.ts';
import { withoutSpans } from './harmed-time.ts';
import type { PinnedClass } from './learning/learned-classes.ts';
import type { Span } from './learning/moves.ts';
import type { Change } from './ports.ts';
import { decodeReadings, type EncodedReadings, encodeReadings } from './readings-json.ts';
import type { Sight } from './sight.ts';

/** What is fixed when a change is let onto a cluster, and judged by from then on. */
export interface Opening {
  /** The admission, or the sync where there was none; epoch milliseconds. */
  readonly baselineEnd: number;
  /** The minutes of its readings. */
  readonly window: MinuteWindow;
  /** `alertIdentity` of what fired before. */
  readonly alertsBefore: readonly string[];
  /** Signals that the cluster delivered in the day before. */
  readonly covered: readonly string[];
  /** The last hour before, for people; the whole day until it is summed up. */
  readonly readings: ClusterReadings;
  /** Times of harm that count for no usual day; told until the day is summed up. */
  readonly harmed?: readonly Span[];
  /** The day before, summed up; absent in one that was just taken, or stored by a gate that kept the day. */
  readonly before?: Before;
  /** Clusters that the run is compared with; absent where there are too few. */
  readonly controls?: OpenedControls;
  /** What was known of the class when the run opened, and is used until its end; absent while nothing was learned. */
  readonly learned?: PinnedClass;
  /** How many times worse go will have ruled out, by signal: promised before the soak. */
  readonly promises?: NonNullable<RunFacts['promises']>;
}

/** An opening without its readings: what a look needs of it. */
export type OpeningFacts = Omit<Opening, 'readings' | 'before' | 'harmed'>;

/** What is kept of the readings before, in minutes. */
const KEPT_MINUTES = 60;

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

/** What was before the sync, as the run is judged by it: as it was summed up when the run opened. */
export function beforeOf(
  {
    before,
    covered,
    readings,
    baselineEnd,
    controls,
    harmed = [],
  }: Pick<Opening, 'before' | 'covered' | 'readings' | 'baselineEnd' | 'controls' | 'harmed'>,
  checks: readonly Check[],
  learned?: LearnedClass,
): Before {
  if (before) return before;
  const known = { ...(learned && { learned }), ...(controls?.minutes && { controls: controls.minutes }) };
  return summariseBefore(coveredChecks(checks, covered), withoutSpans(readings, harmed), baselineEnd, known);
}

/** An opening with its day summed up: what is kept. Of the readings the last hour stays, for people. */
export function sumUp(opening: Opening, checks: readonly Check[], learned?: LearnedClass): Opening {
  if (opening.before) return opening;
  const { harmed: _, ...kept } = opening;
  const { window, readings, controls } = opening;
  const last = { from: Math.max(window.from, window.to - (KEPT_MINUTES - 1) * MINUTE_MS), to: window.to };
  return {
    ...kept,
    window: last,
    readings: {
      counts: within(readings.counts, last),
      items: within(readings.items, last),
      values: within(readings.values, last),
    },
    before: beforeOf(opening, checks, learned),
    ...(controls && { controls: withoutMinutes(controls) }),
  };
}

function within<T>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
  { from, to }: MinuteWindow,
): ReadonlyMap<string, readonly MinuteReading<T>[]> {
  return new Map(
    [...rows].map(([key, row]) => [key, row.filter(({ minute }) => minute >= from && minute <= to)]),
  );
}

function withoutMinutes({ minutes: _, ...controls }: OpenedControls): OpenedControls {
  return controls;
}

/** What a look needs of an opening. */
export function openingFacts({
  readings: _,
  before: _before,
  harmed: _harmed,
  controls,
  ...opening
}: Opening): OpeningFacts {
  if (controls === undefined) return opening;
  return { ...opening, controls: withoutMinutes(controls) };
}

/** Checks of the signals that a cluster delivers. */
export function coveredChecks(checks: readonly Check[], covered: readonly string[]): readonly Check[] {
  return checks.filter(({ signal }) => covered.includes(signal));
}

interface EncodedOpening {
  readonly baselineEnd: number;
  readonly alertsBefore: readonly string[];
  readonly covered: readonly string[];
  readonly readings: EncodedReadings;
  readonly before?: EncodedBefore;
  readonly controls?: EncodedOpenedControls;
  readonly learned?: NonNullable<Opening['learned']>;
  readonly promises?: NonNullable<Opening['promises']>;
}

/** The opening of a run as it is stored. */
export function storedOpening(runId: string, opening: Opening): NonNullable<Change['opening']> {
  return { runId, lastMinute: opening.window.to, json: encodeOpening(opening) };
}

function encodeOpening(opening: Opening): string {
  const { baselineEnd, alertsBefore, covered, readings, before, window, controls, learned, promises } =
    opening;
  const encoded: EncodedOpening = {
    baselineEnd,
    alertsBefore,
    covered,
    readings: encodeReadings(readings, window),
    ...(before && { before: encodeBefore(before) }),
    ...(controls && { controls: encodeOpenedControls(controls, window) }),
    ...(learned && { learned }),
    ...(promises && { promises }),
  };
  return JSON.stringify(encoded);
}

/** The opposite of `storedOpening`: an opening of its JSON. */
export function decodeOpening(json: string): Opening {
  const { readings, before, controls, ...rest } = JSON.parse(json) as EncodedOpening;
  const { window } = readings;
  return {
    ...rest,
    window,
    readings: decodeReadings(readings),
    ...(before && { before: decodeBefore(before) }),
    ...(controls && { controls: decodeOpenedControls(controls, window) }),
  };
}
