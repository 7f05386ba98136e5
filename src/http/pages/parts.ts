import { html } from 'hono/html';
import type { Run } from '../../domain/run.ts';
import { isRevoked } from '../../gate/run-times.ts';
import type { Html } from './layout.ts';

/** Signs that stand in small cells; their words stand in the title and for screen readers. */
const SIGNS: Readonly<Record<string, string>> = {
  go: '✓',
  halted: '✕',
  revoked: '✕',
  soaking: '◔',
  settling: '↻',
  admitted: '→',
  asked: '…',
  inconclusive: '!',
  adopted: '=',
  superseded: '–',
  'not-asked': '·',
};

/** A time as people on call read it: to the second, in UTC. */
export function utc(epochMs: number): Html {
  const iso = new Date(epochMs).toISOString().slice(0, 19);
  return html`<time datetime="${iso}Z">${iso.replace('T', ' ')}</time>`;
}

/** A length of time in the two largest units that say something: "2 d 3 h", "14 min", "40 s". */
export function lasting(ms: number): string {
  const seconds = Math.max(0, Math.round(ms / 1000));
  const units = [
    ['d', Math.floor(seconds / 86_400)],
    ['h', Math.floor(seconds / 3600) % 24],
    ['min', Math.floor(seconds / 60) % 60],
    ['s', seconds % 60],
  ] as const;
  const first = units.findIndex(([, amount]) => amount > 0);
  if (first === -1) return '0 s';
  return units
    .slice(first, first + (first < 2 ? 2 : 1))
    .flatMap(([unit, amount]) => (amount > 0 ? [`${amount} ${unit}`] : []))
    .join(' ');
}

/** When something began and how long ago that is. */
export function since(epochMs: number, now: number): Html {
  return html`${utc(epochMs)} <span class="small">(${lasting(now - epochMs)})</span>`;
}

/** A word for a state, which stands out by weight and colour. */
export function state(word: string): Html {
  return html`<span class="state ${word}">${word}</span>`;
}

/** The state of a run as people see it: a go that harm has revoked is none. */
export function shownState(run: Run): string {
  return isRevoked(run) ? 'revoked' : run.state;
}

/** Names and values; a value that is absent takes its name along. */
export function facts(rows: readonly (readonly [string, Html | string | undefined])[]): Html {
  const shown = rows.filter(([, value]) => value !== undefined && value !== '');
  return html`<dl class="facts">${shown.map(([name, value]) => html`<dt>${name}</dt><dd>${value}</dd>\n`)}</dl>`;
}

/** One cluster of a wave at a glance. */
export interface Cell {
  readonly name: string;
  readonly state: string;
  readonly href: string;
}

/** A wave at a glance: a small square for each cluster, with a sign and a name. */
export function cells(list: readonly Cell[]): Html {
  return html`<ul class="cells">${list.map(
    ({ name, state: word, href }) =>
      html`<li><a class="${word}" href="${href}" title="${name}: ${word}" aria-label="${name}: ${word}">${SIGNS[word] ?? '·'}</a></li>`,
  )}</ul>`;
}

/** What the signs of cells mean, for those that occur. */
export function legend(states: Iterable<string>): Html {
  const parts = [...new Set(states)].map(
    (word) => html`<span class="state ${word}">${SIGNS[word] ?? '·'}</span> ${word}&ensp;`,
  );
  return html`<p class="small">${parts}</p>`;
}

/** The address of a cluster's page. */
export function clusterPath(name: string): string {
  return `/clusters/${encodeURIComponent(name)}`;
}

/** The address of a run's page. */
export function runPath(id: string): string {
  return `/runs/${encodeURIComponent(id)}`;
}

/** A table that scrolls in itself where it is wider than the screen. */
export function table(heads: readonly string[], rows: readonly Html[], caption: string): Html {
  return html`<div class="wide" tabindex="0"><table aria-label="${caption}">
<thead><tr>${heads.map((head) => html`<th scope="col">${head}</th>`)}</tr></thead>
<tbody>${rows}</tbody>
</table></div>`;
}
