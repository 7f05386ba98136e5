import { MINUTE_MS, type MinuteReading, type Reading } from '../domain/reading.ts';
import { COUNT, cellOf, ITEMS, type Shape, VALUE } from './cell.ts';
import type { JudgeInput } from './judge-input.ts';
import type { JudgePlan } from './judge-plan.ts';
import type { JudgeMinute } from './run-facts.ts';

/**
 * The minutes since the sync of an input, ascending, up to the newest one that anything was delivered for. Neither the
 * order of the readings matters nor one that came twice; a minute that came twice with two contents is unknown.
 */
export function minutesOf(
  { readings, now, controls }: JudgeInput,
  { first, checks }: JudgePlan,
): readonly JudgeMinute[] {
  const minutes: Growing[] = [];
  const keys = new Set(
    checks.flatMap(({ check }) => ('series' in check ? check.series.map(({ key }) => key) : [])),
  );
  const kinds = (kind: 'gauge' | 'items') =>
    new Set(checks.filter((plan) => plan.kind === kind).map(({ check }) => check.signal));
  const last = Math.floor((now - first) / MINUTE_MS);
  const at = (minute: number): Growing | undefined => {
    const index = Math.floor((minute - first) / MINUTE_MS);
    if (index < 0 || index > last) return undefined;
    while (minutes.length <= index) {
      minutes.push({ minute: first + minutes.length * MINUTE_MS, counts: {}, items: {}, values: {} });
    }
    return minutes[index];
  };
  spread(readings.counts, keys, COUNT, (minute) => at(minute)?.counts);
  spread(readings.items, kinds('items'), ITEMS, (minute) => at(minute)?.items);
  spread(readings.values, kinds('gauge'), VALUE, (minute) => at(minute)?.values);
  for (const minute of controls?.minutes ?? []) {
    const own = minutes[(minute.minute - first) / MINUTE_MS];
    if (own) own.controls = minute;
  }
  return minutes;
}

interface Growing extends JudgeMinute {
  readonly counts: Record<string, JudgeMinute['counts'][string]>;
  readonly items: Record<string, JudgeMinute['items'][string]>;
  readonly values: Record<string, JudgeMinute['values'][string]>;
  controls?: NonNullable<JudgeMinute['controls']>;
}

const TWICE = { is: 'unknown', cause: 'it was delivered twice with two contents' } as const;

function spread<T>(
  rows: ReadonlyMap<string, readonly MinuteReading<T>[]>,
  keys: ReadonlySet<string>,
  shape: Shape<T>,
  into: (minute: number) => Record<string, Reading<T>> | undefined,
): void {
  for (const [key, row] of rows) {
    if (!keys.has(key)) continue;
    for (const { minute, reading } of row) {
      const slots = into(minute);
      if (slots === undefined) continue;
      const before = slots[key];
      slots[key] = before === undefined || isSame(before, reading, shape) ? reading : TWICE;
    }
  }
}

function isSame<T>(a: Reading<T>, b: Reading<T>, shape: Shape<T>): boolean {
  const one = cellOf(a, shape);
  const other = cellOf(b, shape);
  return one.slot === other.slot && one.amount === other.amount && one.whole === other.whole;
}
