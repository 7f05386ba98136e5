import { html } from 'hono/html';
import type { LearnedSummary } from '../../gate/learning/learned-summary.ts';
import type { Html } from './layout.ts';
import { lasting, table, utc } from './parts.ts';

/** What is known of the quiet hours of a cluster's class, how old it is, and what was left out. */
export function quietHours(className: string, learned: LearnedSummary | undefined, now: number): Html {
  if (learned === undefined) {
    return html`<p>Nothing was learned of class ${className} yet: its runs are judged by their own day before, and by clusters that stand still.</p>`;
  }
  const { learnedAt, from, to, clusters, windows } = learned;
  return html`<p>Learned ${lasting(now - learnedAt)} ago from ${clusters} clusters, ${utc(from)} to ${utc(to)}. A quiet window is a soak in which nothing was changed; those with a sync, a halting alert or missing data are left out.</p>
${table(
  ['Series', 'Quiet windows', 'Left out: sync', 'Alert', 'Missing'],
  Object.entries(windows).map(
    ([key, { used, sync, alert, missing }]) => html`
<tr><td>${key}</td><td>${used}</td><td>${sync}</td><td>${alert}</td><td>${missing}</td></tr>`,
  ),
  'Quiet windows by series',
)}`;
}
