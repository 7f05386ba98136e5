import { SLOT } from './cell.ts';
import { type ControlMinute, MIN_CONTROLS } from './controls.ts';
import type { LearnedControlled, LearnedCounts } from './learning/learned-class.ts';
import { sumBlocks } from './learning/scrape-blocks.ts';
import { type ControlLevel, nextOffset, openControlLevel } from './statistics/control-offset.ts';
import { burstTable, decluster } from './statistics/declustering.ts';
import { longRunRate, openStream, type StreamStart } from './statistics/open-stream.ts';
import { slotAt, type Track } from './track.ts';

/** Where a series with learned quiet hours stands at the sync; fixed for the run. */
export interface StreamBefore {
  /** The stream that halts: events by their causes, against the controls where there are any. */
  readonly halting: StreamStart;
  /** Raw counts, for go. */
  readonly raw: StreamStart;
  /** How many controls the quiet hours were replayed with; 0 is none. */
  readonly controls: number;
  /** The controls' causes per exposure over the day before. */
  readonly controlRate: number;
  /** What the controls did in the last minutes of it. */
  readonly controlLevel: ControlLevel;
  /** Events expected in an hour like the last one. */
  readonly expected: number;
}

/** Minutes before the sync that tell how many controls deliver, and how much is to be expected. */
const HOUR = 60;

const TABLES = new WeakMap<LearnedCounts, Float64Array>();

/** Causes behind so many events of a series in one step of one cluster. */
export function causesOf(learned: LearnedCounts, events: number): number {
  if (learned.bursts === undefined) return events;
  const known = TABLES.get(learned);
  const table = known ?? burstTable(learned.bursts);
  if (known === undefined) TABLES.set(learned, table);
  return decluster(table, events);
}

/** The quiet hours that a series is compared with: against as many controls as there are, at most. */
export function learnedAgainst(
  { controlled }: LearnedCounts,
  controls: number,
): LearnedControlled | undefined {
  return controlled.findLast((each) => each.controls <= controls);
}

/**
 * Runs the filters of a series over the day before the sync.
 *
 * @param controls what the controls did in the minutes of the track, by index; no entry where there is nothing
 */
export function streamBefore(
  key: string,
  track: Track,
  controls: readonly (ControlMinute | undefined)[],
  learned: LearnedCounts,
): StreamBefore {
  const { blockMinutes } = learned;
  const pooled = controls.map((minute) => {
    const count = minute?.counts[key];
    return count && count.clusters >= MIN_CONTROLS ? count : undefined;
  });
  const usable = Math.max(0, ...pooled.slice(-HOUR).map((count) => count?.clusters ?? 0));
  const against = learnedAgainst(learned, usable);
  const events = Float64Array.from(track.amounts, (amount, i) => (isRead(track, i) ? amount : Number.NaN));
  const blockEvents = sumBlocks(events, blockMinutes);
  const blockExposure = sumBlocks(track.wholes, blockMinutes);
  const causes = blockEvents.map((each) => (each >= 0 ? causesOf(learned, each) : each));
  const sum = (pick: (count: NonNullable<(typeof pooled)[number]>) => number) =>
    sumBlocks(
      Float64Array.from(pooled, (count) => (count ? pick(count) : Number.NaN)),
      blockMinutes,
    );
  const controlCauses = sum((count) => count.causes);
  const controlExposure = sum((count) => count.exposure);
  const controlRate = longRunRate(totalOf(controlCauses), totalOf(controlExposure));
  const controlLevel = openControlLevel();
  const compared = against
    ? blockExposure.map((each, i) => {
        const exposure = controlExposure[i] as number;
        if (!(exposure >= 0)) return Number.NaN;
        return each * nextOffset(controlLevel, controlCauses[i] as number, exposure, controlRate);
      })
    : blockExposure;
  const raw = openStream({ events: blockEvents, exposure: blockExposure }, learned.raw);
  const hour = blockExposure.slice(-HOUR / blockMinutes).reduce((all, each) => all + each, 0);
  return {
    halting: openStream({ events: causes, exposure: compared }, against ?? learned.plain),
    raw,
    controls: against?.controls ?? 0,
    controlRate,
    controlLevel,
    expected: hour * raw.rate,
  };
}

function isRead(track: Track, at: number): boolean {
  const slot = slotAt(track, at);
  return slot === SLOT.value || slot === SLOT.noTraffic;
}

function totalOf(values: Float64Array): number {
  let sum = 0;
  for (const value of values) if (value >= 0) sum += value;
  return sum;
}
