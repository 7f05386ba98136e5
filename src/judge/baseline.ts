import { type Count, MINUTE_MS } from '../domain/reading.ts';
import { SLOT } from './cell.ts';
import { overdispersion } from './phi.ts';
import { minuteAt, type Span, slotAt, type Track, valuesFrom } from './track.ts';

/** How far back the time before the sync is read, in minutes. */
export const BASELINE_MINUTES = 24 * 60;

/**
 * Windows of the baseline, in minutes before its end, tried in this order. The last two minutes are left out
 * because the sync may already have begun to bite; the short window is closest to now, and is only used when it holds enough.
 */
const WINDOWS = [
  { back: 60, skip: 2, minEvents: 10, minExposure: 1e4 },
  { back: BASELINE_MINUTES, skip: 2, minEvents: 0, minExposure: 0 },
  { back: BASELINE_MINUTES, skip: 0, minEvents: 0, minExposure: 0 },
] as const;

/** What a count series did before the sync. */
export interface Baseline extends Count {
  /** Ends of the first and last minute that count, epoch milliseconds. */
  readonly from: number;
  readonly to: number;
  readonly phi: number;
  /** Whether phi is 1 for want of history. */
  readonly phiAssumed: boolean;
  /** Exposure per minute over everything known, quiet minutes included. */
  readonly exposurePerMinute: number;
  /** Minutes with a clean reading, in the whole history. */
  readonly knownMinutes: number;
}

/** The minutes before the sync: a day of them up to the last one that ended at or before `baselineEnd`. */
export function baselineSpan(baselineEnd: number): Span {
  const last = Math.floor(baselineEnd / MINUTE_MS) * MINUTE_MS;
  return { first: last - (BASELINE_MINUTES - 1) * MINUTE_MS, length: BASELINE_MINUTES };
}

/**
 * Sums up the time before the sync from its clean minutes.
 *
 * @param trials whether an event is one of the exposures
 * @returns undefined without one clean minute with exposure
 */
export function baselineOf(track: Track, trials: boolean): Baseline | undefined {
  const events = new Float64Array(track.length);
  const exposure = new Float64Array(track.length);
  let everything = 0;
  let values = 0;
  let quiet = 0;
  for (let i = 0; i < track.length; i++) {
    const slot = slotAt(track, i);
    if (slot === SLOT.noTraffic) quiet++;
    if (slot !== SLOT.value) continue;
    events[values] = track.amounts[i] ?? 0;
    exposure[values] = track.wholes[i] ?? 0;
    everything += track.wholes[i] ?? 0;
    values++;
  }
  const window = windowOf(track);
  if (window === undefined) return undefined;
  const known = { events: events.subarray(0, values), exposure: exposure.subarray(0, values) };
  const { phi, assumed } = overdispersion({ ...known, trials });
  const knownMinutes = values + quiet;
  return {
    ...window,
    phi,
    phiAssumed: assumed,
    exposurePerMinute: everything / knownMinutes,
    knownMinutes,
  };
}

function windowOf(track: Track): Pick<Baseline, 'events' | 'exposure' | 'from' | 'to'> | undefined {
  for (const { back, skip, minEvents, minExposure } of WINDOWS) {
    const start = track.length - back;
    const end = track.length - skip;
    const { events, exposure } = valuesFrom(track, start, end);
    if (exposure > 0 && (events >= minEvents || exposure >= minExposure)) {
      return { events, exposure, from: minuteAt(track, start), to: minuteAt(track, end - 1) };
    }
  }
  return undefined;
}

/** Rate of a count: events per exposure; 0 without exposure. */
export function rateOf({ events, exposure }: Count): number {
  return exposure > 0 ? events / exposure : 0;
}
