import { MINUTE_MS } from '../domain/reading.ts';

/** Odds are never stated beyond this: past it the model is the larger doubt. */
export const LARGEST_ODDS = 1_000_000;

/** A number for people: two significant digits, whole from 100 on, thousands apart, no exponents. */
export function plainNumber(value: number): string {
  if (!Number.isFinite(value)) return 'an unknown number';
  const size = Math.abs(value);
  if (size > 0 && size < 1e-6) return value < 0 ? 'just below 0' : 'just above 0';
  if (size >= 99.5) return grouped(Math.round(value));
  const rounded = Number(value.toPrecision(2));
  return rounded.toFixed(Math.max(0, decimalsOf(rounded)));
}

/** A count of events or requests: whole, or with one digit while it is small and was interpolated. */
export function countText(count: number): string {
  if (!Number.isFinite(count)) return 'an unknown number';
  const whole = Number.isInteger(count) || count >= 10;
  return whole ? grouped(Math.round(count)) : String(Number(count.toFixed(1)));
}

/** A share of 1 as a percentage: 0.061 is "6.1 %". */
export function shareText(share: number): string {
  return `${plainNumber(share * 100)} %`;
}

/** How many times: "15x", "1.4x". */
export function timesText(factor: number): string {
  return factor >= 1000 ? 'over 1,000x' : `${plainNumber(factor)}x`;
}

/** "1 minute", "12 minutes". */
export function minutesText(minutes: number): string {
  return minutes === 1 ? '1 minute' : `${grouped(minutes)} minutes`;
}

/** Whole minutes in a length of time, rounded down. */
export function minutesIn(ms: number): number {
  return Math.floor(ms / MINUTE_MS);
}

/**
 * "fewer than 1 of 4,000": odds rounded towards caution, from how many soaks there would be per one this bad.
 *
 * @param soaks 1 or more
 */
export function oddsText(soaks: number): string {
  const capped = Math.min(LARGEST_ODDS, Math.max(1, soaks));
  const unit = 10 ** Math.floor(Math.log10(capped) + 1e-12);
  return `fewer than 1 of ${grouped(Math.floor(capped / unit + 1e-12) * unit)}`;
}

/** A number with commas between thousands. */
function grouped(whole: number): string {
  return String(whole).replace(/\B(?=(\d{3})+$)/g, ',');
}

function decimalsOf(value: number): number {
  if (value === 0) return 0;
  const exponent = Math.floor(Math.log10(Math.abs(value)));
  const digits = Math.max(0, 1 - exponent);
  // 0.40 reads as 0.4: trailing zeros claim a precision that two digits don't have.
  for (let fewer = 0; fewer < digits; fewer++) {
    if (Number(value.toFixed(fewer)) === value) return fewer;
  }
  return digits;
}

/** Units of Grafana's that need words or scaling; any other is written behind the number. */
const UNIT_TEXT: Readonly<Record<string, (value: number) => string>> = {
  '': plainNumber,
  short: plainNumber,
  percentunit: shareText,
  bytes: bytesText,
};

const BYTE_UNITS = ['bytes', 'KiB', 'MiB', 'GiB', 'TiB'] as const;

/** A gauge's value with its unit: "91 %", "6.4 GiB", "300 s". */
export function amountText(value: number, unit: string): string {
  return UNIT_TEXT[unit]?.(value) ?? `${plainNumber(value)} ${unit}`;
}

function bytesText(bytes: number): string {
  const steps = bytes === 0 ? 0 : Math.floor(Math.log(Math.abs(bytes)) / Math.log(1024));
  const step = Math.min(BYTE_UNITS.length - 1, Math.max(0, steps));
  return `${plainNumber(bytes / 1024 ** step)} ${BYTE_UNITS[step] ?? 'bytes'}`;
}
