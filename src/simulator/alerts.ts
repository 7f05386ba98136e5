import type { Check, CheckedAlert, CountCheck } from '../domain/check.ts';
import { type AlertReading, cleanValue, MINUTE_MS } from '../domain/reading.ts';
import type { Fleet } from './fleet.ts';

/** Minutes that a limit on counts is about, and minutes that it must be exceeded; checks don't tell. */
const COUNT_ALERT = { overMinutes: 10, forMinutes: 5 } as const;

/** What of a fleet an alert looks at. */
type Draws = Pick<Fleet, 'counts' | 'items' | 'value'>;

/**
 * Alerts by the same numbers and limits as the checks. An alert comes from the check whose `limitOf` names it; others,
 * such as those on error budgets, stay silent here.
 */
export function alertsAt(
  fleet: Fleet,
  { checks, alerts }: { readonly checks: readonly Check[]; readonly alerts: readonly CheckedAlert[] },
  cluster: string,
  now: number,
): readonly AlertReading[] {
  const last = Math.floor(now / MINUTE_MS) * MINUTE_MS;
  const bySignal = new Map(checks.map((check) => [check.signal, check]));
  return alerts.flatMap(({ name, signal }) => {
    const check = bySignal.get(signal);
    if (check === undefined || check.limitOf !== name) return [];
    const state = stateOf((minute) => isBeyond(fleet, cluster, check, minute), last, forMinutesOf(check));
    return state === undefined ? [] : [{ name, cluster, state, labels: {} }];
  });
}

/** Pending from the first evaluation beyond the limit, firing once it has lasted: as Prometheus' `for`. */
function stateOf(
  beyond: (minute: number) => boolean,
  last: number,
  forMinutes: number,
): 'firing' | 'pending' | undefined {
  for (let back = 0; back <= forMinutes; back++) {
    if (!beyond(last - back * MINUTE_MS)) return back === 0 ? undefined : 'pending';
  }
  return 'firing';
}

function forMinutesOf(check: Check): number {
  return check.kind === 'gauge' || check.kind === 'state' ? check.forMinutes : COUNT_ALERT.forMinutes;
}

function isBeyond(fleet: Draws, cluster: string, check: Check, minute: number): boolean {
  if (check.kind === 'gauge') {
    const value = cleanValue(fleet.value(cluster, check, minute));
    if (value === undefined || check.limit === undefined) return false;
    return check.worse === 'up' ? value > check.limit : value < check.limit;
  }
  if (check.kind === 'state' || check.kind === 'presence') {
    return (cleanValue(fleet.items(cluster, check, minute))?.bad ?? 0) > 0;
  }
  return check.series.some(
    ({ key, limit }) => limit !== undefined && shareOf(fleet, cluster, check, key, minute) > limit,
  );
}

/** Events per exposure of the minutes that a limit is about; 0 without any exposure. */
function shareOf(fleet: Draws, cluster: string, check: CountCheck, key: string, minute: number): number {
  let events = 0;
  let exposure = 0;
  for (let back = 0; back < COUNT_ALERT.overMinutes; back++) {
    const reading = fleet.counts(cluster, check, minute - back * MINUTE_MS).get(key);
    const count = reading && cleanValue(reading);
    events += count?.events ?? 0;
    exposure += count?.exposure ?? 0;
  }
  return exposure === 0 ? 0 : events / exposure;
}

/** The minutes of a window at which any of these alerts fired, ascending; each minute's numbers are drawn once. */
export function firedIn(
  fleet: Fleet,
  { checks, alerts }: { readonly checks: readonly Check[]; readonly alerts: readonly CheckedAlert[] },
  asked: {
    readonly cluster: string;
    readonly alertNames: ReadonlySet<string>;
    readonly window: { readonly from: number; readonly to: number };
  },
): readonly number[] {
  const { cluster, alertNames, window } = asked;
  const bySignal = new Map(checks.map((check) => [check.signal, check]));
  const fired = new Set<number>();
  for (const { name, signal } of alerts) {
    const check = bySignal.get(signal);
    if (check?.limitOf !== name || !alertNames.has(name)) continue;
    const forMinutes = forMinutesOf(check);
    const known = remembered(fleet);
    let beyond = 0;
    for (let minute = window.from - forMinutes * MINUTE_MS; minute <= window.to; minute += MINUTE_MS) {
      beyond = isBeyond(known, cluster, check, minute) ? beyond + 1 : 0;
      if (beyond > forMinutes && minute >= window.from) fired.add(minute);
    }
  }
  return [...fired].sort((a, b) => a - b);
}

/** A fleet that draws the counts of a minute once, as long as it is asked for one check of one cluster in turn. */
function remembered(fleet: Fleet): Draws {
  const counts = new Map<number, ReturnType<Fleet['counts']>>();
  return {
    items: fleet.items,
    value: fleet.value,
    counts(cluster, check, minute) {
      const drawn = counts.get(minute) ?? fleet.counts(cluster, check, minute);
      counts.set(minute, drawn);
      counts.delete(minute - COUNT_ALERT.overMinutes * MINUTE_MS);
      return drawn;
    },
  };
}
