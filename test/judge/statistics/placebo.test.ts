import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { nearWindows, PLACEBO_NEEDS, placeboChance } from '../../../src/judge/statistics/placebo.ts';
import { randomFrom } from '../support/random.ts';

const counts = { overlap: 1, needs: PLACEBO_NEEDS.counts };
const gauges = { overlap: 1, needs: PLACEBO_NEEDS.gauges };
const drawn = (windows: number, seed: number) => {
  const random = randomFrom(seed);
  return Array.from({ length: windows }, () => -Math.log(1 - random()));
};

describe('the chance of a score among quiet windows', () => {
  it('is the share of windows that scored as high, the live one counted in', () => {
    const scores = Array.from({ length: 999 }, (_, i) => i / 100);
    expect(placeboChance({ scores, ...counts }, 5)).toMatchObject({
      p: (1 + 499) / 1000,
      windows: 999,
      reached: 499,
      extrapolated: false,
      convicts: true,
    });
  });

  it('is taken for larger where windows share minutes: they are fewer facts than they number', () => {
    const needs = PLACEBO_NEEDS.counts;
    const scores = Array.from({ length: 999 }, (_, i) => i);
    const chance = (overlap: number, score: number) => placeboChance({ scores, overlap, needs }, score).p;
    expect(chance(1, 980)).toBeCloseTo(0.02, 9);
    expect(chance(3, 980)).toBeCloseTo((20 + Math.sqrt(2 * 20)) / 1000, 9);
    for (const overlap of [1, 3, 12]) {
      expect(chance(overlap, 990)).toBeLessThan(chance(overlap, 980));
      expect(chance(overlap, 1)).toBeLessThanOrEqual(1);
    }
  });

  it('goes beyond what windows can show only with a thousand of them, and says so', () => {
    const few = placeboChance({ scores: drawn(999, 1), ...counts }, 20);
    expect(few).toMatchObject({ p: 1 / 1000, reached: 0, extrapolated: true, convicts: true });
    const many = placeboChance({ scores: drawn(1000, 1), ...counts }, 20);
    expect(many).toMatchObject({ p: 1e-5, reached: 0, extrapolated: true, convicts: true });
  });

  it.each([
    ['counts', counts, 299, false],
    ['counts', counts, 300, true],
    ['gauges', gauges, 39, false],
    ['gauges', gauges, 40, true],
  ] as const)('%s: %#: %i windows may convict: %s', (_, needs, windows, convicts) => {
    expect(placeboChance({ scores: drawn(windows, 2), ...needs }, 9).convicts).toBe(convicts);
  });

  it('does not take a quiet stream for one with a thin tail: what never scored has no shape', () => {
    const silent = placeboChance({ scores: Array(2000).fill(0), overlap: 6, needs: PLACEBO_NEEDS.counts }, 3);
    // 2,000 windows of which every six share a minute tell no more than 333.
    expect(silent.p).toBeCloseTo(1 / (2000 / 6 + 1), 9);
    expect(silent.extrapolated).toBe(false);
    const rare = [...Array(1980).fill(0), ...Array.from({ length: 20 }, (_, i) => 1 + i / 10)];
    // Twenty of 2,000 scored at all: no score above them may look rarer than a hundredth of its excess over them.
    expect(placeboChance({ scores: rare, ...counts }, 2.85).p).toBeGreaterThan(0.001);
  });

  it('is kept: fresh scores of the same kind look rarer than p in a share p of all cases', () => {
    const fresh = drawn(20_000, 5);
    for (const alpha of [0.05, 0.01, 0.001]) {
      let below = 0;
      for (let i = 0; i < 20; i++) {
        const scores = drawn(1000, 100 + i);
        for (const score of fresh.slice(i * 1000, (i + 1) * 1000)) {
          if (placeboChance({ scores, ...counts }, score).p <= alpha) below++;
        }
      }
      expect(below / fresh.length).toBeLessThan(alpha * 1.5 + 0.0005);
      expect(below / fresh.length).toBeGreaterThan(alpha * 0.4);
    }
  });

  it('lies between 0.00001 and 1 for any scores, and for none', () => {
    const score = fc.double({ min: 0, max: 1e9, noNaN: true });
    fc.assert(
      fc.property(fc.array(score, { maxLength: 60 }), score, (scores, live) => {
        for (const needs of [counts, gauges, { ...counts, needs: { halt: 0, beyond: 0, reach: 1 } }]) {
          const { p } = placeboChance({ scores, ...needs }, live);
          expect(p).toBeGreaterThanOrEqual(1e-5);
          expect(p).toBeLessThanOrEqual(1);
        }
      }),
    );
  });
});

describe('windows like the live one', () => {
  const expected = Array.from({ length: 1000 }, (_, i) => 10 + i / 10);

  it('are those whose expected events lie within a factor of 1.4, when they are enough', () => {
    const { from, to } = nearWindows(expected, 70);
    expect(expected[from]).toBeGreaterThanOrEqual(50);
    expect(expected[from - 1]).toBeLessThan(50);
    expect(expected[to - 1]).toBeLessThanOrEqual(98.01);
    expect(expected[to]).toBeGreaterThan(97.9);
  });

  it('are all of them when too few are near, or nothing is expected', () => {
    expect(nearWindows(expected, 1)).toEqual({ from: 0, to: 1000 });
    expect(nearWindows(expected, 0)).toEqual({ from: 0, to: 1000 });
    expect(nearWindows([], 5)).toEqual({ from: 0, to: 0 });
  });
});
