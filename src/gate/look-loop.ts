import type { Nudges } from './nudges.ts';
import type { Clock, GateLog } from './ports.ts';

/** Time between two looks at everything, in milliseconds. */
export const LOOK_INTERVAL_MS = 15_000;

/** How the loop looks: at these clusters, or at all. */
export interface Looks {
  /**
   * A look that waits until the one before is over.
   *
   * @param between is run again and again while it lasts, where nothing is half done
   */
  inTurn(clusters?: ReadonlySet<string>, between?: () => Promise<void>): Promise<void>;
  /** A look that does not wait; only to be called by `between`. */
  between(clusters: ReadonlySet<string>): Promise<void>;
}

/**
 * Looks at everything every 15 s, and earlier where nudged, until the signal aborts. A look that takes longer than that
 * is not overtaken: the times it missed are skipped. Who is nudged while it lasts is looked at in between: an alert does
 * not wait for ten thousand clusters. What a look throws is logged, and the next one comes in its time.
 */
export async function loopLooks(
  parts: { readonly clock: Clock; readonly log: GateLog; readonly nudges: Nudges },
  looks: Looks,
  aborted: AbortSignal,
): Promise<void> {
  const { clock, log, nudges } = parts;
  const attempt = async (look: Promise<void>) => {
    try {
      await look;
    } catch (err) {
      log.error({ err }, 'a look failed');
    }
  };
  const between = async () => {
    const clusters = nudges.take(clock.now());
    // Those that this look has passed already are meant as well: another one follows it.
    if (clusters === 'all') nudges.add([]);
    else if (clusters !== undefined) await attempt(looks.between(clusters));
  };
  let due = clock.now();
  while (!aborted.aborted) {
    const now = clock.now();
    const clusters = now >= due ? 'all' : nudges.take(now);
    if (now >= due) due += Math.ceil((now - due + 1) / LOOK_INTERVAL_MS) * LOOK_INTERVAL_MS;
    if (clusters === undefined) {
      await idle(Math.min(due - now, nudges.waitMs(now) ?? Number.POSITIVE_INFINITY), parts, aborted);
    } else if (clusters === 'all') await attempt(looks.inTurn(undefined, between));
    else await attempt(looks.inTurn(clusters));
  }
}

async function idle(
  ms: number,
  { clock, nudges }: { readonly clock: Clock; readonly nudges: Nudges },
  aborted: AbortSignal,
): Promise<void> {
  const over = new AbortController();
  const either = AbortSignal.any([over.signal, aborted]);
  await Promise.race([clock.sleep(ms, either), nudges.added(either)]);
  over.abort();
}
