import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { longRunSpread, openShift, shiftOf, shiftScore } from '../../../src/judge/statistics/shift.ts';

const hour = Array.from({ length: 60 }, (_, i) => 100 + (i % 2 === 0 ? 1 : -1));

describe('a gauge that shifts', () => {
  it('is measured from the hour before in its local scale and a fifth of the long-run spread', () => {
    const start = openShift([...Array(500).fill(7), ...hour], 10);
    expect(start?.mean).toBeCloseTo(100, 9);
    expect(start?.scale).toBeCloseTo(Math.sqrt(60 / 59) + 2, 9);
  });

  it('says nothing before three samples, and which way is worse is the signal’s word', () => {
    const start = openShift(hour, 0) ?? expect.fail('an hour of samples is enough');
    const two = { sum: 260, samples: 2 };
    const three = { sum: 390, samples: 3 };
    expect(shiftOf(start, two, 'up')).toBe(0);
    expect(shiftOf(start, three, 'up')).toBeCloseTo(30 / start.scale, 9);
    expect(shiftOf(start, three, 'down')).toBeCloseTo(-30 / start.scale, 9);
    expect(shiftOf(start, three, 'either')).toBeCloseTo(30 / start.scale, 9);
    expect(shiftScore(-3, [0, 0, 1], 3)).toBe(0);
    expect(shiftScore(6, [0, 0, 1, 2], 4)).toBe(3);
    expect(shiftScore(6, [0, 0, 1, 2], 40)).toBe(3);
  });

  it('is not known from less than half an hour of samples', () => {
    expect(
      openShift(
        hour.map((value, i) => (i < 31 ? Number.NaN : value)),
        1,
      ),
    ).toBeUndefined();
    expect(
      openShift(
        hour.map((value, i) => (i < 30 ? Number.NaN : value)),
        1,
      ),
    ).toBeDefined();
  });

  it('has a scale even where nothing ever moved', () => {
    const start = openShift(Array(60).fill(50), longRunSpread(Array(2880).fill(50)));
    expect(start).toEqual({ mean: 50, scale: 0.005 });
    expect(shiftOf(start ?? { mean: 0, scale: 1 }, { sum: 150, samples: 3 }, 'up')).toBe(0);
  });

  it('does not depend on the unit, and never is NaN', () => {
    const value = fc.double({ min: -1e12, max: 1e12, noNaN: true });
    const rows = fc.array(fc.oneof(value, fc.constant(Number.NaN)), { minLength: 60, maxLength: 200 });
    fc.assert(
      fc.property(rows, value, fc.double({ min: 0, max: 1e12, noNaN: true }), (row, sum, spread) => {
        const start = openShift(row, spread);
        if (start) expect(shiftOf(start, { sum, samples: 4 }, 'either')).not.toBeNaN();
        expect(longRunSpread(row)).not.toBeNaN();
      }),
    );
    const inBytes = openShift(
      hour.map((each) => each * 2 ** 30),
      3 * 2 ** 30,
    );
    const inGiB = openShift(hour, 3);
    if (!inBytes || !inGiB) return expect.fail('an hour of samples is enough');
    expect(shiftOf(inBytes, { sum: 330 * 2 ** 30, samples: 3 }, 'up')).toBeCloseTo(
      shiftOf(inGiB, { sum: 330, samples: 3 }, 'up'),
      9,
    );
  });

  it('spreads as far as values stray from three hours’ mean, not as far as a slow trend climbs', () => {
    const trend = Array.from({ length: 2880 }, (_, i) => i / 1000 + (i % 2 === 0 ? 1 : -1));
    expect(longRunSpread(trend)).toBeGreaterThan(0.95);
    expect(longRunSpread(trend)).toBeLessThan(1.05);
    expect(longRunSpread([1, 2])).toBe(0);
  });
});
