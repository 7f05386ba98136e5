import { describe, expect, test } from 'vitest';
import { type LimitLine, softMaxOf, thresholdSteps } from '../../../src/render/grafana/thresholds.ts';

const above = (limit: number, severity: LimitLine['severity']): LimitLine => ({
  limit,
  operator: '>',
  severity,
});
const below = (limit: number, severity: LimitLine['severity']): LimitLine => ({
  limit,
  operator: '<',
  severity,
});

describe('threshold steps', () => {
  test.each<[string, LimitLine[], [number | null, string][]]>([
    ['no limit', [], [[null, 'calm']]],
    [
      'an upper limit',
      [above(3, 'critical')],
      [
        [null, 'calm'],
        [3, 'red'],
      ],
    ],
    [
      'two upper limits',
      [above(5, 'critical'), above(3, 'warning')],
      [
        [null, 'calm'],
        [3, 'orange'],
        [5, 'red'],
      ],
    ],
    [
      'a lower limit',
      [below(2, 'critical')],
      [
        [null, 'red'],
        [2, 'calm'],
      ],
    ],
    [
      'two lower limits',
      [below(4, 'warning'), below(2, 'critical')],
      [
        [null, 'red'],
        [2, 'orange'],
        [4, 'calm'],
      ],
    ],
    [
      'both directions',
      [below(1, 'warning'), above(9, 'critical')],
      [
        [null, 'orange'],
        [1, 'calm'],
        [9, 'red'],
      ],
    ],
    [
      'one limit of two alerts',
      [above(0, 'warning'), above(0, 'critical')],
      [
        [null, 'calm'],
        [0, 'red'],
      ],
    ],
    [
      'a warning above a critical',
      [above(3, 'critical'), above(5, 'warning')],
      [
        [null, 'calm'],
        [3, 'red'],
        [5, 'red'],
      ],
    ],
  ])('of %s', (_, lines, expected) => {
    expect(thresholdSteps(lines, 'calm').map(({ value, color }) => [value, color])).toEqual(expected);
  });
});

test('the axis reaches beyond the highest limit, and has a height for a limit of zero', () => {
  expect(softMaxOf([above(3, 'warning'), above(10, 'critical')])).toBe(11);
  expect(softMaxOf([above(0, 'critical')])).toBe(1);
});
