/** Half an event on both sides, so that a quiet minute of the controls says little instead of "no events at all". */
const QUIET_EVENTS = 0.5;

/** Share of a step that still counts one step later: the recent level reaches back about twenty steps. */
const MEMORY = 0.95;

/** One event more on both sides: with next to no events the recent level is the long-run rate. */
const PRIOR_EVENTS = 1;

/**
 * How many times above its long-run rate the controls' rate was in this very minute; what they share with the treated
 * cluster then is no evidence. Never smoothed: a lag lets a shock of the whole fleet through.
 *
 * @param events   the controls' events of the minute, summed (declustered where the treated cluster's are)
 * @param exposure the controls' exposure of the minute, summed
 * @param rate     their events per exposure over a day
 * @param level    what the half event leans to, times the rate: a quiet minute says that nothing is new. With 1 it says
 *   that all is as on average, and the busy hour of every day looks like a small harm
 */
export function controlOffset(events: number, exposure: number, rate: number, level: number = 1): number {
  return (events + QUIET_EVENTS * level) / (rate * exposure + QUIET_EVENTS);
}

/** What the controls did in the last steps, older ones counting ever less; plain data. */
export interface ControlLevel {
  events: number;
  expected: number;
}

/** Offsets of consecutive steps, each leaning to the level of those before it, which it moves. */
export function nextOffset(level: ControlLevel, events: number, exposure: number, rate: number): number {
  const recent = (level.events + PRIOR_EVENTS) / (level.expected + PRIOR_EVENTS);
  level.events = MEMORY * level.events + events;
  level.expected = MEMORY * level.expected + rate * exposure;
  return controlOffset(events, exposure, rate, recent);
}

/** The level before the first step. */
export function openControlLevel(): ControlLevel {
  return { events: 0, expected: 0 };
}
