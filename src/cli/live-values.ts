import { type Check, type CheckedAlert, seriesKey } from '../domain/check.ts';
import { MINUTE_MS, type MinuteReading, type Reading } from '../domain/reading.ts';
import type { Clock } from '../gate/ports.ts';
import type { LiveRow, LiveValues, ReadLiveValues } from '../http/runbooks/live-values.ts';
import { formatNumber } from '../render/format.ts';
import { finalMinute } from '../sources/minutes.ts';
import type { Observation, SignalSource } from '../sources/signal-source.ts';

/** Minutes that a page sums events over: long enough to mean something, short enough to be now. */
const MINUTES = 5;

/** What live values are read with. */
interface LiveValuesParts {
  readonly sources: (cluster: string) => SignalSource | undefined;
  readonly checks: readonly Check[];
  readonly alerts: readonly CheckedAlert[];
  readonly clock: Clock;
}

/** Reads what an alert's signal says on a cluster now, for its runbook page. */
export function createLiveValues({ sources, checks, alerts, clock }: LiveValuesParts): ReadLiveValues {
  return async (alertName, cluster) => {
    const signal = alerts.find(({ name }) => name === alertName)?.signal;
    const check = checks.find((candidate) => candidate.signal === signal);
    if (check === undefined)
      return { is: 'unknown', cause: 'this signal is not read by the gate; open its board' };
    const source = sources(cluster);
    if (source === undefined)
      return { is: 'unknown', cause: `no metric source is configured for ${cluster}` };
    const to = finalMinute(clock.now(), source.settleDelayMs);
    const window = { from: to - (MINUTES - 1) * MINUTE_MS, to };
    return valuesOf(check, cluster, await source.observe([cluster], window, clock.now()));
  };
}

function valuesOf(check: Check, cluster: string, seen: Observation): LiveValues {
  const rows = rowsOf(check, cluster, seen);
  if (typeof rows === 'string') return { is: 'unknown', cause: rows };
  return { is: 'values', title: check.title, rows };
}

function rowsOf(check: Check, cluster: string, seen: Observation): readonly LiveRow[] | string {
  const { to } = seen.window;
  switch (check.kind) {
    case 'ratio':
    case 'latency':
    case 'events': {
      const rows = check.series.map(({ key, what, limit }) => {
        const minutes = seen.counts.get(cluster)?.get(key) ?? [];
        const counts = clean(minutes);
        if (counts.length === 0) return whyNone(minutes);
        const events = counts.reduce((sum, count) => sum + count.events, 0);
        const exposure = counts.reduce((sum, count) => sum + count.exposure, 0);
        const isPerMinute = check.kind === 'events';
        const unit = isPerMinute ? 'short' : 'percentunit';
        const value = isPerMinute
          ? `${round(events)} in ${counts.length} min`
          : `${formatNumber(events / exposure, unit)} (${round(events)} of ${round(exposure)} in ${counts.length} min)`;
        return rowOf(
          what,
          value,
          to,
          limit === undefined ? undefined : formatLimit(limit, unit, isPerMinute),
        );
      });
      return rows.find((row) => typeof row === 'string') ?? rows.filter((row) => typeof row !== 'string');
    }
    case 'state':
    case 'presence': {
      const minutes = seen.items.get(cluster)?.get(check.signal) ?? [];
      const last = clean(minutes).at(-1);
      if (last === undefined) return whyNone(minutes);
      const item = check.kind === 'state' ? `bad ${check.item}s` : 'missing';
      return [rowOf(item, `${last.bad} of ${last.among}`, to)];
    }
    case 'gauge': {
      const minutes = seen.values.get(cluster)?.get(seriesKey(check.signal)) ?? [];
      const last = clean(minutes).at(-1);
      if (last === undefined) return whyNone(minutes);
      const limit = check.limit === undefined ? undefined : formatNumber(check.limit, check.unit);
      return [rowOf(check.worse === 'up' ? 'highest' : 'lowest', formatNumber(last, check.unit), to, limit)];
    }
  }
}

function formatLimit(limit: number, unit: string, isPerMinute: boolean): string {
  return `${formatNumber(limit, unit)}${isPerMinute ? ' a minute' : ''}`;
}

function rowOf(label: string, value: string, minute: number, limit?: string): LiveRow {
  return { label, value, minute, ...(limit === undefined ? {} : { limit }) };
}

function clean<T>(minutes: readonly MinuteReading<T>[]): readonly T[] {
  return minutes.flatMap(({ reading }) => (reading.is === 'value' ? [reading.value] : []));
}

/** What to say when no minute has a clean number. */
function whyNone<T>(minutes: readonly MinuteReading<T>[]): string {
  const last: Reading<T> | undefined = minutes.at(-1)?.reading;
  switch (last?.is) {
    case 'no-traffic':
      return 'there is no traffic';
    case 'unknown':
    case 'partial':
      return last.cause;
    default:
      return `the store has no data of the last ${MINUTES} minutes`;
  }
}

/** Counts are whole in truth; extrapolation leaves fractions that nobody wants to read. */
function round(count: number): string {
  return Math.round(count).toLocaleString('en-US');
}
