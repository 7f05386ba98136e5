import type { BreachState } from './breach.ts';
import { isBeyondNow } from './breach.ts';
import type { GoProof } from './go-proof.ts';
import { minutesText } from './numbers.ts';
import type { RowState } from './row-state.ts';
import { presenceOf, type SoakWindow, wasReadThroughout, windowStart } from './soak-window.ts';

/**
 * Go evidence of something that has no counts: it was within bounds for as long as the soak needs.
 *
 * @param bounds completes "stays within ..."
 */
export function heldGo(
  row: RowState,
  breach: BreachState,
  window: SoakWindow,
  bounds: () => string,
): GoProof {
  const presence = presenceOf(row, window, false);
  const breached = breach.lastBreach >= windowStart(window);
  const beyond = isBeyondNow(breach, row);
  const minutes = () => minutesText(window.needed);
  return {
    proved: presence.there && !breached && !beyond,
    progress: breached || beyond ? 0 : Math.min(1, presence.clean / window.needed),
    steady: !breached && !beyond && wasReadThroughout(row, window),
    promise: () => `stays within ${bounds()} for ${minutes()}`,
    text() {
      if (beyond) return `beyond ${bounds()} now`;
      if (breached) return `beyond ${bounds()} within the last ${minutes()}`;
      return presence.missing() || `within ${bounds()} for ${minutesText(presence.clean)}`;
    },
  };
}
