import { createHash } from 'node:crypto';
import { DigestError } from './digest-error.ts';

/** First line of every digested text: another form is another digest. */
export const FORM = 'tidegate-digest/1';

/** A value of a chart, as YAML and JSON know it. */
export type Value = null | boolean | number | string | readonly Value[] | ValueMap;
/** A map of values by name. */
export interface ValueMap {
  readonly [key: string]: Value;
}

/** SHA-256 in hexadecimal digits; text as UTF-8. */
export function sha256(of: string | Uint8Array): string {
  return createHash('sha256').update(of).digest('hex');
}

/**
 * A value as text that no other value has: `{key=value,}` sorted by key, `[value,]`, `s:`, `n:`, `b:true`, `z` for null. Text
 * and keys stand as their SHA-256, so that nothing in them looks like structure and no two JSON writers can disagree about
 * them. Numbers are those that a double holds exactly, as ECMAScript writes them. A key with null is one that is not there,
 * as Helm has it. The chart tidegate-hooks writes the same text with Helm's means.
 *
 * @param at the value's path, for messages
 * @throws DigestError for what tools read differently
 */
export function canonical(value: Value, at = ''): string {
  if (value === null) return 'z';
  if (typeof value === 'boolean') return `b:${value}`;
  if (typeof value === 'string') return `s:${sha256(wellFormed(value, at))}`;
  if (typeof value === 'number') return `n:${canonicalNumber(value, at)}`;
  if (isList(value))
    return `[${value.map((item, index) => `${canonical(item, `${at}[${index}]`)},`).join('')}]`;
  const entries = Object.entries(value)
    .filter(([, inner]) => inner !== null)
    .map(([key, inner]) => {
      const path = at === '' ? key : `${at}.${key}`;
      return `${sha256(wellFormed(key, path))}=${canonical(inner, path)},`;
    });
  return `{${entries.sort().join('')}}`;
}

/** Whether a value is a map. */
export function isMap(value: Value | undefined): value is ValueMap {
  return typeof value === 'object' && value !== null && !Array.isArray(value);
}

function isList(value: Value): value is readonly Value[] {
  return Array.isArray(value);
}

function canonicalNumber(value: number, at: string): string {
  if (Number.isFinite(value) && Math.abs(value) <= Number.MAX_SAFE_INTEGER) {
    return value === 0 ? '0' : String(value);
  }
  throw new DigestError(
    `the value ${at} is a number of more than 15 digits, which tools read differently; put it in quotes`,
  );
}

function wellFormed(text: string, at: string): string {
  if (text.isWellFormed()) return text;
  throw new DigestError(
    `the value ${at} holds half a character (a lone surrogate), which is no text; remove it`,
  );
}
