import fc from 'fast-check';
import { describe, expect, it } from 'vitest';
import { CONTROLLED_BARS, LONE_BARS, POOLED_BARS } from '../../../src/judge/learning/score-bars.ts';
import { barAt, SCORE_FLOOR, scoreOf } from '../../../src/judge/statistics/score.ts';

describe('the bar that evidence is measured by', () => {
  it.each([
    ['without controls', LONE_BARS[30], 0, 1.5],
    ['without controls, half way', LONE_BARS[30], 15, 1.25],
    ['against controls, half an hour', CONTROLLED_BARS[30], 0, 2.5],
    ['against controls, half an hour, at its end', CONTROLLED_BARS[30], 30, 1],
    ['against controls, an hour, half way', CONTROLLED_BARS[60], 30, 1],
    ['of a wave, an hour, half way', POOLED_BARS[60], 30, 2],
    ['of a wave, an hour, at its end', POOLED_BARS[60], 60, 1],
    ['past its end', POOLED_BARS[60], 90, 1],
  ])('%s', (_, bar, minutes, height) => {
    expect(barAt(bar, minutes)).toBeCloseTo(height, 12);
    expect(scoreOf(10, 2, minutes, bar)).toBeCloseTo(10 / height, 12);
  });

  it('never rises, so evidence that stays scores no less later', () => {
    const bars = [LONE_BARS, CONTROLLED_BARS, POOLED_BARS].flatMap((each) => [each[30], each[60], each[120]]);
    fc.assert(
      fc.property(fc.constantFrom(...bars), fc.nat(150), fc.nat(150), (bar, one, other) => {
        const [early, late] = one < other ? [one, other] : [other, one];
        expect(barAt(bar, late)).toBeLessThanOrEqual(barAt(bar, early));
        expect(barAt(bar, late)).toBeGreaterThanOrEqual(1);
      }),
    );
  });

  it('scores nothing below the effect floor, and nothing against harm', () => {
    expect(scoreOf(10, SCORE_FLOOR - 0.001, 30, LONE_BARS[30])).toBe(0);
    expect(scoreOf(-1, 2, 30, LONE_BARS[30])).toBe(0);
    expect(scoreOf(10, Number.NaN, 30, LONE_BARS[30])).toBe(0);
  });
});
