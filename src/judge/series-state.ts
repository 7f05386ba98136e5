import type { Count } from '../domain/reading.ts';
import { type Cell, isNumber, SLOT } from './cell.ts';
import { type ControlCount, MIN_CONTROLS } from './controls.ts';
import { type MinutePlace, openRow, type RowState, takeIntoRow } from './row-state.ts';

/** What one series and its controls counted in the same minutes. */
export interface PairedSums {
  readonly treated: Sum;
  readonly controls: Sum;
}

/** Counts that grow. */
export interface Sum extends Count {
  events: number;
  exposure: number;
}

/** What the minutes since the sync brought of one series. */
export interface SeriesState {
  readonly row: RowState;
  /** Since the sync, incomplete minutes included. */
  readonly all: Sum;
  /** Minutes of `all`, and those without traffic. */
  minutes: number;
  /** Since the sync, complete minutes only; and since settling. */
  readonly clean: Sum;
  readonly settled: Sum;
  /** Since the newest segment began, incomplete minutes included. */
  readonly segment: Sum;
  /** The same in minutes with enough controls, and theirs. */
  readonly paired: PairedSums;
  /** Events and exposure of the newest complete minutes since settling, in pairs; empty where nobody asks for them. */
  readonly recent: number[];
  /** What the controls counted in the minutes of `all`, and how many there were last; only minutes with enough of them. */
  readonly controls: Sum;
  controlClusters: number;
}

/** What belongs to a minute beside its reading. */
interface MinuteContext {
  /** Whether the newest minutes are kept one by one. */
  readonly keepsRecent: boolean;
  readonly controls: ControlCount | undefined;
}

/** A series before its first minute. */
export function openSeries(): SeriesState {
  const none = (): Sum => ({ events: 0, exposure: 0 });
  return {
    row: openRow(),
    all: none(),
    minutes: 0,
    clean: none(),
    settled: none(),
    segment: none(),
    paired: { treated: none(), controls: none() },
    recent: [],
    controls: none(),
    controlClusters: 0,
  };
}

/**
 * Takes in one minute. An incomplete answer may convict, it never acquits.
 *
 * @returns whether it brought a number
 */
export function takeIntoSeries(
  series: SeriesState,
  cell: Cell,
  place: MinutePlace,
  { keepsRecent, controls }: MinuteContext,
): boolean {
  takeIntoRow(series.row, cell, place);
  const isClean = cell.slot === SLOT.value;
  if (keepsRecent && place.isSettled) keep(series.recent, isClean ? cell : NOTHING, place.longestWindow);
  if (cell.slot === SLOT.noTraffic) series.minutes += 1;
  if (!isNumber(cell.slot)) return false;
  series.minutes += 1;
  add(series.all, cell);
  add(series.segment, cell);
  if (controls && controls.clusters >= MIN_CONTROLS) {
    series.controls.events += controls.events;
    series.controls.exposure += controls.exposure;
    series.controlClusters = controls.clusters;
    add(series.paired.treated, cell);
    series.paired.controls.events += controls.events;
    series.paired.controls.exposure += controls.exposure;
  }
  if (isClean) add(series.clean, cell);
  if (isClean && place.isSettled) add(series.settled, cell);
  return true;
}

/** Begins a segment: counts are gathered anew. */
export function startSegment({ segment, paired }: SeriesState): void {
  for (const sum of [segment, paired.treated, paired.controls]) {
    sum.events = 0;
    sum.exposure = 0;
  }
}

/** Counts of the last minutes that were kept. */
export function recentCount({ recent }: SeriesState, minutes: number): Count {
  let events = 0;
  let exposure = 0;
  for (let i = Math.max(0, recent.length - 2 * minutes); i < recent.length; i += 2) {
    events += recent[i] ?? 0;
    exposure += recent[i + 1] ?? 0;
  }
  return { events, exposure };
}

const NOTHING = { amount: 0, whole: 0 };

function add(sum: Sum, { amount, whole }: Cell): void {
  sum.events += amount;
  sum.exposure += whole;
}

function keep(recent: number[], { amount, whole }: Pick<Cell, 'amount' | 'whole'>, minutes: number): void {
  recent.push(amount, whole);
  if (recent.length > 2 * minutes) recent.splice(0, recent.length - 2 * minutes);
}
