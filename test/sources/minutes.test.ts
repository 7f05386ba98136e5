import { describe, expect, test } from 'vitest';
import { finalMinute, minuteOf, minutesOf } from '../../src/sources/minutes.ts';

const at = (time: string) => Date.parse(`2026-11-23T${time}Z`);

describe('minutes', () => {
  test.each([
    ['12:01:44.999', '12:00:00'],
    ['12:01:45', '12:01:00'],
    ['12:02:00', '12:01:00'],
  ])('at %s the last final minute, 45 s after its end, ended at %s', (now, minute) => {
    expect(finalMinute(at(now), 45_000)).toBe(at(minute));
  });

  test.each([
    ['12:00:00', '12:00:00'],
    ['12:00:00.001', '12:01:00'],
    ['12:00:37', '12:01:00'],
    ['12:01:00', '12:01:00'],
  ])('what was recorded at %s is the minute that ends at %s', (time, minute) => {
    expect(minuteOf(at(time))).toBe(at(minute));
  });

  test('a window holds both its ends, and nothing when it ends before it starts', () => {
    expect(minutesOf({ from: at('12:00:00'), to: at('12:02:00') })).toEqual([
      at('12:00:00'),
      at('12:01:00'),
      at('12:02:00'),
    ]);
    expect(minutesOf({ from: at('12:00:00'), to: at('12:00:00') })).toHaveLength(1);
    expect(minutesOf({ from: at('12:01:00'), to: at('12:00:00') })).toEqual([]);
  });

  test('a window that cuts through a minute is refused', () => {
    expect(() => minutesOf({ from: at('12:00:30'), to: at('12:02:00') })).toThrow(/whole minutes/);
  });
});
