import type { Count, ItemCount, Reading } from '../domain/reading.ts';

/** What a minute holds; `absent` is a minute that nobody delivered. */
export const SLOT = { absent: 0, noData: 1, noTraffic: 2, value: 3, partial: 4, unknown: 5 } as const;
export type Slot = (typeof SLOT)[keyof typeof SLOT];

const SLOT_OF = {
  value: SLOT.value,
  'no-traffic': SLOT.noTraffic,
  'no-data': SLOT.noData,
  partial: SLOT.partial,
  unknown: SLOT.unknown,
} as const;

/**
 * One minute's reading as the judge sees it. `amount` is events, bad items or a value; `whole` exposure or items. Both
 * are 0 where there is no number.
 */
export interface Cell {
  readonly slot: Slot;
  readonly amount: number;
  readonly whole: number;
}

/** A smaller count is a rounding error of the store's. */
const LEAST_COUNT = 1e-6;

/** How a reading's value becomes two numbers. */
export interface Shape<T> {
  readonly amount: (value: T) => number;
  readonly whole: (value: T) => number;
}

/** Events among exposure. */
export const COUNT: Shape<Count> = {
  amount: ({ events }) => countable(events),
  whole: ({ exposure }) => countable(exposure),
};

/** Bad among all items. */
export const ITEMS: Shape<ItemCount> = {
  amount: ({ bad }) => countable(bad),
  whole: ({ among }) => countable(among),
};

/** A plain number; its whole is 1, so that it never looks like "no traffic". */
export const VALUE: Shape<number> = { amount: (value) => value, whole: () => 1 };

const ABSENT: Cell = { slot: SLOT.absent, amount: 0, whole: 0 };

/**
 * A reading as a cell. A number that can't be a measurement (NaN, infinite, a negative count, events without exposure)
 * is unknown.
 */
export function cellOf<T>(reading: Reading<T> | undefined, shape: Shape<T>): Cell {
  if (reading === undefined) return ABSENT;
  if (reading.is !== 'value' && reading.is !== 'partial')
    return { slot: SLOT_OF[reading.is], amount: 0, whole: 0 };
  const amount = shape.amount(reading.value);
  const whole = shape.whole(reading.value);
  if (!Number.isFinite(amount) || !Number.isFinite(whole)) return UNKNOWN;
  if (whole > 0) return { slot: SLOT_OF[reading.is], amount, whole };
  if (amount !== 0) return UNKNOWN;
  return reading.is === 'partial'
    ? { slot: SLOT.partial, amount, whole }
    : { slot: SLOT.noTraffic, amount: 0, whole: 0 };
}

const UNKNOWN: Cell = { slot: SLOT.unknown, amount: 0, whole: 0 };

/** Whether a minute brought a number, complete or partial. */
export function isNumber(slot: Slot): boolean {
  return slot === SLOT.value || slot === SLOT.partial;
}

/** Counts are interpolated between scrapes, so a trace of one is none; what no counter can hold is no count. */
function countable(count: number): number {
  if (!(count >= 0 && count <= Number.MAX_SAFE_INTEGER)) return Number.NaN;
  return count < LEAST_COUNT ? 0 : count;
}
