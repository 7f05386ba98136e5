import { html } from 'hono/html';
import type { Cluster } from '../../domain/run.ts';
import type { Runbook } from '../../domain/runbook.ts';
import type { ShellVariables } from '../runbooks/fill-command.ts';
import type { LiveValues, Runbooks } from '../runbooks/live-values.ts';
import { type Changes, changesList } from './changes.ts';
import { type Html, layout } from './layout.ts';
import { renderMarkdown } from './markdown.ts';
import { clusterPath, table, utc } from './parts.ts';

/** The cluster a page is about, as the caller may see it. */
export type OnCluster =
  | { readonly is: 'unknown'; readonly name: string }
  | { readonly is: 'hidden'; readonly name: string }
  | { readonly is: 'shown'; readonly cluster: Cluster; readonly changes: Changes; readonly live: LiveValues };

/** An alert's page: what changed on the cluster, what the signal says now, and what to do. */
export function runbookPage(runbook: Runbook, variables: ShellVariables, on?: OnCluster): Html {
  const name = on && (on.is === 'shown' ? on.cluster.name : on.name);
  const query = name === undefined ? '' : `?cluster=${encodeURIComponent(name)}`;
  const title = name === undefined ? runbook.alert : `${runbook.alert} on ${name}`;
  return layout(
    { title, section: '/runbooks', json: `/runbooks/${encodeURIComponent(runbook.alert)}.json${query}` },
    html`<p class="small"><a href="/runbooks${query}">All runbooks</a></p>
<h1>${title}</h1>
${on ? clusterSections(on) : noCluster}
${renderMarkdown(runbook.body, { variables, query })}`,
  );
}

/** All pages, or those in which a text stands. */
export function runbookIndexPage(runbooks: Runbooks, { cluster, search = '' }: RunbookSearch): Html {
  const query = cluster === undefined ? '' : `?cluster=${encodeURIComponent(cluster)}`;
  const wanted = search.trim().toLowerCase();
  const names = [...runbooks.values()]
    .filter(({ alert, body }) => `${alert}\n${body}`.toLowerCase().includes(wanted))
    .map(({ alert }) => alert)
    .sort();
  return layout(
    { title: 'Runbooks', section: '/runbooks' },
    html`<h1>Runbooks${cluster === undefined ? '' : ` for ${cluster}`}</h1>
<form method="get" action="/runbooks" role="search">
<label for="q">Text in a runbook</label><input id="q" name="q" type="search" value="${search}">
${cluster === undefined ? '' : html`<input type="hidden" name="cluster" value="${cluster}">`}
<button>Search</button>
</form>
<p>${wanted === '' ? `${names.length} pages, one for each alert.` : `${names.length} of ${runbooks.size} pages hold “${search}”.`} With <code>?cluster=</code> behind it a page begins with that cluster.</p>
<ul>${names.map((name) => html`<li><a href="/runbooks/${encodeURIComponent(name)}${query}">${name}</a></li>\n`)}</ul>`,
  );
}

/** Which pages are wanted, and for which cluster. */
export interface RunbookSearch {
  readonly cluster?: string | undefined;
  readonly search?: string | undefined;
}

const noCluster = html`<p class="note">Put <code>?cluster=</code> and the cluster's name behind this address to see what changed there and what it says now.</p>`;

function clusterSections(on: OnCluster): Html {
  if (on.is === 'unknown') {
    return html`<p class="note">There is no cluster ${on.name} in the inventory: nothing can be told of it, and what follows holds for any cluster.</p>`;
  }
  if (on.is === 'hidden') {
    return html`<p class="note">What changed on ${on.name} and what it says now is told to callers with the gate's token, or to everybody where the gate is configured with readers: public.</p>`;
  }
  const { cluster, changes, live } = on;
  const links = Object.entries(cluster.links).map(([label, url]) => html` · <a href="${url}">${label}</a>`);
  return html`<p><a href="${clusterPath(cluster.name)}">${cluster.name}</a>: wave ${cluster.wave}, class ${cluster.class}, ${cluster.region}${links}</p>
<h2>What changed in the last 24 hours</h2>
${changesList(changes)}
<h2>Now</h2>
${liveTable(live)}`;
}

function liveTable(live: LiveValues): Html {
  if (live.is === 'unknown') return html`<p class="note">The values can't be read now: ${live.cause}</p>`;
  if (live.rows.length === 0) return html`<p>${live.title}: the source has nothing.</p>`;
  const rows = live.rows.map(
    ({ label, value, limit, minute }) =>
      html`\n<tr><td>${label}</td><td>${value}</td><td>${limit ?? ''}</td><td class="when">${utc(minute)}</td></tr>`,
  );
  return html`<p>${live.title}</p>
${table(['What', 'Value', 'Limit', 'Minute that ended'], rows, live.title)}`;
}
