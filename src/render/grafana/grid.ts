import type { GridPos, Panel, RowPanel } from '@grafana/grafana-foundation-sdk/dashboard';
import { DefinitionError } from '../../domain/errors.ts';

/** Grafana's columns. */
const COLUMNS = 24;

/** A panel with the columns it takes. */
export interface Placed {
  readonly panel: Panel;
  readonly width: number;
}

/** One line of a board: panels beside each other, of one height. */
export interface Line {
  readonly height: number;
  readonly panels: readonly Placed[];
}

/** A titled part of a board. */
export interface Section {
  readonly title: string;
  readonly lines: readonly Line[];
}

/**
 * Panels one below the other and beside each other, with a row panel as the title of each section.
 *
 * @throws DefinitionError `board/line-width` when a line does not fill the 24 columns
 */
export function grid(sections: readonly Section[]): readonly (Panel | RowPanel)[] {
  let y = 0;
  return sections.flatMap(({ title, lines }) => {
    const heading = rowPanel(title, y);
    y += 1;
    const placed = lines.flatMap((line) => {
      const panels = placeLine(line, y);
      y += line.height;
      return panels;
    });
    return [heading, ...placed];
  });
}

function placeLine({ height, panels }: Line, y: number): readonly Panel[] {
  const width = panels.reduce((sum, placed) => sum + placed.width, 0);
  if (width !== COLUMNS) {
    const titles = panels.map(({ panel }) => panel.title).join(', ');
    throw new DefinitionError(
      'board/line-width',
      `the line of ${titles} is ${width} columns wide; the panels of a line fill ${COLUMNS}`,
    );
  }
  let x = 0;
  return panels.map((placed) => {
    const gridPos: GridPos = { h: height, w: placed.width, x, y };
    x += placed.width;
    return { ...placed.panel, gridPos };
  });
}

function rowPanel(title: string, y: number): RowPanel {
  return { type: 'row', id: 0, title, collapsed: false, gridPos: { h: 1, w: COLUMNS, x: 0, y }, panels: [] };
}

/** Panels in lines of nearly equal length, at most `perLine` (1, 2, 3 or 4) in one. */
export function evenLines(panels: readonly Panel[], perLine: number, height: number): readonly Line[] {
  const count = Math.ceil(panels.length / perLine);
  return Array.from({ length: count }, (_, at) => {
    const from = Math.ceil((panels.length * at) / count);
    const to = Math.ceil((panels.length * (at + 1)) / count);
    const line = panels.slice(from, to);
    return { height, panels: line.map((panel) => ({ panel, width: COLUMNS / line.length })) };
  });
}
