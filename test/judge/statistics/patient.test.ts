import { expect, it } from 'vitest';
import { isPatient, LONE_EFFECTS } from '../../../src/judge/statistics/patient.ts';
import { trackLength } from '../../../src/judge/statistics/track-state.ts';

const EXPECTED = 10;

/** Whether the rule convicts after some weighed minutes, where no ramp explains them. */
function convicts(counts: readonly number[]): boolean {
  const running = (values: readonly number[]) => {
    let sum = 0;
    return values.map((value) => {
      sum += value;
      return sum;
    });
  };
  const sums = {
    seen: running(counts),
    expected: running(counts.map(() => EXPECTED)),
    length: counts.length,
  };
  const numbers = new Float64Array(trackLength(LONE_EFFECTS));
  return isPatient(numbers, 0, { sums, logE: 9, score: 9, stepMinutes: 1 });
}

const minutes = (length: number, countOf: (minute: number) => number) =>
  Array.from({ length }, (_, minute) => countOf(minute));

it('convicts a jump that stays, after a quarter of an hour', () => {
  expect(convicts(minutes(14, () => 20))).toBe(false);
  expect(convicts(minutes(15, () => 20))).toBe(true);
  expect(convicts(minutes(27, (minute) => (minute % 3 === 0 ? 26 : 17)))).toBe(true);
});

it('does not convict a shock that passed, though every third lies above what was expected', () => {
  expect(convicts(minutes(18, (minute) => (minute < 6 ? 40 : 13)))).toBe(false);
  expect(convicts(minutes(27, (minute) => (minute >= 7 && minute < 13 ? 40 : 14)))).toBe(false);
});

it('does not convict what came late or went away', () => {
  expect(convicts(minutes(27, (minute) => (minute < 9 ? 10 : 30)))).toBe(false);
  expect(convicts(minutes(27, (minute) => (minute < 18 ? 30 : 10)))).toBe(false);
});
