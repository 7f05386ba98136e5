import type { CountCheck, CountSeries } from '../domain/check.ts';
import type { Count } from '../domain/reading.ts';
import { rateOf } from './baseline.ts';
import type { SeriesMoment } from './moment.ts';
import { countText, minutesText, oddsText, plainNumber, shareText, timesText } from './numbers.ts';

/** "requests slower than 256 ms", or the title where the exposure is time. */
export function subjectText(check: CountCheck, series: CountSeries): string {
  return isPerTime(check) ? check.title : `${plural(check.exposureUnit)} ${series.what}`;
}

/** Whether a check counts events in time and not among requests. */
export function isPerTime(check: CountCheck): boolean {
  return check.exposureUnit === 'minute';
}

/** A rate in the check's own terms: "6.1 %" of requests, "0.2 per minute". */
export function rateText(check: CountCheck, rate: number): string {
  return check.kind === 'events' ? `${plainNumber(rate)} per ${check.exposureUnit}` : shareText(rate);
}

/** "212 of 3,480", or "3 in 12 minutes". */
export function countsText(check: CountCheck, count: Count): string {
  const { events, exposure } = count;
  if (isPerTime(check)) return `${countText(events)} in ${minutesText(Math.round(exposure))}`;
  return `${countText(events)} of ${countText(exposure)}`;
}

/** An amount of exposure: "155 requests", "12 minutes". */
export function exposureText(check: CountCheck, exposure: number): string {
  return isPerTime(check)
    ? minutesText(Math.round(exposure))
    : `${countText(exposure)} ${plural(check.exposureUnit)}`;
}

/** "requests slower than 256 ms: 0.4 % -> 6.1 % (212 of 3,480; before 48 of 12,000), 15x". */
export function comparisonText(check: CountCheck, { plan, since }: SeriesMoment): string {
  const { series, baseline } = plan;
  const subject = subjectText(check, series);
  if (since.exposure === 0) return `${subject}: nothing counted yet`;
  const now = rateText(check, rateOf(since));
  if (baseline === undefined) return `${subject}: ${now} (${countsText(check, since)}; nothing known before)`;
  const factor = ratioOfRates(since, baseline);
  const times = factor === undefined || since.events === 0 ? '' : `, ${timesText(factor)}`;
  const before = rateText(check, rateOf(baseline));
  return `${subject}: ${before} -> ${now} (${countsText(check, since)}; before ${countsText(check, baseline)})${times}`;
}

/** Rate since the sync over the rate before; undefined when there were no events or no exposure to divide by. */
export function ratioOfRates(since: Count, before: Count): number | undefined {
  if (since.exposure === 0 || before.events === 0) return undefined;
  return rateOf(since) / rateOf(before);
}

/**
 * "if nothing had changed, evidence this strong appears in fewer than 1 of 4,000 soaks".
 *
 * @param logE      evidence times the check's share of alpha, as a natural logarithm
 * @param otherwise what "nothing had changed" means for the test
 */
export function certaintyText(logE: number, otherwise: string, phiAssumed: boolean): string {
  const odds = `if ${otherwise}, evidence this strong appears in ${oddsText(Math.exp(logE))} soaks`;
  return phiAssumed ? `${odds} (too little happened before to tell whether they come in bursts)` : odds;
}

/** A text as a sentence: a capital in front, a full stop behind. */
export function sentence(text: string): string {
  const capital = text.charAt(0).toUpperCase() + text.slice(1);
  return /[.?!]$/.test(capital) ? capital : `${capital}.`;
}

/** Units come in either number: "request", "DNS queries". */
function plural(unit: string): string {
  if (unit.endsWith('s')) return unit;
  return /[^aeiou]y$/.test(unit) ? `${unit.slice(0, -1)}ies` : `${unit}s`;
}
