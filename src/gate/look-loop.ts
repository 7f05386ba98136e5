import type { Nudges } from './nudges.ts';
import type { Clock, GateLog } from './ports.ts';

/** Time between two looks at everything, in milliseconds. */
export const LOOK_INTERVAL_MS = 15_000;

/**
 * Looks at everything every 15 s, and earlier where nudged, until the signal aborts. A look that takes longer than that
 * is not overtaken: the times it missed are skipped. What a look throws is logged, and the next one comes in its time.
 */
export async function loopLooks(
  parts: { readonly clock: Clock; readonly log: GateLog; readonly nudges: Nudges },
  look: (clusters?: ReadonlySet<string>) => Promise<void>,
  aborted: AbortSignal,
): Promise<void> {
  const { clock, log, nudges } = parts;
  let due = clock.now();
  while (!aborted.aborted) {
    const now = clock.now();
    const clusters = now >= due ? 'all' : nudges.take(now);
    if (now >= due) due += Math.ceil((now - due + 1) / LOOK_INTERVAL_MS) * LOOK_INTERVAL_MS;
    if (clusters === undefined) {
      await idle(Math.min(due - now, nudges.waitMs(now) ?? Number.POSITIVE_INFINITY), parts, aborted);
      continue;
    }
    try {
      await look(clusters === 'all' ? undefined : clusters);
    } catch (err) {
      log.error({ err }, 'a look failed');
    }
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
