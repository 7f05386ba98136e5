import type * as ObservablePlot from '@observablehq/plot';
import { html, raw } from 'hono/html';
import type { Html } from './layout.ts';

/** One line over time; `value` is absent in minutes without a number, and the line has a gap there. */
export interface ChartLine {
  readonly label: string;
  /** Which colour: what was changed, what it is compared with, or evidence. */
  readonly role: 'treated' | 'control';
  readonly points: readonly { readonly at: number; readonly value?: number }[];
}

/** What a chart shows; times are epoch milliseconds. */
export interface Chart {
  readonly title: string;
  /** What a reader who can't see it has to know. */
  readonly summary: string;
  /** Shown as a percentage, as a plain number, or as chances on a logarithmic axis, the rarest on top. */
  readonly scale: 'share' | 'number' | 'log';
  readonly lines: readonly ChartLine[];
  readonly limits: readonly { readonly label: string; readonly value: number }[];
  /** Moments of the run: synced, settled, verdict. */
  readonly moments: readonly { readonly label: string; readonly at: number }[];
}

const WIDTH = 880;
const HEIGHT = 210;
const ROWS = 3;

/** Up to this length the axis has a tick a minute. */
const SHORT_MS = 12 * 60_000;

/** 1K, 1M, 1B. */
const COMPACT = new Intl.NumberFormat('en', { notation: 'compact', maximumSignificantDigits: 1 });

interface Plotter {
  readonly plot: typeof ObservablePlot;
  readonly document: ObservablePlot.PlotOptions['document'];
}

let plotter: Promise<Plotter> | undefined;

/** A chart as a figure with its title, its key and an SVG that needs no script. The libraries are loaded with the first one. */
export async function chart(shown: Chart): Promise<Html> {
  plotter ??= loadPlotter();
  const { plot, document } = await plotter;
  const figure = plot.plot({
    document,
    width: WIDTH,
    height: HEIGHT,
    marginLeft: 72,
    marginTop: 34,
    marginRight: 48,
    className: 'plot',
    ariaLabel: shown.title,
    ariaDescription: shown.summary,
    x: {
      type: 'utc',
      label: null,
      // Told to the minute, so no two ticks may share one.
      ...(isShort(shown) && { ticks: 'minute' }),
      tickFormat: (at: Date) => at.toISOString().slice(11, 16),
    },
    y: {
      grid: true,
      label: shown.scale === 'share' ? '%' : null,
      ...(shown.scale === 'share' && { percent: true }),
      ...(shown.scale === 'log'
        ? { type: 'log', reverse: true, tickFormat: (chance: number) => `1 in ${COMPACT.format(1 / chance)}` }
        : { zero: true }),
      nice: true,
      ticks: 5,
    },
    marks: marksOf(plot, shown),
  });
  // The stylesheet of the page has these rules; a style of its own would need a hole in the content security policy.
  for (const style of figure.querySelectorAll('style')) style.remove();
  // One picture with one description: what its parts are called is of no use to a screen reader.
  for (const part of figure.querySelectorAll('[aria-label]')) part.removeAttribute('aria-label');
  figure.setAttribute('aria-label', shown.title);
  figure.setAttribute('role', 'img');
  return html`<figure><figcaption>${shown.title}</figcaption>
<p class="small">${shown.lines.map(({ label, role }) => html`<span class="key ${role}"></span>${label}&ensp; `)}${shown.limits.map(({ label }) => html`<span class="key limit"></span>${label}&ensp; `)}</p>
${raw(figure.outerHTML)}
<p class="small">${shown.summary}</p></figure>`;
}

function isShort({ lines }: Chart): boolean {
  const times = lines.flatMap(({ points }) => points.map(({ at }) => at));
  return times.length > 0 && Math.max(...times) - Math.min(...times) <= SHORT_MS;
}

async function loadPlotter(): Promise<Plotter> {
  const [plot, { parseHTML }] = await Promise.all([import('@observablehq/plot'), import('linkedom')]);
  return { plot, document: parseHTML('<!doctype html><html><body></body></html>').document };
}

function marksOf(plot: typeof ObservablePlot, { lines, limits, moments }: Chart) {
  const marks = lines.map(({ role, points }) =>
    plot.lineY(
      points.map(({ at, value = Number.NaN }) => ({ at: new Date(at), value })),
      { x: 'at', y: 'value', stroke: `var(--${role})`, strokeWidth: role === 'treated' ? 2 : 1.5 },
    ),
  );
  return [
    ...limits.map(({ value }) =>
      plot.ruleY([value], { stroke: 'var(--limit)', strokeWidth: 1.5, strokeDasharray: '5 4' }),
    ),
    ...marks,
    plot.ruleX(
      moments.map(({ at }) => new Date(at)),
      { stroke: 'currentColor', strokeOpacity: 0.6 },
    ),
    // Moments may be a minute apart: their words stand in rows of their own.
    ...moments.map(({ label, at }, index) =>
      plot.text([label], {
        x: [new Date(at)],
        text: [label],
        frameAnchor: 'top',
        dx: 3,
        dy: -22 + (index % ROWS) * 10,
        textAnchor: 'start',
      }),
    ),
  ];
}
