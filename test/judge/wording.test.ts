import { describe, expect, it } from 'vitest';
import {
  amountText,
  countText,
  oddsText,
  plainNumber,
  shareText,
  timesText,
} from '../../src/judge/numbers.ts';
import { sentence } from '../../src/judge/wording.ts';

describe('numbers for people', () => {
  it.each([
    [0, '0'],
    [0.4, '0.4'],
    [0.061, '0.061'],
    [1, '1'],
    [1.96, '2'],
    [12.3, '12'],
    [99.7, '100'],
    [3480.4, '3,480'],
    [1_234_567, '1,234,567'],
    [-2500, '-2,500'],
    [1e-9, 'just above 0'],
  ])('%d is "%s"', (value, text) => expect(plainNumber(value)).toBe(text));

  it.each([
    [0.004, '0.4 %'],
    [0.0613, '6.1 %'],
    [1, '100 %'],
    [0.000012, '0.0012 %'],
  ])('a share of %d is "%s"', (value, text) => expect(shareText(value)).toBe(text));

  it.each([
    [212, '212'],
    [3.98, '4'],
    [0.25, '0.3'],
    [12_000.4, '12,000'],
  ])('a count of %d is "%s"', (value, text) => expect(countText(value)).toBe(text));

  it.each([
    [1.04, '1x'],
    [1.44, '1.4x'],
    [15.2, '15x'],
    [30_000, 'over 1,000x'],
  ])('a factor of %d is "%s"', (value, text) => expect(timesText(value)).toBe(text));

  it.each([
    [1, 'fewer than 1 of 1'],
    [99.9, 'fewer than 1 of 90'],
    [100, 'fewer than 1 of 100'],
    [4213, 'fewer than 1 of 4,000'],
    [Number.POSITIVE_INFINITY, 'fewer than 1 of 1,000,000'],
  ])('one in %d soaks is "%s": never more certain than it is', (soaks, text) =>
    expect(oddsText(soaks)).toBe(text),
  );

  it.each([
    [0.95, 'percentunit', '95 %'],
    [6_871_947_673.6, 'bytes', '6.4 GiB'],
    [512, 'bytes', '512 bytes'],
    [300, 's', '300 s'],
    [2, 'short', '2'],
  ])('%d %s is "%s"', (value, unit, text) => expect(amountText(value, unit)).toBe(text));
});

describe('a sentence', () => {
  it.each([
    ['it is so', 'It is so.'],
    ['It is so.', 'It is so.'],
  ])('"%s" becomes "%s"', (text, expected) => expect(sentence(text)).toBe(expected));
});
