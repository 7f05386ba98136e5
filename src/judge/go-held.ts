import { type BreachRule, isBeyondNow, lastBreach } from './breach.ts';
import type { GoProof } from './go-proof.ts';
import { minutesText } from './numbers.ts';
import { presenceOf, type SoakWindow, wasReadThroughout, windowStart } from './soak-window.ts';

/**
 * Go evidence of something that has no counts: it was within bounds for as long as the soak needs.
 *
 * @param bounds completes "stays within ..."
 */
export function heldGo(rule: BreachRule, window: SoakWindow, bounds: string): GoProof {
  const presence = presenceOf(window, false);
  const breached = (lastBreach(rule) ?? -1) >= windowStart(window);
  const beyond = isBeyondNow(rule);
  const minutes = minutesText(window.needed);
  const stateText = () => {
    if (beyond) return `beyond ${bounds} now`;
    if (breached) return `beyond ${bounds} within the last ${minutes}`;
    return presence.missing || `within ${bounds} for ${minutesText(presence.clean)}`;
  };
  return {
    promise: `stays within ${bounds} for ${minutes}`,
    proved: presence.there && !breached && !beyond,
    progress: breached || beyond ? 0 : Math.min(1, presence.clean / window.needed),
    text: stateText(),
    steady: !breached && !beyond && wasReadThroughout(window),
  };
}
