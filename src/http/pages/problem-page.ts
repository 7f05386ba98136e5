import { html } from 'hono/html';
import type { Problem } from '../problem.ts';
import { type Html, layout } from './layout.ts';

/** Where to go on from an error, by the beginning of its code. */
const WAYS_OUT: readonly (readonly [code: string, href: string, text: string])[] = [
  ['cluster/', '/clusters', 'All clusters of the inventory'],
  ['run/', '/rollouts', 'Rollouts, and through them every run'],
  ['rollout/', '/rollouts', 'All rollouts'],
  ['app/', '/rollouts', 'All rollouts'],
  ['runbook/', '/runbooks', 'All runbooks'],
  ['signal/', '/catalogue', 'Every signal'],
  ['', '/', 'What waits for what'],
];

/** An error for whoever followed a link in a browser: what is wrong, and where to go on. */
export function problemPage({ status, title, detail, code }: Problem): Html {
  const ways = WAYS_OUT.filter(([prefix]) => code.startsWith(prefix));
  return layout(
    { title: `${status} ${title}` },
    html`<h1>${status} ${title}</h1>
<p class="lead">${detail}</p>
<ul>${ways.map(([, href, text]) => html`<li><a href="${href}">${text}</a></li>\n`)}</ul>
<p class="small"><code>${code}</code></p>`,
  );
}
