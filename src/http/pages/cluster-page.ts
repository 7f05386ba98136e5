import type { Cluster, Run } from '../../domain/run.ts';
import { type Changes, changesList } from './changes.ts';
import { type Html, html } from './html.ts';
import { layout, utc } from './layout.ts';

/** One cluster for people: what it is, what changed, its newest runs. */
export function clusterPage(cluster: Cluster, changes: Changes, runs: readonly Run[]): Html {
  const { name, wave, region, account, links, labels } = cluster;
  const facts: readonly (readonly [string, string | undefined])[] = [
    ['Wave', wave],
    ['Class', cluster.class],
    ['Region', region],
    ['Account', account],
    [
      'Labels',
      Object.entries(labels)
        .map(([label, value]) => `${label}=${value}`)
        .join(', '),
    ],
  ];
  return layout(
    name,
    html`<p class="small"><a href="/">tidegate</a> · <a href="/runbooks?cluster=${encodeURIComponent(name)}">runbooks</a>${Object.entries(links).map(([label, url]) => html` · <a href="${url}">${label}</a>`)}</p>
<h1>${name}</h1>
<table><tbody>${facts.map(([label, value]) => value && html`\n<tr><th>${label}</th><td>${value}</td></tr>`)}</tbody></table>
<h2>What changed in the last 24 hours</h2>
${changesList(changes)}
<h2>Newest runs</h2>
${runsTable(runs)}`,
  );
}

function runsTable(runs: readonly Run[]): Html {
  if (runs.length === 0) return html`<p>There are none.</p>`;
  return html`<table>
<thead><tr><th>Asked</th><th>App</th><th>State</th><th>Verdict</th><th>Reason</th></tr></thead>
<tbody>${runs.map(
    ({ id, app, state, verdict, reasons, askedAt }) => html`
<tr><td>${utc(askedAt)}</td><td><a href="/runs/${encodeURIComponent(id)}">${app}</a></td><td>${state}</td><td>${verdict}</td><td>${reasons[0]?.text}</td></tr>`,
  )}</tbody>
</table>`;
}
