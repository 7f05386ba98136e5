import { PRIOR_EVENTS } from '../gp.ts';
import { fadedShape, type Level, type LevelModel, type StreamModel, startLevel } from './level-model.ts';

/** Counts by step, for as long as there is history; NaN events where nothing was read. */
export interface StreamHistory {
  readonly events: ArrayLike<number>;
  /** Exposure, times the controls' offset of the same step where there are controls; NaN where they said nothing. */
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

/** Where a stream stands after its history: the long-run rate, and the level that the filter has come to. */
export function openStream(history: StreamHistory, model: StreamModel): StreamStart {
  const { events, exposure } = history;
  let allEvents = 0;
  let allExposure = 0;
  for (let i = 0; i < events.length; i++) {
    if (!isRead(history, i)) continue;
    allEvents += events[i] as number;
    allExposure += exposure[i] as number;
  }
  const rate = longRunRate(allEvents, allExposure);
  const [level = startLevel(model.level)] = levelsAt(history, model, rate, [events.length]);
  return { rate, ...level };
}

/**
 * The filter's level before some steps of a history.
 *
 * @param stops indices of steps, ascending
 */
export function levelsAt(
  history: StreamHistory,
  { phi, level }: StreamModel,
  rate: number,
  stops: readonly number[],
): Level[] {
  const { events, exposure } = history;
  const levels: Level[] = [];
  let { shape, logLevel } = startLevel(level);
  for (let i = 0; levels.length < stops.length; i++) {
    while (stops[levels.length] === i) levels.push({ shape, logLevel });
    if (i >= events.length) break;
    shape = fadedShape(shape, level);
    logLevel *= level.memory;
    if (!isRead(history, i)) continue;
    const seen = (events[i] as number) / phi;
    const expected = ((exposure[i] as number) * rate) / phi;
    logLevel += Math.log((shape + seen) / (shape + expected * Math.exp(logLevel)));
    shape += seen;
  }
  return levels;
}

/**
 * The level as it stands to another long-run rate: as far as the level was learned from counts it stays where it is,
 * as far as it is only the model's pull it moves with the rate.
 *
 * @param logRatio natural logarithm of the old rate over the new
 */
export function rebasedLevel({ shape, logLevel }: Level, model: LevelModel, logRatio: number): Level {
  const learned = model.memory < 1 ? Math.max(0, 1 - 1 / (model.variance * shape)) : 1;
  return { shape, logLevel: logLevel + learned * logRatio };
}

/** Whether a step has events and an exposure to weigh. */
export function isRead({ events, exposure }: StreamHistory, at: number): boolean {
  return (events[at] as number) >= 0 && (exposure[at] as number) > 0;
}
