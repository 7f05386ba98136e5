import { MIN_CONTROLS } from '../controls.ts';
import { nextOffset, openControlLevel } from '../statistics/control-offset.ts';
import { isRead, longRunRate, type StreamHistory } from '../statistics/open-stream.ts';

/** A cluster's steps of one series: counts, the exposure that expectations are made of, and running sums of both. */
export interface StreamRow extends StreamHistory {
  readonly events: Float64Array;
  readonly exposure: Float64Array;
  readonly eventSums: Float64Array;
  readonly exposureSums: Float64Array;
}

/** Steps of a day, the time that a long-run rate is taken from. */
const DAY_MINUTES = 24 * 60;

/** A row with its running sums, unread steps left out of them. */
export function streamRow(events: Float64Array, exposure: Float64Array): StreamRow {
  const eventSums = new Float64Array(events.length + 1);
  const exposureSums = new Float64Array(events.length + 1);
  const row = { events, exposure, eventSums, exposureSums };
  for (let i = 0; i < events.length; i++) {
    const counts = isRead(row, i);
    eventSums[i + 1] = (eventSums[i] as number) + (counts ? (events[i] as number) : 0);
    exposureSums[i + 1] = (exposureSums[i] as number) + (counts ? (exposure[i] as number) : 0);
  }
  return row;
}

/** Long-run rate of a whole row. */
export function wholeRate({ eventSums, exposureSums, events }: StreamRow): number {
  return longRunRate(eventSums[events.length] as number, exposureSums[events.length] as number);
}

/**
 * Long-run rate as a soak would know it: of a day's steps nearest before a window, those after it only where history is
 * too short, its own never.
 */
export function rateWithout(row: StreamRow, start: number, end: number, stepMinutes: number): number {
  const day = DAY_MINUTES / stepMinutes;
  const from = Math.max(0, start - day);
  const to = Math.min(row.events.length, end + (day - (start - from)));
  const outside = (sums: Float64Array) =>
    (sums[start] as number) - (sums[from] as number) + (sums[to] as number) - (sums[end] as number);
  return longRunRate(outside(row.eventSums), outside(row.exposureSums));
}

/** A cluster's row against its controls: the exposure of each step times what the controls say of that very step. */
export function controlledRow({ events, exposure }: StreamRow, offsets: Float64Array): StreamRow {
  return streamRow(
    events,
    exposure.map((amount, i) => amount * (offsets[i] as number)),
  );
}

/**
 * What some controls say of every step, over their own long-run rate; NaN where fewer than three had traffic.
 *
 * @param isFit whether a control may be heeded in a step
 */
export function controlOffsets(
  controls: readonly StreamRow[],
  isFit: (control: number, step: number) => boolean = () => true,
): Float64Array {
  const steps = controls[0]?.events.length ?? 0;
  const controlEvents = new Float64Array(steps);
  const controlExposure = new Float64Array(steps);
  const delivered = new Uint8Array(steps);
  controls.forEach((control, c) => {
    for (let i = 0; i < steps; i++) {
      if (!isRead(control, i) || !isFit(c, i)) continue;
      controlEvents[i] = (controlEvents[i] as number) + (control.events[i] as number);
      controlExposure[i] = (controlExposure[i] as number) + (control.exposure[i] as number);
      delivered[i] = (delivered[i] as number) + 1;
    }
  });
  let allEvents = 0;
  let allExposure = 0;
  for (let i = 0; i < steps; i++) {
    if ((delivered[i] as number) < MIN_CONTROLS) continue;
    allEvents += controlEvents[i] as number;
    allExposure += controlExposure[i] as number;
  }
  const rate = longRunRate(allEvents, allExposure);
  const level = openControlLevel();
  return controlEvents.map((events, i) =>
    (delivered[i] as number) < MIN_CONTROLS
      ? Number.NaN
      : nextOffset(level, events, controlExposure[i] as number, rate),
  );
}
