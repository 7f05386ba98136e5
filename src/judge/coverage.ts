import type { Check } from '../domain/check.ts';
import { type Component, touches } from '../domain/component.ts';
import { MINUTE_MS, type MinuteReading } from '../domain/reading.ts';
import type { Reason } from '../domain/verdict.ts';
import { COUNT, ITEMS, type Shape, SLOT, VALUE } from './cell.ts';
import type { ClusterReadings } from './judge-input.ts';
import type { RunFacts } from './run-facts.ts';
import { emptyTrack, layOut, type Span } from './track.ts';

/** Slots that show that a cluster delivers a signal. */
const DELIVERED: readonly number[] = [SLOT.value, SLOT.partial, SLOT.noTraffic];

/**
 * Signals that a cluster delivers: those with a number, even an incomplete one, or with "nobody uses it" in any
 * minute of the window.
 *
 * @param window ends of the first and last minute, epoch milliseconds, both included
 * @returns ids in the order of the checks
 */
export function coveredSignals(
  checks: readonly Check[],
  readings: ClusterReadings,
  window: { readonly from: number; readonly to: number },
): readonly string[] {
  const first = Math.ceil(window.from / MINUTE_MS) * MINUTE_MS;
  const span = { first, length: Math.max(0, Math.floor((window.to - first) / MINUTE_MS) + 1) };
  return checks.filter((check) => isDelivered(check, readings, span)).map(({ signal }) => signal);
}

/**
 * Components of the change that no covered required check watches: whatever happens there, nobody would see it.
 */
export function uncoveredComponents({ components, checks, covered }: RunFacts): readonly Component[] {
  const watched = checks.filter(({ required, signal }) => required && covered.includes(signal));
  return components.filter((component) => !watched.some((check) => touches([component], check.component)));
}

/** Why a component without a watching check holds. */
export function coverageReason(component: Component): Reason {
  return {
    code: `coverage/none/${component}`,
    text: `The change touches ${component}, and this cluster delivers no required signal of it.`,
  };
}

function isDelivered(check: Check, readings: ClusterReadings, span: Span): boolean {
  const delivers = <T>(row: readonly MinuteReading<T>[] | undefined, shape: Shape<T>) => {
    const track = emptyTrack(span);
    layOut(row, shape, track);
    return track.slots.some((slot) => DELIVERED.includes(slot));
  };
  if ('series' in check) return check.series.some(({ key }) => delivers(readings.counts.get(key), COUNT));
  return check.kind === 'gauge'
    ? delivers(readings.values.get(check.signal), VALUE)
    : delivers(readings.items.get(check.signal), ITEMS);
}
