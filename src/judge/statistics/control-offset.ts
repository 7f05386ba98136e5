/** Half an event on both sides, so that a quiet minute of the controls says little instead of "no events at all". */
const QUIET_EVENTS = 0.5;

/**
 * How many times above its long-run rate the controls' rate was in this very minute; what they share with the treated
 * cluster then is no evidence. Never smoothed: a lag lets a shock of the whole fleet through.
 *
 * @param events   the controls' events of the minute, summed (declustered where the treated cluster's are)
 * @param exposure the controls' exposure of the minute, summed
 * @param rate     their events per exposure over a day
 */
export function controlOffset(events: number, exposure: number, rate: number): number {
  return (events + QUIET_EVENTS) / (rate * exposure + QUIET_EVENTS);
}
