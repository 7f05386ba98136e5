import type { Panel } from '@grafana/grafana-foundation-sdk/dashboard';
import { describe, expect, test } from 'vitest';
import { evenLines, grid } from '../../../src/render/grafana/grid.ts';

const panels = (count: number): Panel[] =>
  Array.from({ length: count }, (_, at) => ({ type: 'timeseries', title: `p${at}` }));

describe('grid', () => {
  test('places lines below each other and heads each section with a row', () => {
    const placed = grid([
      { title: 'one', lines: evenLines(panels(2), 3, 8) },
      { title: 'two', lines: evenLines(panels(1), 3, 4) },
    ]);
    expect(placed.map(({ title, gridPos }) => ({ title, ...gridPos }))).toEqual([
      { title: 'one', x: 0, y: 0, w: 24, h: 1 },
      { title: 'p0', x: 0, y: 1, w: 12, h: 8 },
      { title: 'p1', x: 12, y: 1, w: 12, h: 8 },
      { title: 'two', x: 0, y: 9, w: 24, h: 1 },
      { title: 'p0', x: 0, y: 10, w: 24, h: 4 },
    ]);
  });

  test.each([23, 25])('refuses a line of %i columns', (width) => {
    const lines = [{ height: 8, panels: panels(1).map((panel) => ({ panel, width })) }];
    expect(() => grid([{ title: 'one', lines }])).toThrow(`is ${width} columns wide`);
  });

  test.each([
    [0, []],
    [1, [1]],
    [3, [3]],
    [4, [2, 2]],
    [5, [3, 2]],
    [7, [3, 2, 2]],
  ])('shares %i panels out evenly', (count, expected) => {
    expect(evenLines(panels(count), 3, 8).map((line) => line.panels.length)).toEqual(expected);
  });
});
