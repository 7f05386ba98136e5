import type { GaugeCheck } from '../domain/check.ts';
import { type BreachRule, isBeyondNow, lastsUntilNow, rowUntil } from './breach.ts';
import type { Finding } from './finding.ts';
import type { GaugeView } from './look.ts';
import { amountText, minutesText } from './numbers.ts';
import { lastNumber, minuteAt } from './track.ts';
import { sentence } from './wording.ts';

/** A gauge's limit as a rule; undefined when the check has none. */
export function gaugeRule(check: GaugeCheck, { since }: GaugeView): BreachRule | undefined {
  const { limit, worse } = check;
  if (limit === undefined) return undefined;
  return {
    track: since,
    forMinutes: Math.max(1, check.forMinutes),
    beyond: (index) => isWorse(since.amounts[index] ?? 0, limit, worse),
  };
}

/**
 * Judges a gauge by its limit: beyond it for as long as the check says, and not so before the sync, halts.
 * A gauge without a limit is shown; no formula tells a wandering gauge from a changed one within a soak.
 */
export function weighGauge(check: GaugeCheck, view: GaugeView): Finding {
  const rule = gaugeRule(check, view);
  const newest = lastNumber(view.since);
  const value = newest === undefined ? undefined : (view.since.amounts[newest] ?? 0);
  const evidence = {
    signal: check.signal,
    ...(newest !== undefined && {
      window: { from: minuteAt(view.since, 0), to: minuteAt(view.since, newest) },
    }),
    ...(value !== undefined && { value }),
    ...(check.limit !== undefined && { limit: check.limit }),
  };
  const { wasBeyond } = view;
  const text = gaugeText(check, value, rule, wasBeyond);
  const mayHalt = check.halts && rule !== undefined && !wasBeyond;
  const halts = mayHalt && lastsUntilNow(rule);
  const reason = { text: sentence(text), evidence };
  const suspected = mayHalt && !halts && isBeyondNow(rule);
  return {
    check,
    harms: halts ? [{ stage: 'evidence', reason: { code: `limit/${check.signal}`, ...reason } }] : [],
    ...(suspected && { suspicion: { code: `suspicion/${check.signal}`, ...reason } }),
    wasSuspicious: suspected,
    text,
    evidence: value === undefined ? [] : [evidence],
  };
}

/** "the limit of 0.9" with the unit. */
export function gaugeLimitText(check: GaugeCheck): string {
  return `its limit of ${amountText(check.limit ?? 0, check.unit)}`;
}

function gaugeText(
  check: GaugeCheck,
  value: number | undefined,
  rule: BreachRule | undefined,
  wasBeyond: boolean,
): string {
  if (value === undefined) return `${check.title}: nothing read since the sync`;
  const now = `${check.title}: ${amountText(value, check.unit)}`;
  if (rule === undefined) return now;
  if (!isBeyondNow(rule)) return `${now}, within ${gaugeLimitText(check)}`;
  const side = check.worse === 'up' ? 'above' : 'below';
  const row = minutesText(Math.max(1, rowUntil(rule, rule.track.length - 1)));
  const before = wasBeyond ? 'and before the sync already' : 'and not before the sync';
  return `${now}, ${side} ${gaugeLimitText(check)} for ${row} in a row ${before}`;
}

/** Whether a value is on the worse side of a limit; the limit itself is not. */
export function isWorse(value: number, limit: number, worse: 'up' | 'down'): boolean {
  return worse === 'up' ? value > limit : value < limit;
}
