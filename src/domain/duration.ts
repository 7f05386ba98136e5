import { DefinitionError } from './errors.ts';

/** Seconds per unit of a Prometheus duration; the only units tidegate writes. */
const SECONDS_PER_UNIT = { s: 1, m: 60, h: 3600, d: 86_400 } as const;
type Unit = keyof typeof SECONDS_PER_UNIT;

/** A whole number of seconds, minutes, hours or days as Prometheus writes it: `90s`, `5m`, `6h`, `30d`. */
export type Duration = `${number}${Unit}`;

/** Whether a text is a duration: one whole number and one unit. */
export function isDuration(text: string): text is Duration {
  return /^\d+[smhd]$/.test(text);
}

/**
 * A text from outside as a duration.
 *
 * @throws DefinitionError `definition/duration` when it is not one whole number and one unit
 */
export function parseDuration(text: string): Duration {
  if (!isDuration(text)) {
    throw new DefinitionError(
      'definition/duration',
      `"${text}" is not a duration; write a whole number and one of s, m, h, d, such as 90s or 30m`,
    );
  }
  return text;
}

/** Length in seconds. */
export function seconds(duration: Duration): number {
  const unit = duration.at(-1) as Unit;
  return Number(duration.slice(0, -1)) * SECONDS_PER_UNIT[unit];
}

/** Length in milliseconds. */
export function milliseconds(duration: Duration): number {
  return seconds(duration) * 1000;
}

/** The shortest text for a whole number of seconds: 300 is `5m`, 90 is `90s`. */
export function durationOf(wholeSeconds: number): Duration {
  if (!Number.isInteger(wholeSeconds) || wholeSeconds < 0) {
    throw new DefinitionError(
      'definition/duration',
      `${wholeSeconds} is no whole number of seconds, 0 or more`,
    );
  }
  for (const unit of ['d', 'h', 'm'] as const) {
    const size = SECONDS_PER_UNIT[unit];
    if (wholeSeconds >= size && wholeSeconds % size === 0) return `${wholeSeconds / size}${unit}`;
  }
  return `${wholeSeconds}s`;
}
