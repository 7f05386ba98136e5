import { PRIOR_EVENTS } from '../gp.ts';
import { fadedShape, type Level, type StreamModel, startLevel } from './level-model.ts';

/** Counts by step, for as long as there is history; NaN events where nothing was read. */
export interface StreamHistory {
  readonly events: ArrayLike<number>;
  /** Exposure, times the controls' offset of the same step where there are controls. */
  readonly exposure: ArrayLike<number>;
}

/** Where a stream stands at the sync; plain data, fixed for the run. */
export interface StreamStart extends Level {
  /** Long-run events per exposure; 0 when nothing is known, and then nothing is weighed. */
  readonly rate: number;
}

/** Long-run rate of a history, half an event added, so that a quiet past is a small rate and not none. */
export function longRunRate(events: number, exposure: number): number {
  return exposure > 0 ? (events + PRIOR_EVENTS) / exposure : 0;
}

/** Runs the level's filter over the time before the sync. */
export function openStream({ events, exposure }: StreamHistory, { phi, level }: StreamModel): StreamStart {
  let allEvents = 0;
  let allExposure = 0;
  for (let i = 0; i < events.length; i++) {
    if (!isRead(events, exposure, i)) continue;
    allEvents += events[i] as number;
    allExposure += exposure[i] as number;
  }
  const rate = longRunRate(allEvents, allExposure);
  let { shape, logLevel } = startLevel(level);
  for (let i = 0; i < events.length; i++) {
    shape = fadedShape(shape, level);
    logLevel *= level.memory;
    if (!isRead(events, exposure, i)) continue;
    const seen = (events[i] as number) / phi;
    const expected = ((exposure[i] as number) * rate) / phi;
    logLevel += Math.log((shape + seen) / (shape + expected * Math.exp(logLevel)));
    shape += seen;
  }
  return { rate, shape, logLevel };
}

function isRead(events: ArrayLike<number>, exposure: ArrayLike<number>, at: number): boolean {
  return (events[at] as number) >= 0 && (exposure[at] as number) > 0;
}
