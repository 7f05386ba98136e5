import type { Count, ItemCount, Reading } from '../../domain/reading.ts';

/** What a store has for one recorded series in one minute; a warning of the store goes with either. */
export type Found =
  | { readonly is: 'number'; readonly value: number; readonly warning?: string }
  | { readonly is: 'absent'; readonly warning?: string }
  | { readonly is: 'failed'; readonly cause: string };

/** Events among an exposure: no exposure is no data, exposure without events is zero events. */
export function countReading(events: Found, exposure: Found): Reading<Count> {
  return shareReading(
    { what: 'events', found: events },
    { what: 'exposure', found: exposure },
    (part, whole) => ({
      events: part,
      exposure: whole,
    }),
  );
}

/** Bad items among items: no items known is no data, items without bad ones are zero bad ones. */
export function itemReading(bad: Found, among: Found): Reading<ItemCount> {
  return shareReading({ what: 'bad items', found: bad }, { what: 'items', found: among }, (part, whole) => ({
    bad: part,
    among: whole,
  }));
}

/** A gauge's number. */
export function valueReading(found: Found): Reading<number> {
  if (found.is === 'failed') return { is: 'unknown', cause: found.cause };
  if (found.is === 'absent') return absence('no-data', found.warning);
  if (!Number.isFinite(found.value))
    return { is: 'unknown', cause: `the value is ${found.value}, not a number` };
  return presence(found.value, found.warning);
}

interface Named {
  readonly what: string;
  readonly found: Found;
}

function shareReading<T>(part: Named, whole: Named, make: (part: number, whole: number) => T): Reading<T> {
  for (const { what, found } of [part, whole]) {
    if (found.is === 'failed') return { is: 'unknown', cause: found.cause };
    if (found.is === 'number' && !(found.value >= 0 && found.value < Infinity)) {
      return { is: 'unknown', cause: `${what} of the minute: ${found.value}, not a count` };
    }
  }
  const warning = warningOf(whole.found) ?? warningOf(part.found);
  if (whole.found.is !== 'number') return absence('no-data', warning);
  if (whole.found.value === 0) return absence('no-traffic', warning);
  return presence(make(part.found.is === 'number' ? part.found.value : 0, whole.found.value), warning);
}

function warningOf(found: Found): string | undefined {
  return found.is === 'failed' ? undefined : found.warning;
}

function presence<T>(value: T, warning: string | undefined): Reading<T> {
  if (warning === undefined) return { is: 'value', value };
  return { is: 'partial', value, cause: partialCause(warning) };
}

/** In an incomplete answer nothing can be known to be missing. */
function absence(is: 'no-data' | 'no-traffic', warning: string | undefined): Reading<never> {
  return warning === undefined ? { is } : { is: 'unknown', cause: partialCause(warning) };
}

/** The cause of everything read from an incomplete answer. */
export function partialCause(warning: string): string {
  return `the store's answer is incomplete: ${warning}`;
}
